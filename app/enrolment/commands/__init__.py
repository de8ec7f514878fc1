"""Changing places in courses, by hand and by import."""

from app.enrolment.commands.import_run import run_import
from app.enrolment.commands.imports import (
    check_again,
    give_up_import,
    may_be_checked_again,
    prepare_import,
    start_import,
)
from app.enrolment.commands.newcomers import enrol_known_person, enrol_new_person
from app.enrolment.commands.places import (
    change_enrolment,
    confirm_enrolments,
    engage_cohort,
    enrol,
    move_cohort,
    offer_seat,
)

__all__ = [
    "change_enrolment",
    "check_again",
    "confirm_enrolments",
    "engage_cohort",
    "enrol",
    "enrol_known_person",
    "enrol_new_person",
    "give_up_import",
    "may_be_checked_again",
    "move_cohort",
    "offer_seat",
    "prepare_import",
    "run_import",
    "start_import",
]
