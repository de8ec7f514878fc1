"""What a search takes as a process: memory, compiled code that stays, and the same plan again."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.jobs.compiled import CHOSEN, compile_beforehand, keep_compiled
from app.scheduling.optimiser.sources import SOURCES
from tests.load.large_week import write_large_week

ROOT = Path(__file__).resolve().parents[3]
INSTANCES = ROOT / "tests" / "load" / "itc2007"
MOST_MEGABYTES = 600
# Little work and much time, so that the load of the machine plays no part.
LITTLE = ("--seconds", "600", "--work-a-second", "500")


def solved(file: Path, *more: str) -> dict[str, Any]:
    """Solve it with little work in a process of its own; return what that said of itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.scheduling.optimiser.solving", str(file), *more],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_a_later_process_compiles_nothing_and_finds_the_same_plan() -> None:
    # The first one compiles what nobody has yet.
    first = solved(INSTANCES / "comp01.ectt", *LITTLE)

    later = solved(INSTANCES / "comp01.ectt", *LITTLE)

    assert later["compiled"] == 0
    assert (later["plan"], later["cost"]) == (first["plan"], first["cost"])
    assert solved(INSTANCES / "comp01.ectt", *LITTLE, "--seed", "8")["plan"] != first["plan"]


PREPARED = """
import json
from app.scheduling.optimiser.search import compile_search
from tests.scheduling.optimiser.solving import compiled_functions

compile_search()
print(json.dumps(compiled_functions()))
"""


def test_what_is_prepared_is_all_that_a_search_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PREPARED], cwd=ROOT, capture_output=True, text=True, check=True
    )

    needed = solved(INSTANCES / "comp01.ectt", *LITTLE)["functions"]

    assert "anneal" in " ".join(needed)
    assert set(needed) <= set(json.loads(done.stdout))


def test_a_large_instance_stays_below_the_limit_of_memory(tmp_path: Path) -> None:
    large = tmp_path / "large.ctt"
    large.write_text(write_large_week())
    # Compiling takes more than searching, and is done once.
    solved(INSTANCES / "comp07.ectt", *LITTLE)

    assert solved(INSTANCES / "comp07.ectt", *LITTLE, "--threads", "2")["megabytes"] < MOST_MEGABYTES
    said = solved(large, *LITTLE, "--threads", "2")

    assert said["megabytes"] < MOST_MEGABYTES
    assert said["unplaced"] == 0


def test_compiled_code_is_kept_for_each_state_of_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ: dict[str, str] = {}
    first = keep_compiled(tmp_path, environ)
    assert first is not None
    assert (first.is_dir(), environ[CHOSEN]) == (True, str(first))
    assert keep_compiled(tmp_path, {}) == first

    changed = tmp_path / "optimiser"
    shutil.copytree(SOURCES, changed)
    with (changed / "moves.py").open("a") as moves:
        moves.write("\n")
    monkeypatch.setattr("app.scheduling.optimiser.sources.SOURCES", changed)

    assert keep_compiled(tmp_path, {}) != first


def test_who_chose_a_place_is_left_alone(tmp_path: Path) -> None:
    assert keep_compiled(tmp_path, {CHOSEN: "/srv/compiled"}) is None
    assert list(tmp_path.iterdir()) == []


def test_one_process_compiles_at_a_time_and_older_code_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.compiled._PREPARE", ("-c", "import time; time.sleep(60)"))
    older, place = tmp_path / "compiled" / "older", tmp_path / "compiled" / "now"
    older.mkdir(parents=True)
    place.mkdir()

    first = compile_beforehand(place)

    assert first is not None
    try:
        assert compile_beforehand(place) is None
        assert not older.exists()
    finally:
        first.kill()
        first.wait()
    again = compile_beforehand(place)
    assert again is not None
    again.kill()
    again.wait()
