"""Decisions of the planning, without a database."""

import json
from datetime import date

import pytest

from app.planning import rules
from app.planning.curve import picture_of
from app.planning.forms import read_closed
from app.planning.grid import Grid, slot_length, teaching_days
from app.planning.stored import read_situation, write_situation
from app.planning.types import ChangeKind, Closed, Emphasis, Level, Reached, Wish
from app.planning.views.reasons import each_once
from tests.planning.situations import ZONE, at, booking, course, meeting, place, situation

HOURS = ((480, 690), (810, 1020))


@pytest.mark.parametrize(
    ("lacking", "longest", "found"),
    [
        (0, 210, []),
        (-60, 210, []),
        (20, 210, []),
        (30, 210, [30]),
        (240, 210, [120, 120]),
        (480, 210, [180, 150, 150]),
        (630, 210, [210, 210, 210]),
        (45, 210, [45]),
        (255, 210, [135, 120]),
    ],
)
def test_lacking_hours_are_cut_evenly(lacking: int, longest: int, found: list[int]) -> None:
    assert rules.pieces(lacking, longest) == found
    assert sum(found) == (lacking if found else 0)


@pytest.mark.parametrize(
    ("minutes", "hours", "days", "slot"),
    [
        ([120, 180], ((480, 660), (780, 960)), 5, 60),
        ([120, 150], HOURS, 5, 30),
        ([45], HOURS, 5, 15),
        ([50], HOURS, 5, 15),
        ([120, 150], HOURS, 260, 30),
        ([45], HOURS, 260, 30),
        ([45], HOURS, 400, 60),
        ([45], ((360, 720), (750, 1320)), 5, 30),
        ([45], ((360, 720), (750, 1290)), 5, 15),
    ],
)
def test_slots_are_as_long_as_the_sessions_allow_and_as_many_as_the_search_bears(
    minutes: list[int], hours: tuple[tuple[int, int], ...], days: int, slot: int
) -> None:
    assert slot_length(minutes, hours, days) == slot


def test_teaching_days_leave_out_weekends_and_holidays() -> None:
    days = teaching_days(
        date(2027, 2, 1), date(2027, 2, 14), (0, 1, 2, 3, 4), [Closed("2027-02-04", "2027-02-10", "Tết")]
    )

    assert [day.day for day in days] == [1, 2, 3, 11, 12]


def test_no_session_goes_over_the_pause() -> None:
    grid = Grid(ZONE, (date(2026, 3, 2),), 30, (*range(480, 690, 30), *range(810, 1020, 30)))

    assert grid.allowed_starts(4) == [0, 1, 2, 3, 7, 8, 9, 10]
    assert grid.allowed_starts(8) == []
    assert grid.instant(7) == at("2026-03-02 13:30")
    assert grid.slot_at(at("2026-03-02 13:30")) == 7
    assert grid.slot_at(at("2026-03-02 12:00")) is None
    assert list(grid.touched(at("2026-03-02 11:15"), at("2026-03-02 13:45"))) == [6, 7]


@pytest.mark.parametrize(
    ("emphasis", "wish", "level", "strength"),
    [
        (Emphasis.BALANCED, Wish.NO_GAPS, Level.NOT, 0),
        (Emphasis.BALANCED, Wish.NO_GAPS, Level.VERY, 20),
        (Emphasis.TRAINEES, Wish.NO_GAPS, Level.NOT, 20),
        (Emphasis.TRAINEES, Wish.NO_GAPS, Level.VERY, 60),
        (Emphasis.TRAINEES, Wish.LECTURER_DAYS, Level.SOME, 3),
        (Emphasis.LECTURERS, Wish.LECTURER_DAYS, Level.SOME, 20),
    ],
)
def test_an_emphasis_puts_its_wishes_first(
    emphasis: Emphasis, wish: Wish, level: Level, strength: int
) -> None:
    assert rules.strength({wish: level}, wish, emphasis) == strength


def test_sessions_of_a_module_that_change_places_are_no_difference() -> None:
    kinds = rules.kinds_of([meeting("a"), meeting("b")])
    one = [place("a", "2026-03-02 08:00"), place("b", "2026-03-03 08:00")]
    other = [place("b", "2026-03-02 08:00"), place("a", "2026-03-03 08:00")]

    assert rules.difference(one, other, kinds) == 0
    assert rules.difference(one, [one[0], place("b", "2026-03-04 08:00")], kinds) == 0.5


