"""Decisions about courses, sessions and clashes, as tables."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.curriculum.types import TeachingMethod
from app.kernel.periods import Period
from app.organisations.types import RoomLayout
from app.scheduling import rules, slots
from app.scheduling.errors import PersonBusy, RoomBusy
from app.scheduling.types import (
    ChangeKind,
    Clash,
    CourseState,
    CourseWarning,
    ModulePlan,
    ReleaseEntry,
    RoomChoice,
    SessionState,
    SessionWarning,
    TimetableRow,
)

ZONE = "Asia/Ho_Chi_Minh"
EIGHT = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST, LAST = date(2026, 8, 3), date(2026, 8, 7)

ROOM_CLASH = Clash(7, 3, None, "Hall A", True, "Panel", 5, "TOT-5", 11, EIGHT, EIGHT + 2 * HOUR, ZONE)
PERSON_CLASH = replace(ROOM_CLASH, session_id=8, room_id=None, person_id=9, holder="Lê Thị Hoa")
ENTRY = ReleaseEntry(1, "Opening", EIGHT, EIGHT + HOUR, "Hall A", TeachingMethod.LECTURE, ("Lê Thị Hoa",))
ROW = TimetableRow(
    1, "Opening", {}, EIGHT, EIGHT + HOUR, "Hall A", 40, None, TeachingMethod.LECTURE,
    SessionState.PLANNED, None, None, ("Lê Thị Hoa",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("today", "cancelled", "state"),
    [
        (date(2026, 8, 2), False, CourseState.PLANNED),
        (date(2026, 8, 3), False, CourseState.RUNNING),
        (date(2026, 8, 7), False, CourseState.RUNNING),
        (date(2026, 8, 8), False, CourseState.OVER),
        (date(2026, 8, 3), True, CourseState.CANCELLED),
    ],
)
def test_course_state_follows_its_dates(today: date, cancelled: bool, state: CourseState) -> None:
    assert rules.course_state(FIRST, LAST, cancelled=cancelled, today=today) is state


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        ([], "TOT-2026-01"),
        (["TOT-2026-01", "TOT-2026-09", "TOT-2026-x", "TOT-2025-40"], "TOT-2026-10"),
        (["TOT-2026-99"], "TOT-2026-100"),
    ],
)
def test_next_code_follows_the_highest_of_the_year(taken: list[str], code: str) -> None:
    assert rules.suggest_code("TOT", 2026, taken) == code


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("https://example.org/a?b=c", True),
        ("http://10.0.0.1", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("//example.org", False),
        ("https://exam ple.org", False),
        ("https://[broken", False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_links(address: str, usable: bool) -> None:
    assert rules.is_web_address(address) is usable


@pytest.mark.parametrize(
    ("starts_at", "hours", "inside"),
    [
        # Midnight of the place is 17 o'clock UTC of the day before.
        (datetime(2026, 8, 2, 17, 0, tzinfo=UTC), 1, True),
        (datetime(2026, 8, 2, 16, 59, tzinfo=UTC), 1, False),
        (datetime(2026, 8, 7, 15, 0, tzinfo=UTC), 1, True),
        (datetime(2026, 8, 7, 16, 30, tzinfo=UTC), 1, False),
    ],
)
def test_session_is_inside_by_the_calendar_of_the_place(
    starts_at: datetime, hours: int, inside: bool
) -> None:
    assert rules.is_inside(starts_at, starts_at + hours * HOUR, FIRST, LAST, ZONE) is inside


def test_clash_names_the_other_session_to_those_who_may_see_it() -> None:
    said = rules.refusal([ROOM_CLASH], lambda organisation_id: organisation_id == 11)

    assert isinstance(said, RoomBusy)
    assert str(said).startswith("Hall A is taken by “Panel” of TOT-5, 2026-08-03 08:00–10:00.")


def test_clash_tells_others_no_more_than_that_it_is_busy() -> None:
    said = rules.refusal([PERSON_CLASH], lambda _organisation_id: False)

    assert isinstance(said, PersonBusy)
    assert str(said).startswith("Lê Thị Hoa is busy at this time.")
    (seen,) = said.clashes
    assert "Panel" not in repr(seen)
    assert "TOT-5" not in repr(seen)
    assert (seen.starts_at, seen.course_id, seen.organisation_id) == (None, None, None)


def test_clash_of_the_room_comes_first_and_the_visible_one_is_named() -> None:
    hidden = replace(ROOM_CLASH, session_id=6, session_title="Secret", organisation_id=12)

    said = rules.refusal([PERSON_CLASH, hidden, ROOM_CLASH], lambda organisation_id: organisation_id == 11)

    assert "“Panel”" in str(said)
    assert [clash.session_id for clash in said.clashes] == [7, 6, 8]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"starts_at": EIGHT - HOUR}, ChangeKind.MOVED),
        ({"ends_at": EIGHT + 2 * HOUR}, ChangeKind.MOVED),
        ({"room": "Hall B"}, ChangeKind.MOVED),
        ({"room": None, "title": "New"}, ChangeKind.MOVED),
        ({"title": "New"}, ChangeKind.CHANGED),
        ({"method": TeachingMethod.DEBATE}, ChangeKind.CHANGED),
        ({"lecturers": ()}, ChangeKind.CHANGED),
    ],
)
def test_release_tells_what_became_of_a_session(changed: Mapping[str, Any], kind: ChangeKind) -> None:
    (difference,) = rules.differences([ENTRY], [replace(ENTRY, **changed)])

    assert difference.kind is kind


def test_release_tells_what_was_added_and_cancelled_in_order_of_time() -> None:
    later = replace(ENTRY, session_id=2, starts_at=EIGHT + 5 * HOUR, ends_at=EIGHT + 6 * HOUR)

    found = rules.differences([later], [ENTRY])

    assert [(one.kind, one.entry.session_id) for one in found] == [
        (ChangeKind.ADDED, 1),
        (ChangeKind.CANCELLED, 2),
    ]
    assert rules.differences([ENTRY, later], [later, ENTRY]) == []


@pytest.mark.parametrize(
    ("changed", "warnings"),
    [
        ({}, ()),
        ({"room": None, "room_capacity": None}, (SessionWarning.NO_PLACE,)),
        ({"room": None, "room_capacity": None, "online_url": "https://example.org"}, ()),
        ({"lecturers": ()}, (SessionWarning.NO_LECTURER,)),
        ({"room_capacity": 29}, (SessionWarning.ROOM_TOO_SMALL,)),
        ({"room_capacity": 30}, ()),
        (
            {"starts_at": EIGHT + 120 * HOUR, "ends_at": EIGHT + 121 * HOUR},
            (SessionWarning.OUTSIDE_COURSE,),
        ),
        ({"starts_at": EIGHT - HOUR, "ends_at": EIGHT}, (SessionWarning.UNRESOLVED,)),
        ({"state": SessionState.HELD, "lecturers": ()}, ()),
        ({"state": SessionState.CANCELLED, "room": None}, ()),
    ],
)
def test_session_is_warned_of(changed: Mapping[str, Any], warnings: tuple[SessionWarning, ...]) -> None:
    row = ROW._replace(**changed)

    assert rules.session_warnings(row, first=FIRST, last=LAST, capacity=30, zone=ZONE, at=EIGHT) == warnings


def test_course_counts_what_stands_in_its_way() -> None:
    module = ModulePlan(1, 1, "One", {}, TeachingMethod.LECTURE, Decimal(6), Decimal(2))
    full = replace(module, id=2, scheduled=Decimal(7))

    found = rules.course_warnings(
        managers=0,
        live_sessions=3,
        modules=[module, full],
        of_sessions=[SessionWarning.NO_LECTURER, SessionWarning.NO_LECTURER, SessionWarning.UNRESOLVED],
        releases=1,
        changes=4,
    )

    assert found == {
        CourseWarning.NO_MANAGER: 1,
        CourseWarning.HOURS_MISSING: 1,
        CourseWarning.NO_LECTURER: 2,
        CourseWarning.UNRESOLVED: 1,
        CourseWarning.DRAFT_DIFFERS: 4,
    }
    assert (module.missing, full.missing) == (Decimal(4), Decimal(0))


@pytest.mark.parametrize(
    ("line", "material"),
    [
        ("Slides of day 1 https://example.org/s", ("Slides of day 1", "https://example.org/s")),
        ("Slides | https://example.org/s", ("Slides", "https://example.org/s")),
        ("https://example.org/s", ("https://example.org/s", "https://example.org/s")),
        ("Only words", ("Only", "words")),
    ],
)
def test_material_is_a_title_and_an_address(line: str, material: tuple[str, str]) -> None:
    assert rules.parse_material(line) == material


def test_free_slots_are_as_long_as_wanted_near_and_in_the_day() -> None:
    wanted = Period(EIGHT, EIGHT + 2 * HOUR)
    busy = [Period(EIGHT - HOUR, EIGHT + HOUR), Period(EIGHT + 4 * HOUR, EIGHT + 20 * HOUR)]

    found = slots.free_slots(wanted, busy, FIRST, date(2026, 8, 4), ZONE)

    assert found[0] == Period(EIGHT + HOUR, EIGHT + 3 * HOUR)
    assert all(slot.duration == 2 * HOUR for slot in found)
    assert not any(slot.overlaps(taken) for slot in found for taken in busy)


def test_no_slot_is_offered_for_what_is_longer_than_a_day() -> None:
    assert slots.free_slots(Period(EIGHT, EIGHT + 12 * HOUR), [], FIRST, LAST, ZONE) == []


@pytest.mark.parametrize("text", ["2026-08-03/08:00/10:00"])
def test_slot_is_read_as_it_was_written(text: str) -> None:
    assert slots.write_slot(Period(EIGHT, EIGHT + 2 * HOUR), ZONE) == text
    assert slots.read_slot(text) == (FIRST, time(8), time(10))


@pytest.mark.parametrize("text", ["", "2026-08-03", "a/b/c", "2026-08-03/25:00/26:00"])
def test_what_is_no_slot_is_none(text: str) -> None:
    assert slots.read_slot(text) is None


@pytest.mark.parametrize(
    ("wanted", "today", "shown"),
    [
        (None, date(2026, 8, 12), date(2026, 8, 10)),
        (None, date(2026, 8, 18), date(2026, 8, 24)),
        (None, date(2027, 1, 1), date(2026, 8, 24)),
        (date(2026, 8, 6), date(2026, 8, 12), date(2026, 8, 3)),
    ],
)
def test_long_timetable_opens_at_the_week_that_matters(wanted: date | None, today: date, shown: date) -> None:
    weeks = [date(2026, 8, 3), date(2026, 8, 10), date(2026, 8, 24)]

    assert slots.week_shown(weeks, wanted, today) == shown
    assert slots.week_shown(weeks[:2], wanted, today) is None


def test_week_begins_on_monday_by_the_calendar_of_the_place() -> None:
    sunday_night_utc = datetime(2026, 8, 9, 18, 0, tzinfo=UTC)

    assert slots.weeks_of([EIGHT, sunday_night_utc], ZONE) == [date(2026, 8, 3), date(2026, 8, 10)]


def test_best_rooms_are_free_large_enough_and_near() -> None:
    def room(number: int, capacity: int, campus: int, *, free: bool = True) -> RoomChoice:
        return RoomChoice(number, f"R{number}", campus, "C", "O", capacity, RoomLayout.GROUPS, free)

    rooms = [room(1, 20, 1), room(2, 200, 1), room(3, 35, 1), room(4, 30, 2), room(5, 30, 1, free=False)]

    assert [one.id for one in slots.best_rooms(rooms, 1, 30)] == [3, 2, 4]
