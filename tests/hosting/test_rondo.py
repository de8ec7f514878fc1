"""`rondo.py` makes its environment once, mends a half-made one, and says what it cannot do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rondo
from app.hosting.local import ROOT


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of its own with the pinned packages of none."""
    (tmp_path / "requirements").mkdir()
    for kind in ("run", "test", "uv"):
        (tmp_path / "requirements" / f"{kind}.txt").write_text("")
    environment = tmp_path / ".venv"
    monkeypatch.setattr(rondo, "ROOT", tmp_path)
    monkeypatch.setattr(rondo, "ENVIRONMENT", environment)
    monkeypatch.setattr(rondo, "PYTHON", environment / "bin" / "python")
    monkeypatch.setattr(rondo, "UNFINISHED", environment / ".rondo-unfinished")
    # An environment without pip is made in a tenth of the time, and nothing is installed here.
    monkeypatch.setattr(rondo, "VENV", ("-m", "venv", "--without-pip"))
    monkeypatch.setattr(rondo, "succeeds", lambda command: Path(command[0]).exists())
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what would be installed instead of fetching it."""
    names: list[str] = []
    monkeypatch.setattr(rondo, "install", lambda requirements: names.append(requirements.name))
    return names


def test_a_second_start_installs_nothing(tree: Path, installed: list[str]) -> None:
    rondo.prepare("run")
    rondo.prepare("run")

    assert installed == ["run.txt"]
    assert (tree / ".venv" / "bin" / "python").exists()


def test_changed_requirements_are_installed(tree: Path, installed: list[str]) -> None:
    rondo.prepare("run")
    (tree / "requirements" / "run.txt").write_text("# another\n")
    rondo.prepare("run")

    assert installed == ["run.txt", "run.txt"]


def test_the_environment_of_the_tests_serves_for_running_and_not_the_other_way(
    tree: Path, installed: list[str]
) -> None:
    rondo.prepare("run")
    rondo.prepare("test")
    (tree / ".venv" / ".rondo-run").unlink()
    rondo.prepare("run")

    assert installed == ["run.txt", "test.txt"]


def test_an_environment_killed_while_it_was_made_is_made_again(
    tree: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(requirements: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(rondo, "install", die)
        with pytest.raises(KeyboardInterrupt):
            rondo.prepare("run")
    (tree / ".venv" / "half-a-package").touch()

    rondo.prepare("run")

    assert not (tree / ".venv" / "half-a-package").exists()
    assert installed == ["run.txt"]


def test_an_environment_whose_python_is_gone_is_made_again(tree: Path, installed: list[str]) -> None:
    rondo.prepare("run")
    (tree / ".venv" / "bin" / "python").unlink()
    rondo.prepare("run")

    assert (tree / ".venv" / "bin" / "python").exists()


def test_a_link_in_place_of_the_environment_is_not_followed(tree: Path, installed: list[str]) -> None:
    elsewhere = tree / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    (tree / ".venv").symlink_to(elsewhere)

    with pytest.raises(rondo.SetupError, match="is not a directory"):
        rondo.prepare("run")

    assert (elsewhere / "precious").exists()


def test_a_tree_of_somebody_else_is_told_with_the_remedy(
    tree: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(rondo.SetupError, match="Clone Rondo into a directory of your own"):
        rondo.prepare("run")

    assert not (tree / ".venv").exists()


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_a_python_that_does_not_fit_gives_way_to_one_that_does(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int]
) -> None:
    gone_on: list[list[str]] = []
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name == "python3.12" else None)
    monkeypatch.setattr(rondo, "succeeds", lambda command: True)
    monkeypatch.setattr(os, "execv", lambda program, words: gone_on.append([program, *words[2:]]))

    with pytest.raises(rondo.SetupError):
        rondo.use_fitting_interpreter(["run", "--demo"])

    assert gone_on == [["/bin/python3.12", "run", "--demo"]]
    assert os.environ["RONDO_INTERPRETER"] == "/bin/python3.12"


def test_no_fitting_python_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9))
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(rondo.SetupError, match=r"^Rondo needs Python 3\.11 to 3\.14; this is 3\.9"):
        rondo.use_fitting_interpreter([])


def test_what_python_compiles_is_kept(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images often forbid it, and each start would compile everything again."""
    monkeypatch.setattr(os, "environ", {"PYTHONDONTWRITEBYTECODE": "1", "RONDO_MODE": "test"})
    monkeypatch.setattr(os, "execv", lambda program, words: sys.exit(7))

    with pytest.raises(SystemExit, match="7"):
        rondo.hand_over("app.hosting", ["run"])

    assert os.environ == {"PYTHONPATH": str(tree), "RONDO_MODE": "test"}


def test_help_needs_no_environment_and_names_every_word() -> None:
    told = subprocess.run(
        [sys.executable, "-I", str(ROOT / "rondo.py"), "help"], capture_output=True, text=True, check=True
    )

    for word in ("run [--demo]", "test", "check", "backup FILE", "restore FILE", "help"):
        assert word in told.stdout
