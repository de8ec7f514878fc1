"""What a proposal costs, counted from where its sessions are."""

import pytest

from app.planning.facts import facts_of
from app.planning.types import Fact, FactKind, Person, Place, Situation
from tests.planning.situations import booking, course, meeting, place, room, situation

A = (7,)


def said(told: Situation, *places: Place) -> dict[FactKind, list[Fact]]:
    found: dict[FactKind, list[Fact]] = {}
    for fact in facts_of(told, places):
        found.setdefault(fact.kind, []).append(fact)
    return found


def three(**values: object) -> Situation:
    return situation(meetings=tuple(meeting(key, **values) for key in "abc"))


@pytest.mark.parametrize(
    ("places", "kind", "fact"),
    [
        pytest.param(
            [place("a", "2026-03-02 08:00"), place("b", "2026-03-03 08:00"), place("c", "2026-03-04 08:00")],
            FactKind.DAYS_IN_A_ROW,
            Fact(FactKind.DAYS_IN_A_ROW, "Dr A", 3, day="2026-03-02"),
            id="three days in a row",
        ),
        pytest.param(
            [place("a", "2026-03-02 08:00"), place("b", "2026-03-03 08:00"), place("c", "2026-03-05 08:00")],
            FactKind.DAYS_IN_A_ROW,
            None,
            id="a day between",
        ),
        pytest.param(
            [place("a", "2026-03-02 08:00"), place("b", "2026-03-02 15:00"), place("c", "2026-03-04 08:00")],
            FactKind.TRAINEES_WAIT,
            Fact(FactKind.TRAINEES_WAIT, "C1", 1, 180, "2026-03-02"),
            id="a gap, without the pause at noon",
        ),
        pytest.param(
            [place("a", "2026-03-02 09:30"), place("b", "2026-03-02 13:30"), place("c", "2026-03-04 08:00")],
            FactKind.TRAINEES_WAIT,
            None,
            id="the pause alone is no gap",
        ),
        pytest.param(
            [place("a", "2026-03-02 08:00"), place("b", "2026-03-02 15:00"), place("c", "2026-03-04 08:00")],
            FactKind.LECTURER_WAITS,
            Fact(FactKind.LECTURER_WAITS, "Dr A", 180, 1, "2026-03-02", 180),
            id="the lecturer waits too",
        ),
        pytest.param(
            [place("a", "2026-03-02 08:00")],
            FactKind.UNPLACED,
            Fact(FactKind.UNPLACED, number=2, total=3),
            id="two without a place",
        ),
        pytest.param(
            [place("a", "2026-03-02 13:30"), place("b", "2026-03-03 08:00"), place("c", "2026-03-05 08:00")],
            FactKind.AFTERNOON_LECTURES,
            Fact(FactKind.AFTERNOON_LECTURES, number=1, total=3),
            id="a lecture in the afternoon",
        ),
    ],
)
def test_a_fact_is_told_when_it_is_so(places: list[Place], kind: FactKind, fact: Fact | None) -> None:
    assert said(three(lecturer_ids=A), *places).get(kind, [None])[0] == fact


def test_a_room_that_is_too_small_is_told_with_how_many_places_it_lacks() -> None:
    told = situation(rooms=(room(1, capacity=26),), meetings=(meeting("a"),))

    assert said(told, place("a", "2026-03-02 08:00"))[FactKind.OVERFULL] == [
        Fact(FactKind.OVERFULL, "Room 1", 4, 1, total=30)
    ]


def test_standing_sessions_count_for_the_day_around_them() -> None:
    told = situation(
        meetings=(meeting("a"),),
        bookings=(booking(50, "2026-03-02 13:30", "2026-03-02 15:30", course_id=1, room_id=1),),
    )

    assert said(told, place("a", "2026-03-02 08:00"))[FactKind.TRAINEES_WAIT][0].other == 90


def test_two_campuses_in_a_day_are_told() -> None:
    told = situation(rooms=(room(1), room(2, campus_id=2)), meetings=(meeting("a"), meeting("b")))

    found = said(told, place("a", "2026-03-02 08:00", 1), place("b", "2026-03-02 13:30", 2))

    assert found[FactKind.CAMPUS_CHANGE] == [Fact(FactKind.CAMPUS_CHANGE, "C1", 1, day="2026-03-02")]
    assert found[FactKind.MANY_ROOMS] == [Fact(FactKind.MANY_ROOMS, "C1", 2)]


def test_more_hours_than_agreed_are_told_by_the_week() -> None:
    told = situation(
        meetings=(meeting("a", lecturer_ids=A), meeting("b", lecturer_ids=A)), persons=(Person(7, "Dr A", 3),)
    )

    found = said(told, place("a", "2026-03-02 08:00"), place("b", "2026-03-06 08:00"))

    assert found[FactKind.OVER_HOURS] == [Fact(FactKind.OVER_HOURS, "Dr A", 4, 3, "2026-03-02")]


def test_what_had_a_time_and_gets_another_is_told() -> None:
    there = place("a", "2026-03-02 08:00")
    told = situation(meetings=(meeting("a", start=there.start), meeting("b", start=there.start)))

    assert said(told, there, place("b", "2026-03-03 08:00"))[FactKind.MOVED] == [
        Fact(FactKind.MOVED, number=1)
    ]


def test_nothing_to_weigh_is_told_as_well() -> None:
    told = situation(meetings=(meeting("a", method="case_study"),))

    assert facts_of(told, [place("a", "2026-03-02 08:00")]) == [Fact(FactKind.NOTHING)]


def test_of_many_alike_the_three_worst_are_told() -> None:
    told = situation(
        courses=tuple(course(number) for number in range(1, 6)),
        rooms=(room(1), room(2)),
        meetings=tuple(
            meeting(f"{number}{part}", course_id=number) for number in range(1, 6) for part in "ab"
        ),
    )
    places = [
        place(f"{number}{part}", f"2026-03-0{number + 1} {hour}", room_id)
        for number in range(1, 6)
        for part, hour, room_id in (("a", "08:00", 1), ("b", "13:30", 2))
    ]

    assert len(said(told, *places)[FactKind.MANY_ROOMS]) == 3
