"""Each rule that the database itself keeps, broken once: without the commands' check, and under its name."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.scheduling.errors import CONSTRAINTS
from app.scheduling.models import AllowedClash, Course, SessionMaterial, TimetableRelease
from app.scheduling.types import SessionState
from tests.factories.organisations import make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_engagement, make_session

HOUR = timedelta(hours=1)


def _code_twice(_db: Session) -> None:
    make_course(code="TOT-1")
    make_course(code="TOT-1")


def _room_twice(_db: Session) -> None:
    room = make_room()
    make_session(room=room)
    make_session(room=room, starts_at=FIRST_MORNING + HOUR)


def _person_twice(_db: Session) -> None:
    person = make_person()
    make_engagement(make_session(), person)
    make_engagement(make_session(starts_at=FIRST_MORNING + HOUR), person)


def _person_twice_by_moving(db: Session) -> None:
    person = make_person()
    moving = make_session()
    make_engagement(moving, person)
    make_engagement(make_session(starts_at=FIRST_MORNING + 3 * HOUR), person)
    moving.during = Range(FIRST_MORNING + 2 * HOUR, FIRST_MORNING + 4 * HOUR, bounds="[)")
    db.flush()


def _closed_end(_db: Session) -> None:
    make_session(during=Range(FIRST_MORNING, FIRST_MORNING + HOUR, bounds="[]"))


def _no_length(_db: Session) -> None:
    make_session(during=Range(FIRST_MORNING, FIRST_MORNING, bounds="[)"))


def _material_elsewhere(db: Session) -> None:
    db.add(SessionMaterial(course_session_id=make_session().id, position=1, title="x", url="file:///x"))
    db.flush()


def _clash_without_reason(db: Session) -> None:
    one, other, person = make_session(), make_session(), make_person()
    db.add(
        AllowedClash(
            course_session_id=one.id,
            other_session_id=other.id,
            person_id=person.id,
            reason="",
            allowed_by_id=person.id,
        )
    )
    db.flush()


def _release(db: Session, course: Course, name: str) -> None:
    db.add(TimetableRelease(course=course, number=1, name=name, released_at=FIRST_MORNING, entries=[]))
    db.flush()


def _release_twice(db: Session) -> None:
    course = make_course()
    _release(db, course, "First")
    _release(db, course, "Second")


BREACHES: list[tuple[str, Callable[[Session], object]]] = [
    ("uq_course_code", _code_twice),
    ("ck_course_dates", lambda _db: make_course(ends_on=date(2020, 1, 1))),
    ("ck_course_capacity", lambda _db: make_course(capacity=0)),
    ("ck_course_named", lambda _db: make_course(title="")),
    ("ck_course_cancelled_with_reason", lambda _db: make_course(cancelled_at=FIRST_MORNING)),
    ("ck_course_session_named", lambda _db: make_session(title="")),
    ("ck_course_session_half_open", _closed_end),
    ("ck_course_session_half_open", _no_length),
    ("ck_course_session_cancelled_with_reason", lambda _db: make_session(state=SessionState.CANCELLED)),
    ("ck_course_session_online_web_address", lambda _db: make_session(online_url="javascript:alert(1)")),
    ("room_twice", _room_twice),
    ("person_twice", _person_twice),
    ("person_twice", _person_twice_by_moving),
    ("ck_session_material_web_address", _material_elsewhere),
    ("ck_allowed_clash_reason", _clash_without_reason),
    ("ck_timetable_release_named", lambda db: _release(db, make_course(), "")),
    ("uq_timetable_release_course_id_number", _release_twice),
]


@pytest.mark.parametrize(("constraint", "breach"), BREACHES)
def test_database_refuses(db: Session, constraint: str, breach: Callable[[Session], object]) -> None:
    with pytest.raises(IntegrityError) as refused:
        breach(db)

    assert getattr(refused.value.orig, "diag").constraint_name == constraint  # noqa: B009 - psycopg's own


def test_every_constraint_with_words_of_its_own_is_broken_here() -> None:
    assert {constraint for constraint, _breach in BREACHES} == set(CONSTRAINTS)


def test_every_named_constraint_exists(db: Session) -> None:
    known = set(db.scalars(text("SELECT conname FROM pg_constraint")))

    assert set(CONSTRAINTS) <= known


def test_rooms_that_touch_or_are_cancelled_do_not_clash(db: Session) -> None:
    room = make_room()
    make_session(room=room)
    make_session(room=room, starts_at=FIRST_MORNING + 2 * HOUR)
    make_session(room=room, state=SessionState.CANCELLED, state_reason="Ill")

    db.flush()
