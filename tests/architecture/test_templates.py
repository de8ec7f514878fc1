"""Templates: they parse, import what they use, carry no code, and fail on names that nobody gives."""

import re

import pytest
from flask import Flask
from jinja2 import StrictUndefined, nodes

from tests.architecture.source import ROOT, templates

IDS = [path.relative_to(ROOT / "templates").as_posix() for path in templates()]


def test_names_that_nobody_gives_fail(app: Flask) -> None:
    assert app.jinja_env.undefined is StrictUndefined


@pytest.mark.parametrize("name", IDS)
def test_imported_macros_are_used(app: Flask, name: str) -> None:
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    tree = app.jinja_env.parse(source)
    imported = {
        alias if isinstance(alias, str) else alias[1]
        for node in tree.find_all(nodes.FromImport)
        for alias in node.names
    }
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    assert imported - used == set()


@pytest.mark.parametrize("name", IDS)
def test_no_code_inside_of_pages(name: str) -> None:
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    if name == "layouts/email.html":
        pytest.skip("mail programs read no stylesheets")
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)|javascript:", source)


@pytest.mark.parametrize("name", IDS)
def test_nothing_is_marked_as_safe(name: str) -> None:
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", source)
