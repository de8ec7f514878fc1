"""Changing instruments and waves, and taking answers."""

from app.evaluation.commands.answers import give_answer
from app.evaluation.commands.imports import check_evaluations, import_evaluations, plan_of
from app.evaluation.commands.instruments import (
    add_instrument,
    add_standard_instrument,
    change_instrument,
    make_next_version,
)
from app.evaluation.commands.merging import recount_invited
from app.evaluation.commands.waves import change_wave, close_wave, open_wave, plan_wave, remind

__all__ = [
    "add_instrument",
    "add_standard_instrument",
    "change_instrument",
    "change_wave",
    "check_evaluations",
    "close_wave",
    "give_answer",
    "import_evaluations",
    "make_next_version",
    "open_wave",
    "plan_of",
    "plan_wave",
    "recount_invited",
    "remind",
]
