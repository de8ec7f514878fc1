"""What the compiled functions must keep to."""

import re
from pathlib import Path

import pytest

import app.scheduling.optimiser as optimiser

COMPILED = [
    path
    for path in Path(optimiser.__path__[0]).glob("*.py")
    if re.search(r"^@(compiled|inlined)", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: path.stem)
def test_no_compiled_function_counts_from_the_end_of_an_array(path: Path) -> None:
    found = re.findall(r"\[(?:[^\[\]]*, *)?-\d", path.read_text(encoding="utf-8"))

    assert found == []