BEFORE = situation(meetings=(meeting("a", lecturer_ids=(7,)),), courses=(course(trainee_ids=(21,)),))
HERE = [place("a", "2026-03-03 08:00")]


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"meetings": ()}, ChangeKind.GONE, id="no longer needed"),
        pytest.param({"meetings": (meeting("a", lecturer_ids=(8,)),)}, ChangeKind.CHANGED, id="changed"),
        pytest.param({"meetings": (*BEFORE.meetings, meeting("b"))}, ChangeKind.NEW, id="one more"),
        pytest.param(
            {"bookings": (booking(5, "2026-03-03 09:00", "2026-03-03 11:00", room_id=1),)},
            ChangeKind.ROOM_TAKEN,
            id="its room",
        ),
        pytest.param(
            {"bookings": (booking(5, "2026-03-03 09:00", "2026-03-03 11:00", person_ids=(7,)),)},
            ChangeKind.PERSON_TAKEN,
            id="its lecturer",
        ),
        pytest.param(
            {"bookings": (booking(5, "2026-03-03 09:00", "2026-03-03 11:00", person_ids=(21,)),)},
            ChangeKind.PERSON_TAKEN,
            id="a trainee",
        ),
        pytest.param(
            {"bookings": (booking(5, "2026-03-03 09:00", "2026-03-03 11:00", course_id=1),)},
            ChangeKind.PERSON_TAKEN,
            id="its course",
        ),
        pytest.param(
            {"bookings": (booking(5, "2026-03-03 10:00", "2026-03-03 11:00", room_id=1),)},
            None,
            id="right after it",
        ),
        pytest.param(
            {"closed": (Closed("2026-03-03", "2026-03-03", "Tết"),)}, ChangeKind.OUTSIDE, id="a closed day"
        ),
        pytest.param({"weekdays": (0, 2, 3, 4)}, ChangeKind.OUTSIDE, id="no teaching day"),
        pytest.param({"hours": ((510, 690), (810, 1020))}, ChangeKind.OUTSIDE, id="before the hours"),
        pytest.param({"hours": ((480, 590), (810, 1020))}, ChangeKind.OUTSIDE, id="beyond the hours"),
        pytest.param({"hours": ((480, 540), (540, 1020))}, None, id="hours without a pause"),
        pytest.param(
            {"courses": (course(trainee_ids=(21,), last="2026-03-02"),)},
            ChangeKind.OUTSIDE,
            id="after its course",
        ),
        pytest.param({"closed": (Closed("2026-03-04", "2026-03-04", "Tết"),)}, None, id="closed elsewhere"),
    ],
)
def test_what_changed_is_found(now: dict[str, object], kind: ChangeKind | None) -> None:
    values = {"meetings": BEFORE.meetings, "courses": BEFORE.courses, **now}
    changes = rules.changes_since(BEFORE, situation(**values), HERE, at("2026-02-20 08:00"))

    assert [change.kind for change in changes] == ([kind] if kind else [])


def test_a_time_that_has_come_blocks() -> None:
    changes = rules.changes_since(BEFORE, BEFORE, HERE, at("2026-03-03 09:00"))

    assert [(change.kind, change.blocks) for change in changes] == [(ChangeKind.PAST, True)]


def test_a_situation_comes_back_from_its_json_as_it_was() -> None:
    told = situation(
        meetings=BEFORE.meetings,
        courses=BEFORE.courses,
        closed=(Closed("2026-03-03", "2026-03-03", "Tết"),),
        bookings=(booking(5, "2026-03-03 09:00", "2026-03-03 11:00", person_ids=(7, 8)),),
    )

    assert read_situation(json.loads(json.dumps(write_situation(told)))) == told


def test_the_curve_begins_when_all_are_placed_and_marks_the_next_proposal() -> None:
    picture = picture_of(
        [
            Reached(1, 1.0, 2, {"windows": 900, "days": 0}),
            Reached(1, 2.0, 0, {"windows": 100, "days": 0}),
            Reached(1, 4.0, 0, {"windows": 50, "days": 0}),
            Reached(2, 8.0, 0, {"windows": 80, "days": 20}),
        ]
    )

    assert picture is not None
    assert (picture.seconds, picture.starts) == (8.0, (640,))
    assert [(band.name, band.last) for band in picture.bands] == [("windows", 80), ("days", 20)]
    # Both proposals begin at the top: the second is no dearer than the first, it only weighs otherwise.
    assert picture.bands[0].points.startswith("160,0 320,0 320,100 640,100 640,40")
    assert picture_of([]) is None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("2027-02-04 2027-02-10 Tết", Closed("2027-02-04", "2027-02-10", "Tết")),
        ("2027-04-30 2027-04-30", Closed("2027-04-30", "2027-04-30", "")),
        ("2027-02-10 2027-02-04 Tết", None),
        ("Tết", None),
        ("", None),
    ],
)
def test_closed_days_are_read_from_a_line(line: str, found: Closed | None) -> None:
    assert read_closed(line) == found


def test_of_sessions_that_are_told_apart_by_nothing_the_same_is_said_once() -> None:
    def answer(key: str, title: str, *reasons: str) -> dict[str, object]:
        return {"key": key, "title": title, "reasons": list(reasons)}

    twins = [answer("m1.1", "Lecture", "no room"), answer("m1.2", "Lecture", "no room")]
    others = [answer("m1.3", "Lecture", "nobody free"), answer("m2.1", "Case", "no room")]

    assert each_once([*twins, *others]) == [twins[0], *others]
