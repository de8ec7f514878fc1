"""Persons and their posts for tests."""

from itertools import count
from typing import Any

from app.kernel.db import session
from app.kernel.text import fold, name_sort_key
from app.people.models import Appointment, Person
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


def make_appointment(person: Person | None = None, **values: Any) -> Appointment:
    """Return a stored post without dates, in the person's home organisation."""
    person = person or make_person()
    appointment = Appointment(
        **{
            "person": person,
            "organisation": person.organisation,
            "position": f"Post {next(_numbers)}",
            **values,
        }
    )
    session.add(appointment)
    session.flush()
    return appointment
