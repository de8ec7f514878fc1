"""Our figures have the digits that were published, and those of other programs."""

import os
from pathlib import Path

import pytest

from tests.evaluation.figures.published import Published, small_sets
from tests.evaluation.figures.published_models import models
from tests.evaluation.figures.published_surveys import surveys, turkiye
from tests.evaluation.figures.report import PAGE, put, tables_of

# A file that may not be passed on; its figures are held where somebody has it.
TURKIYE = os.environ.get("RONDO_TURKIYE_CSV", "")


@pytest.mark.parametrize(
    "row", (*small_sets(), *surveys(), *models()), ids=lambda row: f"{row.set}: {row.figure}"
)
def test_figure_is_the_published_one(row: Published) -> None:
    assert row.agrees(), row


@pytest.mark.skipif(not TURKIYE, reason="RONDO_TURKIYE_CSV names no file")
def test_figures_of_the_evaluation_in_turkiye() -> None:
    assert [row for row in turkiye(Path(TURKIYE)) if not row.agrees()] == []


def test_a_wrong_digit_does_not_pass() -> None:
    assert not Published("any", "alpha", 0.84316, "0.84314").agrees()
    assert not Published("any", "alpha", 0.84314, "0.84314", 0.8433, "numpy").agrees()


def test_the_page_shows_what_the_command_makes() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert put(page, "figures", tables_of([*small_sets(), *surveys(), *models()])) == page


def test_the_page_has_the_figures_of_turkiye_and_the_coverage() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert "| instructor 1 vs 3: Hedges g | 0.27199 | 0.2720 |" in page
    assert "| an alpha | 95." in page
