"""What the compiled functions must keep to."""

import re
from pathlib import Path

import pytest

from app.scheduling.optimiser.sources import MODULES, SOURCES

COMPILED = [
    path
    for path in SOURCES.glob("*.py")
    if re.search(r"^@(compiled|inlined)", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: path.stem)
def test_no_compiled_function_counts_from_the_end_of_an_array(path: Path) -> None:
    found = re.findall(r"\[(?:[^\[\]]*, *)?-\d", path.read_text(encoding="utf-8"))

    assert found == []


def test_a_change_of_any_compiled_module_is_seen() -> None:
    assert {path.stem for path in COMPILED} <= set(MODULES)
