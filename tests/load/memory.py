"""The most memory that a search takes, measured as the peak of a process of its own: ``python -m tests.load.memory``.

The largest instance of ITC-2007 and a made-up one of 850 courses, 176 rooms and 3,700 curricula, on one thread and on
two. It ends with 1 when one of them takes more than 600 MB, or leaves a lecture without a place.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.load.large_week import write_large_week

ROOT = Path(__file__).resolve().parents[2]
MOST_MEGABYTES = 600
SECONDS = "30"


def main() -> int:
    """Solve each, and print a line for it."""
    good = True
    with tempfile.TemporaryDirectory(prefix="rondo-memory-") as directory:
        large = Path(directory) / "850 courses.ctt"
        large.write_text(write_large_week())
        for file in (ROOT / "tests" / "load" / "itc2007" / "comp07.ectt", large):
            for threads in ("1", "2"):
                said = _solve(file, threads)
                print(
                    f"{file.stem:<12} threads {threads}: {said['megabytes']} MB, cost {said['cost']}, "
                    f"without a place {said['unplaced']}, {said['seconds']} s, compiled {said['compiled']}"
                )
                good &= said["megabytes"] <= MOST_MEGABYTES and not said["unplaced"]
    return 0 if good else 1


def _solve(file: Path, threads: str) -> dict[str, Any]:
    words = [
        "-m",
        "tests.scheduling.optimiser.solving",
        str(file),
        "--seconds",
        SECONDS,
        "--threads",
        threads,
    ]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


if __name__ == "__main__":
    sys.exit(main())
