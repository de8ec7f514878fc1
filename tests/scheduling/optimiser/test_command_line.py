"""`rondo.py timetable`: what it prints, writes and ends with, as its user meets it, and that no database is near."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.timetable import timetable
from app.scheduling.optimiser.search import Outcome, improve

ROOT = Path(__file__).parents[3]
INSTANCES = ROOT / "tests" / "load" / "itc2007"
TOY = INSTANCES / "toy.ectt"
# Without a broken rule, for `check`.
TOY_SOLUTION = """\
SceCosC rB 0 0
SceCosC rB 1 0
SceCosC rB 2 0
ArcTec rB 0 1
ArcTec rB 1 1
ArcTec rB 2 2
TecCos rB 0 2
TecCos rB 1 2
TecCos rB 3 0
TecCos rB 3 1
TecCos rB 4 0
Geotec rA 0 0
Geotec rA 1 0
Geotec rA 2 0
Geotec rA 2 1
Geotec rA 4 1
"""


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


@contextmanager
def _solving(*words: object) -> Iterator[subprocess.Popen[str]]:
    """A search in a process of its own, that would go on for an hour."""
    # Told by a script's background job to ignore Ctrl-C, the tests would hand that on.
    start = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    start += "from app.cli.timetable import timetable; timetable()"
    process = subprocess.Popen(
        [sys.executable, "-c", start, "solve", "--seconds", "3600", *map(str, words)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("numbers", "threads"),
    [((signal.SIGINT,), 1), ((signal.SIGTERM,), 2), ((signal.SIGTERM, signal.SIGTERM), 1)],
    ids=["ctrl-c", "terminated", "twice, as timeout does"],
)
def test_whoever_stops_the_search_gets_the_best(
    tmp_path: Path, numbers: tuple[signal.Signals, ...], threads: int
) -> None:
    # No plan for comp01 is known that costs nothing, so it does not end by itself.
    solution = tmp_path / "comp01.sol"
    with _solving(INSTANCES / "comp01.ectt", "--threads", threads, "--output", solution) as process:
        assert process.stdout
        told = process.stdout.readline()
        for number in numbers:
            process.send_signal(number)
        rest, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    final = json.loads((told + rest).splitlines()[-1])
    assert final["final"]
    checked = json.loads(_run("check", INSTANCES / "comp01.ectt", solution, "--json").stdout)
    assert checked["valid"]
    assert checked["cost"] == final["cost"]
    assert os.listdir(tmp_path) == ["comp01.sol"]


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    during = {}

    def looked(*words: object, **rest: object) -> Outcome:
        during.update({number: signal.getsignal(number) for number in before})
        return improve(*words, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr("app.cli.timetable.improve", looked)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert _solve(tmp_path / "toy.sol").exit_code == 0
    finally:
        signal.signal(signal.SIGINT, before[signal.SIGINT])
    assert during[signal.SIGINT] is signal.SIG_IGN
    assert callable(during[signal.SIGTERM])
    assert signal.getsignal(signal.SIGTERM) == before[signal.SIGTERM]


def test_the_solution_is_written_when_nobody_reads_along(tmp_path: Path) -> None:
    solution = tmp_path / "toy.sol"
    reading, writing = os.pipe()
    os.close(reading)
    words = ["-m", "app.cli.timetable", "solve", str(TOY), "--seconds", "3", "--output", str(solution)]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert _run("check", TOY, solution).exit_code == 0


def test_by_work_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def noted(*words: object, **rest: object) -> Outcome:
        asked.append(rest["by_work"])
        return improve(*words, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr("app.cli.timetable.improve", noted)
    assert _solve(tmp_path / "toy.sol", "--by-work").exit_code == 0
    assert _solve(tmp_path / "toy.sol").exit_code == 0
    assert asked == [True, False]


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


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    link = tmp_path / "link.sol"
    link.symlink_to(tmp_path / "solutions" / "toy.sol")
    for _either_there_or_not in range(2):
        assert _solve(link).exit_code == 0
        assert link.is_symlink()
        assert os.listdir(tmp_path / "solutions") == ["toy.sol"]
        assert len(link.read_text().splitlines()) == 16


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        solved = _solve(pipe)
        assert solved.exit_code == 0, solved.output
        assert len(os.read(reading, 10_000).splitlines()) == 16
    finally:
        os.close(reading)
    assert pipe.is_fifo()
    assert os.listdir(tmp_path) == ["pipe"]


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("missing/out", "There is no directory {0}/missing"),
        ("dangling", "There is no directory {0}/nowhere"),
        ("toy.ectt/out", "There is no directory {0}/toy.ectt to"),
        ("x" * 300, "cannot be written to: File name too long"),
        # No file can be made there, by nobody.
        ("/proc/out", "/proc cannot be written to"),
    ],
)
def test_nowhere_to_write_is_said_before_the_search(
    tmp_path: Path, output: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("app.cli.timetable.improve")
    (tmp_path / "toy.ectt").write_bytes(TOY.read_bytes())
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "out")
    solved = _run("solve", tmp_path / "toy.ectt", "--output", tmp_path / output)
    assert solved.exit_code == 1
    assert told.format(tmp_path) in solved.output
    assert sorted(os.listdir(tmp_path)) == ["dangling", "toy.ectt"]


def test_a_disk_that_became_full_is_told(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("Only where there is such a device.")
    solved = _run("solve", TOY, "--seconds", "0.5", "--output", "/dev/full")
    assert solved.exit_code == 1
    assert "/dev/full cannot be written to: No space left on device" in solved.output


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ctt"
    broken.write_text(TOY.read_text(), encoding="utf-16")
    solved = _run("solve", broken, "--output", tmp_path / "out")
    assert solved.exit_code == 1
    assert f"{broken} is no plain text" in solved.output


@pytest.mark.parametrize(
    "foreign",
    [
        lambda text: ("\ufeff" + text).encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("END.", "END").encode(),
        lambda text: text.replace("END.", "").encode(),
        lambda text: text.replace("END.", "").replace("UnavailabilityC", "C").encode(),
        lambda text: text.replace("COURSES:", "COURSES :").replace("ROOMS:", "ROOMS\t:").encode(),
        lambda text: text.replace("Ocra", "Ocrà").encode("latin-1"),
    ],
    ids=["mark", "lines", "END", "no end", "no end of .ctt", "blank before colon", "Latin-1"],
)
def test_files_of_others_are_read(tmp_path: Path, foreign: Callable[[str], bytes]) -> None:
    file, solution = tmp_path / "foreign.ctt", tmp_path / "foreign.sol"
    file.write_bytes(foreign(TOY.read_text()))
    for mark in ("", "\ufeff"):
        solution.write_text(mark + TOY_SOLUTION)
        checked, known = (_run("check", each, solution, "--json") for each in (file, TOY))
        assert checked.exit_code == 0, checked.output
        assert checked.stdout == known.stdout


def test_names_are_written_as_they_were_read(tmp_path: Path) -> None:
    file, solution = tmp_path / "latin.ectt", tmp_path / "latin.sol"
    for encoding in ("latin-1", "utf-8", "utf-8-sig"):
        file.write_text(TOY.read_text().replace("Geotec", "Géotec"), encoding=encoding)
        assert _run("solve", file, "--seconds", "0.5", "--output", solution).exit_code == 0
        assert solution.read_bytes().count("Géotec".encode(encoding.removesuffix("-sig"))) == 5
        assert b"\xef\xbb\xbf" not in solution.read_bytes()
        assert _run("check", file, solution).exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("END.", "", "ends without the line “END.”, and its header does not announce the 8 lines of"),
        ("ArcTec Indaco 3 2 42", "ArcTec Indaco 3 2 2147483648", "Line 13: 2147483648 is too large"),
        ("ArcTec Indaco 3 2 42", "ArcTec Indaco 3 -2 42", "Line 13: -2 is below 0"),
        ("rA 32", "rA 99999999999999999999", "Line 18: 99999999999999999999 is too large"),
        ("Periods_per_day: 4", "Periods_per_day: 4000000000", "Line 5: 4000000000 is too large"),
        ("TecCos 3 3", "TecCos 3 3000000000", "Line 30: 3000000000 is too large"),
        ("Periods_per_day: 4", "Periods_per_day: 61", "Periods_per_day is 61: the search takes days of at most 60"),
    ],
)  # fmt: skip
def test_what_cannot_be_solved_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    file = tmp_path / "toy.ectt"
    text = TOY.read_text().replace("UnavailabilityConstraints: 8", "UnavailabilityConstraints: 9")
    file.write_text(text.replace(old, new))
    solved = _run("solve", file, "--seconds", "0.5", "--output", tmp_path / "out")
    assert solved.exit_code == 1
    assert f"{file}: " in solved.output
    assert told in solved.output
    assert os.listdir(tmp_path) == ["toy.ectt"]


def test_the_largest_numbers_are_solved(tmp_path: Path) -> None:
    file, solution = tmp_path / "toy.ectt", tmp_path / "toy.sol"
    text = TOY.read_text().replace("Periods_per_day: 4", "Periods_per_day: 60")
    text = text.replace("rA 32", "rA 2147483647").replace(
        "ArcTec Indaco 3 2 42", "ArcTec Indaco 3 2147483647 42"
    )
    file.write_text(text)
    solved = _run("solve", file, "--seconds", "0.5", "--output", solution)
    assert solved.exit_code == 0, solved.output
    assert _run("check", file, solution).exit_code == 0


def test_no_database_is_loaded(tmp_path: Path) -> None:
    asked = "import sys, app.cli.timetable; print([n for n in ('sqlalchemy', 'psycopg', 'flask') if n in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
