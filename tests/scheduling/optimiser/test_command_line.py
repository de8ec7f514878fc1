"""`rondo.py timetable`: what it prints, writes and ends with, as its user meets it, and that no database is near."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.timetable import timetable
from app.scheduling.optimiser.search import improve

ROOT = Path(__file__).parents[3]
TOY = ROOT / "tests" / "load" / "itc2007" / "toy.ectt"


def _run(*words: object) -> Result:
    return CliRunner().invoke(timetable, [str(word) for word in words])


def _solve(output: Path, *words: object) -> Result:
    return _run("solve", TOY, "--seconds", "3", "--output", output, *words)


@pytest.mark.parametrize("formulation", ["ud2", "ud5"])
def test_what_is_solved_is_valid_and_costs_what_was_said(tmp_path: Path, formulation: str) -> None:
    solution = tmp_path / "toy.sol"
    solved = _solve(solution, "--formulation", formulation)
    assert solved.exit_code == 0, solved.output
    *curve, final = [json.loads(line) for line in solved.stdout.splitlines()]
    assert final["final"]
    assert final["valid"]
    assert final["unplaced"] == 0
    assert curve[-1]["cost"] == final["cost"] == sum(final["parts"].values())
    assert [line["cost"] for line in curve] == sorted((line["cost"] for line in curve), reverse=True)
    checked = _run("check", TOY, solution, "--formulation", formulation, "--json")
    assert checked.exit_code == 0
    assert json.loads(checked.stdout)["cost"] == final["cost"]


def test_the_solution_replaces_an_older_one_whole(tmp_path: Path) -> None:
    solution = tmp_path / "toy.sol"
    solution.write_text("old")
    assert _solve(solution).exit_code == 0
    assert len(solution.read_text().splitlines()) == 16
    assert os.listdir(tmp_path) == ["toy.sol"]
    assert stat.S_IMODE(solution.stat().st_mode) == 0o644


def test_ctrl_c_keeps_the_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*words: object, **rest: object) -> object:
        improve(*words, **rest)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr("app.cli.timetable.improve", interrupted)
    stopped = _solve(tmp_path / "toy.sol")
    assert stopped.exit_code == 0
    assert json.loads(stopped.stdout.splitlines()[-1])["valid"]


def test_broken_rules_are_told_with_their_lines(tmp_path: Path) -> None:
    solution = tmp_path / "toy.sol"
    _solve(solution)
    first, second, *rest = solution.read_text().splitlines()
    solution.write_text("\n".join([first.replace(first.split()[0], "Nothing", 1), second, *rest]))
    told = _run("check", TOY, solution)
    assert told.exit_code == 1
    assert "line 1: there is no course “Nothing”" in told.stdout
    assert f"course {first.split()[0]} has" in told.stdout
    as_json = json.loads(_run("check", TOY, solution, "--json").stdout)
    assert not as_json["valid"]
    assert as_json["broken"][0]["lines"] == [1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Name: half\nCourses: 3\n", "ends without the line"),
        (b"\xff\xfe", "is no text in UTF-8"),
    ],
)
def test_an_unreadable_file_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    broken = tmp_path / "broken.ctt"
    broken.write_bytes(content)
    solved = _run("solve", broken, "--output", tmp_path / "out")
    assert solved.exit_code == 1
    assert told in solved.output
    assert str(broken) in solved.output


def test_nowhere_to_write_is_said_before_the_search(tmp_path: Path) -> None:
    solved = _run("solve", TOY, "--output", tmp_path / "missing" / "out")
    assert solved.exit_code == 1
    assert "There is no directory" in solved.output


def test_no_database_is_loaded(tmp_path: Path) -> None:
    asked = "import sys, app.cli.timetable; print([n for n in ('sqlalchemy', 'psycopg', 'flask') if n in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
