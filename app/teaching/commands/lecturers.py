"""Making people lecturers, and what is known of them."""

from collections.abc import Sequence
from datetime import datetime

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.text import clean_name
from app.kernel.transaction import check_version, flush
from app.people.models import Person
from app.teaching import events
from app.teaching.errors import AlreadyLecturer, LimitNotPositive
from app.teaching.models import Lecturer
from app.teaching.queries import find_lecturer_of


def add_lecturer(
    *,
    person: Person,
    specialities: str = "",
    languages: Sequence[str] = (),
    weekly_hours_limit: int | None = None,
    actor: Actor,
    at: datetime,
) -> Lecturer:
    """Make a person a lecturer. Raises AlreadyLecturer."""
    if find_lecturer_of(person.id) is not None:
        raise AlreadyLecturer(field="person")
    lecturer = Lecturer(person=person)
    _describe(lecturer, specialities, languages, weekly_hours_limit)
    session.add(lecturer)
    # The trail names the lecturer by the number that the database gives.
    flush()
    record(
        events.LecturerAdded(
            actor=actor,
            at=at,
            organisation_id=person.organisation_id,
            subject_id=lecturer.id,
            person_id=person.id,
        )
    )
    return lecturer


def change_lecturer(
    *,
    lecturer: Lecturer,
    expected_version: int,
    specialities: str,
    languages: Sequence[str],
    weekly_hours_limit: int | None,
    active: bool,
    actor: Actor,
    at: datetime,
) -> Lecturer:
    """Change what is known of a lecturer; what is agreed already stays. Raises StaleVersion."""
    check_version(lecturer, expected_version)
    _describe(lecturer, specialities, languages, weekly_hours_limit)
    lecturer.active = active
    record(
        events.LecturerChanged(
            actor=actor, at=at, organisation_id=lecturer.organisation_id, subject_id=lecturer.id
        )
    )
    flush()
    return lecturer


def _describe(
    lecturer: Lecturer, specialities: str, languages: Sequence[str], weekly_hours_limit: int | None
) -> None:
    if weekly_hours_limit is not None and weekly_hours_limit < 1:
        raise LimitNotPositive(field="weekly_hours_limit")
    lecturer.specialities = specialities.strip()
    named = [clean_name(language) for language in languages]
    lecturer.languages = [language for language in named if language]
    lecturer.weekly_hours_limit = weekly_hours_limit
