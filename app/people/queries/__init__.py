"""Reading people, their posts, and who may be whom."""

from app.people.queries.duplicates import find_duplicates
from app.people.queries.merging import MergePair, get_merge_pair, get_merge_side, list_merge_counts
from app.people.queries.names import name_people
from app.people.queries.people import (
    find_appointment_on,
    get_appointment,
    get_person,
    list_appointments,
    list_people,
    list_person_choices,
)

__all__ = [
    "MergePair",
    "find_appointment_on",
    "find_duplicates",
    "get_appointment",
    "get_merge_pair",
    "get_merge_side",
    "get_person",
    "list_appointments",
    "list_merge_counts",
    "list_people",
    "list_person_choices",
    "name_people",
]
