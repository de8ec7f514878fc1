"""Releasing timetables."""

from datetime import datetime

from app.kernel.access import Actor
from app.kernel.db import JsonValue, session
from app.kernel.events import record
from app.kernel.text import clean_name
from app.kernel.transaction import flush
from app.scheduling import events, rules
from app.scheduling.commands.bookings import lock_course
from app.scheduling.errors import CourseIsCancelled, NothingChanged, NothingToRelease, TitleMissing
from app.scheduling.models import Course, TimetableRelease
from app.scheduling.queries import draft_entries, latest_release, read_entries
from app.scheduling.types import ReleaseEntry


def release_timetable(
    *, course: Course, name: str, note: str, actor: Actor, at: datetime
) -> TimetableRelease:
    """Give the working timetable out as it stands now, under a name and the next number. It never changes again.

    Raises NothingToRelease, NothingChanged or CourseIsCancelled.
    """
    lock_course(course)
    if course.cancelled_at is not None:
        raise CourseIsCancelled()
    if not clean_name(name):
        raise TitleMissing(field="name")
    entries = draft_entries(course.id)
    if not entries:
        raise NothingToRelease()
    last = latest_release(course.id)
    if last is not None and not rules.differences(read_entries(last), entries):
        raise NothingChanged()
    release = TimetableRelease(
        course=course,
        number=last.number + 1 if last else 1,
        name=clean_name(name),
        note=note.strip(),
        released_at=at,
        released_by_id=actor.person_id,
        entries=[_stored(entry) for entry in entries],
    )
    session.add(release)
    # Whoever hears of the release needs its number, which the database gives.
    flush()
    record(
        events.TimetableReleased(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=release.id,
            course_id=course.id,
            number=release.number,
        )
    )
    return release


def _stored(entry: ReleaseEntry) -> JsonValue:
    return {
        "session_id": entry.session_id,
        "title": entry.title,
        "starts_at": entry.starts_at.isoformat(),
        "ends_at": entry.ends_at.isoformat(),
        "room": entry.room,
        "method": entry.method.value,
        "lecturers": list(entry.lecturers),
        "titles": dict(entry.titles),
        "online_url": entry.online_url,
    }
