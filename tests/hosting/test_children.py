"""A child comes back when it dies, gives up when that is hopeless, and goes when it is told to."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.hosting.children import LONGEST_PAUSE_SECONDS, MOST_QUICK_DEATHS, Child

Starter = Callable[[str], Child]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Start a program written into a module of its own, in its own directory."""
    children = []

    def start_program(text: str) -> Child:
        (tmp_path / "program.py").write_text(text)
        environ = {"PYTHONPATH": str(tmp_path), "TOLD": str(tmp_path / "told")}
        child = Child("program", ["program"], environ=environ, directory=tmp_path)
        sys.path.insert(0, str(tmp_path))
        try:
            child.start()
        finally:
            sys.path.remove(str(tmp_path))
        children.append(child)
        return child

    yield start_program
    for child in children:
        child.stop(0)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_child_has_its_own_session_environment_and_directory(start: Starter, tmp_path: Path) -> None:
    child = start(
        "import os, pathlib\n"
        "told = pathlib.Path(os.environ['TOLD'])\n"
        "told.with_suffix('.new').write_text(f\"{os.getsid(0)} {os.getcwd()} {'HOME' in os.environ}\")\n"
        "told.with_suffix('.new').rename(told)\n"
    )
    wait_until((tmp_path / "told").exists)

    assert (tmp_path / "told").read_text() == f"{child.pid} {tmp_path} False"


def test_a_killed_child_is_started_again_with_a_word(start: Starter) -> None:
    child = start("import time\ntime.sleep(60)\n")
    first = child.pid
    assert first is not None
    os.kill(first, 9)
    wait_until(lambda: not child.is_running)
    said: list[str] = []

    assert child.look_after(said.append)

    assert (child.is_running, child.pid != first) == (True, True)
    assert said == ["The program ended unexpectedly (code -9) and is started again."]


def test_a_child_that_always_dies_is_given_up(start: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    child = start("raise SystemExit(3)\n")
    now = time.monotonic()
    said: list[str] = []
    for step in range(MOST_QUICK_DEATHS + 1):
        wait_until(lambda: not child.is_running)
        hopeful = child.look_after(said.append)
        # The clock of the waiting is turned, not waited for.
        monkeypatch.setattr("app.hosting.children.STEADY_SECONDS", 3600.0)
        monkeypatch.setattr("app.hosting.children.time.monotonic", lambda later=now + 60 * (step + 1): later)
        if hopeful:
            child.look_after(said.append)
        monkeypatch.undo()
        if not hopeful:
            break

    assert not hopeful
    assert len(said) == MOST_QUICK_DEATHS


def test_a_child_that_lived_for_a_while_comes_back_each_time_at_once(
    start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = start("import time\ntime.sleep(60)\n")
    now = time.monotonic()
    said: list[str] = []
    for step in range(1, MOST_QUICK_DEATHS + 3):
        assert child.pid is not None
        os.kill(child.pid, 9)
        wait_until(lambda: not child.is_running)
        with monkeypatch.context() as clock:
            clock.setattr("app.hosting.children.time.monotonic", lambda later=now + 15 * step: later)
            assert child.look_after(said.append)
        assert child.is_running

    assert len(said) == MOST_QUICK_DEATHS + 2


def test_the_pause_before_a_new_start_stays_short(start: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    child = start("import time\ntime.sleep(60)\n")
    began = time.monotonic()
    for death in range(MOST_QUICK_DEATHS):
        assert child.pid is not None
        os.kill(child.pid, 9)
        wait_until(lambda: not child.is_running)
        for passed in (death, death + 1):
            with monkeypatch.context() as clock:
                at = began + passed * LONGEST_PAUSE_SECONDS
                clock.setattr("app.hosting.children.time.monotonic", lambda at=at: at)
                assert child.look_after(lambda word: None)
        assert child.is_running


def test_a_child_that_does_not_listen_is_ended(start: Starter, tmp_path: Path) -> None:
    child = start(
        "import os, pathlib, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(os.environ['TOLD']).touch()\n"
        "time.sleep(60)\n"
    )
    wait_until((tmp_path / "told").exists)

    child.stop(0.2)

    assert child.exit_code == -9
