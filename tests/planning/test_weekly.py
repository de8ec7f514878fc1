"""The hours a week that were agreed with lecturers are held, and told of where they leave no place."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.clock import stopped_at
from app.kernel.db import JsonValue, session
from app.planning import commands, queries
from app.planning.facts import facts_of
from app.planning.jobs import repair, search
from app.planning.models import PlanningRun
from app.planning.stored import read_places
from app.planning.types import FactKind, Person
from app.planning.weekly import FullWeek, full_weeks, say_full_weeks, told_of, without
from app.teaching.types import AssignmentState
from tests.factories.scheduling import make_session
from tests.factories.teaching import make_assignment
from tests.planning.scene import ASKED, make_scene, on
from tests.planning.situations import at, booking, meeting, place, situation

FOUR = Person(7, "Dr A", 4)


def three() -> list[tuple[str, str]]:
    return [("a", "2026-03-02 08:00"), ("b", "2026-03-03 08:00"), ("c", "2026-03-04 08:00")]


def test_a_week_that_is_too_long_keeps_as_much_as_was_agreed() -> None:
    meetings = tuple(meeting(key, lecturer_ids=(7,)) for key, _when in three())
    told = situation(meetings=meetings, persons=(FOUR,))
    places = [place(key, when) for key, when in three()]

    (week,) = full_weeks(told, places)

    assert (week.monday, week.kept, week.let_go) == (date(2026, 3, 2), tuple(places[:2]), tuple(places[2:]))
    assert without(places, [week]) == places[:2]


@pytest.mark.parametrize(
    ("hours", "bookings", "expected"),
    [
        (6, (), 0),
        (None, (), 0),
        (6, (booking(1, "2026-03-05 08:00", "2026-03-05 09:00", person_ids=(7,)),), 1),
    ],
    ids=["enough", "nothing agreed", "what stands counts"],
)
def test_only_weeks_beyond_what_was_agreed_are_full(
    hours: int | None, bookings: tuple[object, ...], expected: int
) -> None:
    meetings = tuple(meeting(key, lecturer_ids=(7,)) for key, _when in three())
    told = situation(meetings=meetings, persons=(Person(7, "Dr A", hours),), bookings=bookings)

    assert len(full_weeks(told, [place(key, when) for key, when in three()])) == expected


def test_a_repair_is_not_blamed_for_what_was_too_long_before() -> None:
    meetings = tuple(meeting(key, lecturer_ids=(7,)) for key, _when in three())
    told = situation(meetings=meetings, persons=(FOUR,))
    before = [place(key, when) for key, when in three()]

    assert full_weeks(told, [*before[:2], place("c", "2026-03-05 08:00")], before) == []


def test_in_a_full_week_the_lecturer_is_away_but_for_what_is_kept() -> None:
    told = situation(meetings=(meeting("a", lecturer_ids=(7,)),), persons=(FOUR,))
    week = FullWeek(
        FOUR, date(2026, 3, 2), (place("a", "2026-03-03 08:00"),), (place("b", "2026-03-04 08:00"),)
    )

    away = told_of(told, [week]).away

    assert [(one.person_id, one.start, one.end) for one in away] == [
        (7, at("2026-03-02 00:00"), at("2026-03-03 08:00")),
        (7, at("2026-03-03 10:00"), at("2026-03-09 00:00")),
    ]


def test_a_full_week_is_told_of_once_and_not_as_an_absence() -> None:
    week = FullWeek(FOUR, date(2026, 3, 2), (), ())
    reasons: list[JsonValue] = [
        {"kind": "group away", "group": "Dr A", "day": day}
        for day in ("2026-03-02", "2026-03-03", "2026-03-10")
    ]
    helps: list[JsonValue] = [
        {"remedy": "free group", "group": "Dr A", "day": day} for day in ("2026-03-02", "2026-03-03")
    ]

    (answer,) = say_full_weeks([{"reasons": reasons, "helps": helps}], [week])

    assert isinstance(answer, dict)
    assert answer["reasons"] == [
        {"kind": "week full", "group": "Dr A", "day": "2026-03-02", "hours": 4},
        {"kind": "group away", "group": "Dr A", "day": "2026-03-10"},
    ]
    assert answer["helps"] == [{"remedy": "more hours", "group": "Dr A", "day": None}]


@pytest.mark.usefixtures("app")
def test_a_search_holds_the_hours_and_says_why_the_rest_has_no_place(db: Session) -> None:
    # Two modules of six hours with one lecturer each; the first may teach three hours a week, and there is one week.
    scene = make_scene(hours=(6, 6), trainees=0)
    scene.lecturers[0].weekly_hours_limit = 3
    number = scene.ask(seconds=6).id
    db.commit()

    search(number)

    run = session.get_one(PlanningRun, number)
    proposal = queries.list_proposals(run)[0]
    told = queries.situation_of(run)
    assert FactKind.OVER_HOURS not in {fact.kind for fact in facts_of(told, read_places(proposal.places))}
    assert proposal.unplaced == 1
    (answer,) = proposal.reasons
    assert isinstance(answer, dict)
    reasons, helps = answer["reasons"], answer["helps"]
    assert isinstance(reasons, list)
    assert isinstance(helps, list)
    assert "week full" in [one["kind"] for one in reasons if isinstance(one, dict)]
    assert "more hours" in [one["remedy"] for one in helps if isinstance(one, dict)]


@pytest.mark.usefixtures("app")
def test_a_repair_moves_nothing_into_a_week_that_is_full(db: Session) -> None:
    scene = make_scene(hours=(4,), trainees=0, ends_on=date(2026, 3, 20))
    lecturer = scene.lecturers[0]
    lecturer.weekly_hours_limit = 2
    struck, standing = (
        make_session(scene.course, starts_at=on(when), room=scene.rooms[0])
        for when in ("2026-03-06 08:00", "2026-03-09 08:00")
    )
    for one in (struck, standing):
        make_assignment(one, lecturer, state=AssignmentState.ACCEPTED)
    run = commands.ask_for_repair(
        course_session=struck,
        person_id=lecturer.person_id,
        room_id=None,
        starts_at=on("2026-03-02 00:00"),
        ends_at=on("2026-03-08 00:00"),
        until=date(2026, 3, 20),
        reason="",
        actor=scene.actor,
        at=ASKED,
    )
    assert run is not None
    number = run.id
    db.commit()

    with stopped_at(ASKED):
        repair(number)

    run = session.scalars(select(PlanningRun).where(PlanningRun.id == number)).one()
    (move,) = read_places(queries.list_proposals(run)[0].places)
    assert move.start < at("2026-03-02 00:00") or move.start >= at("2026-03-16 00:00")
    assert run.outcome["proven"]
