"""Changing places in courses, by hand and by import."""

from app.enrolment.commands.import_run import run_import
from app.enrolment.commands.imports import check_again, give_up_import, prepare_import, start_import
from app.enrolment.commands.places import (
    change_enrolment,
    confirm_enrolments,
    engage_cohort,
    enrol,
    offer_seat,
)

__all__ = [
    "change_enrolment",
    "check_again",
    "confirm_enrolments",
    "engage_cohort",
    "enrol",
    "give_up_import",
    "offer_seat",
    "prepare_import",
    "run_import",
    "start_import",
]
