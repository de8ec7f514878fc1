"""Persons and their posts for tests."""

from itertools import count
from typing import Any

from app.kernel.db import session
from app.kernel.text import fold, name_sort_key
from app.people.models import Person
from tests.factories.organisations import make_organisation

_numbers = count(1)


def make_person(**values: Any) -> Person:
    """Return a stored person."""
    number = next(_numbers)
    name = values.setdefault("full_name", f"Nguyễn Văn Thử {number}")
    values.setdefault("email", f"person{number}@example.org")
    if "organisation_id" not in values and "organisation" not in values:
        values["organisation"] = make_organisation()
    person = Person(
        **{
            "search_text": fold(f"{name} {values['email'] or ''} {values.get('staff_code') or ''}"),
            "sort_key": name_sort_key(name),
            **values,
        }
    )
    session.add(person)
    session.flush()
    return person
