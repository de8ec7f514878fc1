"""Reading places in courses and imports of trainees."""

from app.enrolment.queries.imports import (
    find_starter,
    get_import,
    list_checked_rows,
    list_imports,
    load_roll,
)
from app.enrolment.queries.places import (
    count_seats,
    find_enrolment,
    find_next_waiting,
    find_places,
    get_enrolment,
    list_courses_of,
    list_enrolments,
    list_home_organisations,
    list_steps,
    list_trainee_ids,
    list_trainees,
    measure_seats,
)

__all__ = [
    "count_seats",
    "find_enrolment",
    "find_next_waiting",
    "find_places",
    "find_starter",
    "get_enrolment",
    "get_import",
    "list_checked_rows",
    "list_courses_of",
    "list_enrolments",
    "list_home_organisations",
    "list_imports",
    "list_steps",
    "list_trainee_ids",
    "list_trainees",
    "load_roll",
    "measure_seats",
]
