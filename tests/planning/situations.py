"""Situations for tests: a course of a week in March 2026, with rooms, people and bookings as wished."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.planning.types import Booking, CourseFact, Meeting, Person, Place, RoomFact, Situation

ZONE = "Asia/Ho_Chi_Minh"
MONDAY = "2026-03-02"


def at(text: str) -> int:
    """Return a time of the place, such as ``2026-03-02 08:00``, in minutes since 1970."""
    local = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(ZONE))
    return int(local.astimezone(UTC).timestamp()) // 60


def room(number: int, **values: Any) -> RoomFact:
    """Return a room of forty places in rows."""
    return RoomFact(
        **{
            "id": number,
            "name": f"Room {number}",
            "capacity": 40,
            "layout": "lecture",
            "campus_id": 1,
            **values,
        }
    )


def course(number: int = 1, **values: Any) -> CourseFact:
    """Return a course of thirty people in that week."""
    return CourseFact(
        **{
            "id": number,
            "code": f"C{number}",
            "campus_id": 1,
            "size": 30,
            "first": MONDAY,
            "last": "2026-03-06",
            "trainee_ids": (),
            **values,
        }
    )


def meeting(key: str, **values: Any) -> Meeting:
    """Return a lecture of two hours that a module lacks."""
    return Meeting(
        **{
            "key": key,
            "course_id": 1,
            "module_id": 1,
            "position": 1,
            "title": f"Meeting {key}",
            "method": "lecture",
            "minutes": 120,
            "lecturer_ids": (),
            **values,
        }
    )


def booking(number: int, start: str, end: str, **values: Any) -> Booking:
    """Return a session that stands, in another course."""
    return Booking(
        **{
            "session_id": number,
            "course_id": 99,
            "course_code": "C99",
            "title": f"Session {number}",
            "position": 0,
            "method": "lecture",
            "start": at(start),
            "end": at(end),
            "room_id": None,
            "person_ids": (),
            **values,
        }
    )


def place(key: str, start: str, room_id: int | None = 1) -> Place:
    """Return where a meeting is put."""
    return Place(key, at(start), room_id)


def situation(**values: Any) -> Situation:
    """Return a situation of one course, one room and no bookings."""
    return Situation(
        **{
            "zone": ZONE,
            "first": MONDAY,
            "last": "2026-03-06",
            "weekdays": (0, 1, 2, 3, 4),
            "hours": ((480, 690), (810, 1020)),
            "closed": (),
            "session_minutes": 210,
            "hours_a_day": 7,
            "travel_minutes": 60,
            "in_order": False,
            "rooms": (room(1),),
            "courses": (course(),),
            "meetings": (),
            "bookings": (),
            "persons": (Person(7, "Dr A"), Person(8, "Dr B")),
            **values,
        }
    )
