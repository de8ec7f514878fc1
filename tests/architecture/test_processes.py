"""Each process loads what it runs: pages come without the worker's and the command line's libraries."""

import ast
import os
import subprocess
import sys

import click
import pytest
from flask import Flask

from app.cli.table import COMMANDS
from app.jobs.schedule import SCHEDULE
from app.jobs.tasks import TASKS
from app.kernel.named import Named
from tests.architecture.source import ROOT, modules

# Loaded by gunicorn's processes, and one page asked for; then all that is loaded is named.
SERVE_ONE_PAGE = """
import sys
import gunicorn.app.wsgiapp
import gunicorn.workers.gthread
import app.hosting.webserver
from app.factory import create_app
print(create_app().test_client().get("/sign-in").status_code, *sys.modules)
"""
ELSEWHERE = (
    # Figures, timetables and documents are worked out by the worker.
    "numpy",
    "scipy",
    "numba",
    "ortools",
    "pandas",
    "typst",
    # The job queue's library is the worker's: a page asks for a job by a statement of its own.
    "procrastinate",
    "app.jobs",
    # The feed is written line by line; the library reads it in the tests.
    "icalendar",
    # Upgrades, backups and the demonstration are the command line's.
    "alembic",
    "app.demo",
    "app.hosting.database",
    "app.hosting.supervisor",
)


@pytest.fixture(scope="module")
def loaded_by_pages() -> frozenset[str]:
    """The modules that a web process has after its first page."""
    environ = {
        **os.environ,
        "RONDO_MODE": "test",
        "RONDO_SECRET_KEY": "only for looking at what is loaded",
        "RONDO_BASE_URL": "http://localhost",
        "RONDO_HOSTS": "localhost",
        "DATABASE_URL": "postgresql://nobody@localhost/nothing",
    }
    done = subprocess.run(
        [sys.executable, "-c", SERVE_ONE_PAGE],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("200 "), done.stderr
    return frozenset(done.stdout.split()[1:])


@pytest.mark.parametrize("name", ELSEWHERE)
def test_pages_are_served_without(loaded_by_pages: frozenset[str], name: str) -> None:
    assert {module for module in loaded_by_pages if f"{module}.".startswith(f"{name}.")} == set()


def test_pages_load_no_task(loaded_by_pages: frozenset[str]) -> None:
    named = {task.function.place for task in TASKS if isinstance(task.function, Named)}
    assert {place.partition(":")[0] for place in named} & loaded_by_pages == set()


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_every_task_is_where_its_name_says(task: object) -> None:
    function = getattr(task, "function", None)
    assert callable(function.load() if isinstance(function, Named) else function)


def test_named_tasks_stand_among_the_jobs_of_their_feature() -> None:
    elsewhere = [
        task.name
        for task in TASKS
        if isinstance(task.function, Named)
        and not f"{task.function.place}:".startswith(f"app.{task.name.partition('.')[0]}.jobs")
    ]
    assert elsewhere == []


def test_the_clock_calls_tasks_that_there_are() -> None:
    assert {entry.task_name for entry in SCHEDULE} <= {task.name for task in TASKS}


def test_features_ask_for_tasks_that_there_are() -> None:
    assert _tasks_asked_for() - {task.name for task in TASKS} == set()


def _tasks_asked_for() -> set[str]:
    """The first words of every call of ``defer``; a constant is looked up in its own module."""
    asked: set[str] = set()
    for _, _, tree in modules():
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "defer":
                name = node.args[0]
                asked.add(
                    str(name.value if isinstance(name, ast.Constant) else constants.get(ast.unparse(name)))
                )
    return asked


@pytest.mark.parametrize("word", COMMANDS)
def test_every_command_is_where_its_name_says(app: Flask, word: str) -> None:
    command = app.cli.get_command(click.Context(app.cli), word)

    assert command is not None
    assert command.name == word


def test_the_command_line_names_its_words_without_loading_them(app: Flask) -> None:
    assert set(app.cli.list_commands(click.Context(app.cli))) == set(COMMANDS)
