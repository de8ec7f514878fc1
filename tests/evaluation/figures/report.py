"""Writes the tables of docs/statistics.md: ours, what was printed, and what another program gives.

python -m tests.evaluation.figures.report [--turkiye FILE] [--coverage] [--write]

Without --write the tables are printed. A table whose data were not given stays as it is on the page. Ends with 1 when
a figure does not agree.
"""

import argparse
import re
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from tests.evaluation.figures.published import Published, small_sets
from tests.evaluation.figures.published_models import models
from tests.evaluation.figures.published_surveys import surveys, turkiye
from tests.evaluation.figures.test_coverage import DRAWN, DRAWS, coverage

PAGE = Path(__file__).resolve().parents[3] / "docs" / "statistics.md"
HEAD = "| figure | ours | published | library |\n| --- | ---: | ---: | --- |\n"


def main(words: list[str]) -> int:
    """Make the tables, write or print them, and tell whether all figures agree."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.figures.report")
    parser.add_argument(
        "--turkiye", type=Path, help="turkiye-student-evaluation_generic.csv of the UCI repository"
    )
    parser.add_argument("--coverage", action="store_true", help="simulate the coverage of intervals too")
    parser.add_argument("--write", action="store_true", help="write them into docs/statistics.md")
    chosen = parser.parse_args(words)
    rows = [*small_sets(), *surveys(), *models()]
    tables = {"figures": tables_of(rows)}
    if chosen.turkiye is not None:
        more = [*turkiye(chosen.turkiye)]
        rows += more
        tables["turkiye"] = tables_of(more)
    if chosen.coverage:
        tables["coverage"] = table_of_coverage()
    for name, table in tables.items():
        if chosen.write:
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(put(page, name, table), encoding="utf-8")
        else:
            sys.stdout.write(table + "\n")
    wrong = [row for row in rows if not row.agrees()]
    sys.stderr.write("".join(f"does not agree: {row}\n" for row in wrong))
    return 1 if wrong else 0


def tables_of(rows: Iterable[Published]) -> str:
    """Return one table a set."""
    parts = []
    for name, of_set in groupby(rows, key=lambda row: row.set):
        parts.append(f"### {name}\n\n{HEAD}" + "".join(map(_line, of_set)))
    return "\n".join(parts)


def table_of_coverage() -> str:
    """Return the share of samples that each interval holds."""
    lines = [f"| {draw.__name__.replace('_', ' ')} | {100 * coverage(draw):.1f} % |\n" for draw in DRAWN]
    return f"| interval of | holds the true value in ... of {DRAWS:,} samples |\n| --- | ---: |\n" + "".join(
        lines
    )


def put(page: str, name: str, table: str) -> str:
    """Return the page with the table between its two marks."""
    start, end = f"<!-- {name}: made by the command above -->", f"<!-- end of {name} -->"
    between = re.compile(f"(?<={re.escape(start)}\n).*?(?={re.escape(end)})", re.DOTALL)
    if not between.search(page):
        raise SystemExit(f"{PAGE.name} has no place for {name}.")
    return between.sub(lambda _: f"\n{table}\n", page)


def _line(row: Published) -> str:
    room = f" ± {row.within:g}" if row.within is not None else ""
    library = "" if row.library is None else f"{_written(row.library)} ({row.library_name})"
    return f"| {row.figure} | {_written(row.ours)} | {row.printed or ''}{room} | {library} |\n"


def _written(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.5f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
