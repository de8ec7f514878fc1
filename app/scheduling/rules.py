"""Decisions about courses, sessions and clashes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from app.curriculum.types import TeachingMethod
from app.kernel.periods import PlacedPeriod
from app.kernel.text import fold
from app.scheduling.errors import Busy, PersonBusy, RoomBusy
from app.scheduling.slots import days_as_period
from app.scheduling.types import (
    ChangeKind,
    Clash,
    CourseState,
    CourseWarning,
    Difference,
    ModulePlan,
    ReleaseEntry,
    SessionState,
    SessionWarning,
    TimetableRow,
)

MaySee = Callable[[int], bool]

SESSION_WARNINGS = frozenset(CourseWarning(warning.value) for warning in SessionWarning)


def search_text(code: str, title: str, titles: Mapping[str, str]) -> str:
    """Return what a search looks in: code and title in every language, without accents."""
    return fold(" ".join((code, title, *titles.values())))


def course_state(starts_on: date, ends_on: date, *, cancelled: bool, today: date) -> CourseState:
    """Return where a course stands; its last day belongs to it."""
    if cancelled:
        return CourseState.CANCELLED
    if today < starts_on:
        return CourseState.PLANNED
    return CourseState.RUNNING if today <= ends_on else CourseState.OVER


def suggest_code(curriculum_code: str, year: int, taken: Iterable[str]) -> str:
    """Return the next free code of a curriculum's courses in a year: ``TOT-2026-03``."""
    start = f"{curriculum_code}-{year}-"
    numbers = [
        int(code.removeprefix(start))
        for code in taken
        if code.startswith(start) and code.removeprefix(start).isdecimal()
    ]
    return f"{start}{max(numbers, default=0) + 1:02d}"


def is_web_address(address: str) -> bool:
    """Tell whether it is a link that a browser may be sent to."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    clean = address.isprintable() and " " not in address
    return clean and parts.scheme in ("http", "https") and bool(parts.hostname)


def is_inside(starts_at: datetime, ends_at: datetime, first: date, last: date, zone: str) -> bool:
    """Tell whether a session lies between the course's first and last day, as the place counts days."""
    begin, end = _bounds(first, last, zone)
    return begin <= starts_at and ends_at < end


@lru_cache(maxsize=256)
def _bounds(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """Return the instants between which the days lie, asked for again with each session of a course."""
    span = days_as_period(first, last, zone)
    return span.start, span.end


def as_seen(clash: Clash, may_see: MaySee) -> Clash:
    """Return the clash without what the reader may not know of the other session."""
    if clash.organisation_id is not None and may_see(clash.organisation_id):
        return clash
    return replace(
        clash,
        visible=False,
        session_title="",
        course_id=None,
        course_code="",
        organisation_id=None,
        starts_at=None,
        ends_at=None,
    )


def refusal(clashes: Sequence[Clash], may_see: MaySee) -> Busy:
    """Return the error for sessions that stand in the way: about the room if one is about it, else the person.

    It names the first of them that the reader may see.
    """
    seen = tuple(
        sorted((as_seen(c, may_see) for c in clashes), key=lambda c: (c.room_id is None, not c.visible))
    )
    first = seen[0]
    kind = RoomBusy if first.room_id is not None else PersonBusy
    field = "room_id" if kind is RoomBusy else None
    if first.starts_at is None or first.ends_at is None:
        return kind(kind.unnamed, clashes=seen, field=field, holder=first.holder)
    return kind(
        kind.named,
        clashes=seen,
        field=field,
        holder=first.holder,
        session=first.session_title,
        course=first.course_code,
        when=PlacedPeriod(first.starts_at, first.ends_at, first.time_zone),
    )


def differences(before: Iterable[ReleaseEntry], after: Iterable[ReleaseEntry]) -> list[Difference]:
    """Return what happened to each session between two states of a timetable, in the order of time.

    A session that is gone was cancelled; one that got another time or room was moved, whatever else changed.
    """
    old = {entry.session_id: entry for entry in before}
    new = {entry.session_id: entry for entry in after}
    found = [Difference(ChangeKind.CANCELLED, old[gone], None) for gone in old.keys() - new.keys()]
    found += [Difference(ChangeKind.ADDED, None, new[added]) for added in new.keys() - old.keys()]
    for session_id in old.keys() & new.keys():
        kind = _change(old[session_id], new[session_id])
        if kind is not None:
            found.append(Difference(kind, old[session_id], new[session_id]))
    return sorted(found, key=lambda change: (change.entry.starts_at, change.entry.session_id))


def _change(before: ReleaseEntry, after: ReleaseEntry) -> ChangeKind | None:
    if before == after:
        return None
    if (before.starts_at, before.ends_at, before.room) != (after.starts_at, after.ends_at, after.room):
        return ChangeKind.MOVED
    return ChangeKind.CHANGED


def session_warnings(
    row: TimetableRow, *, first: date, last: date, capacity: int, zone: str, at: datetime
) -> tuple[SessionWarning, ...]:
    """Return what is not as it should be with a session of a course of these days and places."""
    if row.state is not SessionState.PLANNED:
        return ()
    # A page asks this of hundreds of sessions: tests one by one, in a fourth of the time of a table of them.
    found = []
    if row.room is None and row.online_url is None:
        found.append(SessionWarning.NO_PLACE)
    if not row.lecturers:
        found.append(SessionWarning.NO_LECTURER)
    if row.room_capacity is not None and row.room_capacity < capacity:
        found.append(SessionWarning.ROOM_TOO_SMALL)
    if not is_inside(row.starts_at, row.ends_at, first, last, zone):
        found.append(SessionWarning.OUTSIDE_COURSE)
    if row.ends_at <= at:
        found.append(SessionWarning.UNRESOLVED)
    return tuple(found)


def course_warnings(
    *,
    managers: int,
    live_sessions: int,
    modules: Sequence[ModulePlan],
    of_sessions: Iterable[SessionWarning],
    releases: int,
    changes: int,
) -> dict[CourseWarning, int]:
    """Return what still stands in a course's way, and how often; most pressing first."""
    counted = Counter(CourseWarning(warning.value) for warning in of_sessions)
    found = {
        CourseWarning.NO_MANAGER: int(managers == 0),
        CourseWarning.NO_SESSION: int(live_sessions == 0),
        CourseWarning.HOURS_MISSING: sum(1 for module in modules if module.missing),
        **{warning: counted[warning] for warning in CourseWarning if warning in SESSION_WARNINGS},
        CourseWarning.NOT_RELEASED: int(releases == 0 and live_sessions > 0),
        CourseWarning.DRAFT_DIFFERS: changes if releases else 0,
    }
    return {warning: count for warning, count in found.items() if count}


def parse_material(line: str) -> tuple[str, str]:
    """Return title and address of a line such as ``Slides of day 1 https://example.org/slides``.

    Without a title the address stands for it.
    """
    before, _space, address = line.strip().rpartition(" ")
    return before.strip(" |\t") or address, address


def method_of(module: TeachingMethod | None) -> TeachingMethod:
    """Return the method of a session for which none was chosen: that of its module, else a lecture."""
    return module or TeachingMethod.LECTURE
