"""Sessions in the shape in which the timetable component shows them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from flask_babel import gettext as _

from app.scheduling import queries, rules
from app.scheduling.policies import CoursePermission
from app.scheduling.types import ReleaseEntry, SessionState, StandingClash, TimetableRow
from app.web.filters import write_label
from app.web.links import addresses_of
from app.web.session import current_actor
from app.web.text import translated, write_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from app.scheduling.models import Course


class ShownSession(NamedTuple):
    """A line of a timetable."""

    starts_at: datetime
    ends_at: datetime
    title: str
    detail: str
    room: str | None
    lecturers: tuple[str, ...]
    state: SessionState | None
    href: str | None
    note: str | None


def shown_sessions(course: Course, rows: Iterable[TimetableRow], at: datetime) -> list[ShownSession]:
    """Return the sessions with their warnings and the clashes that were allowed."""
    clashes: dict[int, list[StandingClash]] = {}
    for clash in queries.list_standing_clashes(course.id):
        clashes.setdefault(clash.session_id, []).append(clash)
    address = addresses_of("scheduling.session_show", "session_id")
    # The few words that hundreds of lines repeat are looked up once for a page.
    label, place = cache(write_label), cache(write_place)
    return [
        ShownSession(
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            title=translated(row.title, row.titles),
            detail=label(row.method),
            room=place(row.room, row.online_url),
            lecturers=row.lecturers,
            state=row.state,
            href=address(row.id),
            note=_note(course, row, clashes.get(row.id, ()), at, label),
        )
        for row in rows
    ]


def shown_entries(entries: Iterable[ReleaseEntry]) -> list[ShownSession]:
    """Return what was released, as it was then."""
    return [
        ShownSession(
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            title=translated(entry.title, entry.titles),
            detail=write_label(entry.method),
            room=write_place(entry.room, entry.online_url),
            lecturers=entry.lecturers,
            state=None,
            href=None,
            note=None,
        )
        for entry in entries
    ]


def clash_text(clash: StandingClash) -> str:
    """Return with what a room or a person is shared, as far as the reader may see it, and why."""
    if current_actor().may(CoursePermission.VIEW, clash.other_organisation_id):
        text = _(
            "%(holder)s is shared with “%(session)s” of %(course)s: %(reason)s",
            holder=clash.holder,
            session=clash.other_title,
            course=clash.other_course_code,
            reason=clash.reason,
        )
    else:
        text = _("%(holder)s is shared: %(reason)s", holder=clash.holder, reason=clash.reason)
    return str(text)


def _note(
    course: Course,
    row: TimetableRow,
    clashes: Iterable[StandingClash],
    at: datetime,
    label: Callable[[object], str],
) -> str | None:
    """Return what is not as it should be with the session, and why it was cancelled."""
    warnings = rules.session_warnings(
        row,
        first=course.starts_on,
        last=course.ends_on,
        capacity=course.capacity,
        zone=course.time_zone,
        at=at,
    )
    notes = [*map(clash_text, clashes), *map(label, warnings)]
    if row.state is SessionState.CANCELLED and row.state_reason:
        notes.append(row.state_reason)
    return " · ".join(notes) or None
