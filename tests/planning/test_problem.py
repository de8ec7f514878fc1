"""A situation as the optimiser's arrays, and back."""

import numpy as np
import pytest

from app.planning.problem import Task, build_task
from app.planning.types import DEFAULT_LEVELS, Away, Closed, Emphasis, Level, Person, Situation, Wish
from app.scheduling.optimiser.checker import Rule, count_cost, find_violations
from app.scheduling.optimiser.problem import UNPLACED
from tests.planning.situations import at, booking, course, meeting, place, room, situation


def task_of(told: Situation, **levels: Level) -> Task:
    wanted = {**DEFAULT_LEVELS, **{Wish(name): level for name, level in levels.items()}}
    task = build_task(told, wanted)
    task.problem.check()
    return task


def broken(task: Task, *places: object) -> set[Rule]:
    """The hard rules that these places break; that others have none is none of them."""
    found = find_violations(task.problem, task.plan(places))  # type: ignore[arg-type]  # places all
    return {violation.rule for violation in found} - {Rule.UNPLACED}


def test_places_come_back_as_they_were_given() -> None:
    task = task_of(situation(meetings=(meeting("a"), meeting("b"))))
    places = [place("a", "2026-03-02 08:00"), place("b", "2026-03-05 13:30")]

    assert task.places(task.plan(places)) == places
    assert task.places(task.plan(places[:1])) == places[:1]


LECTURER = (7,)
TWO = {"meetings": (meeting("a", lecturer_ids=LECTURER), meeting("b", course_id=2, lecturer_ids=LECTURER))}
SHORT = {"meetings": tuple(one._replace(minutes=60) for one in TWO["meetings"])}
COURSES = (course(1), course(2))
ROOMS = (room(1), room(2, campus_id=2))


@pytest.mark.parametrize(
    ("told", "places", "rules"),
    [
        pytest.param(
            situation(courses=COURSES, rooms=ROOMS, **TWO),
            [place("a", "2026-03-02 08:00", 1), place("b", "2026-03-02 09:00", 2)],
            {Rule.GROUP_TWICE},
            id="a lecturer in two courses at once",
        ),
        pytest.param(
            situation(courses=COURSES, rooms=ROOMS, **SHORT),
            [place("a", "2026-03-02 08:00", 1), place("b", "2026-03-02 09:00", 2)],
            {Rule.TRAVEL},
            id="no time for the way",
        ),
        pytest.param(
            situation(courses=COURSES, rooms=ROOMS, travel_minutes=0, **SHORT),
            [place("a", "2026-03-02 08:00", 1), place("b", "2026-03-02 09:00", 2)],
            set(),
            id="campuses next to each other",
        ),
        pytest.param(
            situation(meetings=(meeting("a"), meeting("b"))),
            [place("a", "2026-03-02 08:00", 1), place("b", "2026-03-02 08:00", 1)],
            {Rule.GROUP_TWICE, Rule.ROOM_TWICE},
            id="a course at once with itself, without any trainee known",
        ),
        pytest.param(
            situation(
                courses=(course(1, trainee_ids=(21, 22)), course(2, trainee_ids=(22, 23))),
                rooms=(room(1), room(2)),
                meetings=(meeting("a"), meeting("b", course_id=2)),
            ),
            [place("a", "2026-03-02 08:00", 1), place("b", "2026-03-02 08:00", 2)],
            {Rule.GROUP_TWICE},
            id="a trainee in two courses",
        ),
        pytest.param(
            situation(
                meetings=(meeting("a", lecturer_ids=LECTURER),),
                bookings=(booking(5, "2026-03-02 09:15", "2026-03-02 09:45", person_ids=(7,)),),
            ),
            [place("a", "2026-03-02 08:00")],
            {Rule.GROUP_BUSY},
            id="a lecturer elsewhere, beside the slots",
        ),
        pytest.param(
            situation(
                meetings=(meeting("a"),),
                bookings=(booking(5, "2026-03-02 09:00", "2026-03-02 11:00", room_id=1),),
            ),
            [place("a", "2026-03-02 08:00")],
            {Rule.ROOM_BUSY},
            id="a room taken by another course",
        ),
        pytest.param(
            situation(
                meetings=(meeting("a"),),
                bookings=(booking(5, "2026-03-02 08:00", "2026-03-02 10:00", course_id=1, room_id=1),),
            ),
            [place("a", "2026-03-02 09:00")],
            {Rule.GROUP_TWICE, Rule.ROOM_TWICE},
            id="a standing session of the course itself",
        ),
        pytest.param(
            situation(meetings=(meeting("a"),), closed=(Closed("2026-03-03", "2026-03-03", "Tết"),)),
            [place("a", "2026-03-04 08:00")],
            set(),
            id="the day after a closed one",
        ),
        pytest.param(
            situation(meetings=(meeting("a"),), courses=(course(last="2026-03-03"),)),
            [place("a", "2026-03-04 08:00")],
            {Rule.START_NOT_ALLOWED},
            id="after the last day of the course",
        ),
        pytest.param(
            situation(
                meetings=(meeting("a", position=2, module_id=2), meeting("b", position=1)), in_order=True
            ),
            [place("a", "2026-03-02 08:00"), place("b", "2026-03-03 08:00")],
            {Rule.PRECEDENCE},
            id="the second module before the first",
        ),
        pytest.param(
            situation(meetings=(meeting("a"), meeting("b")), hours_a_day=3),
            [place("a", "2026-03-02 08:00"), place("b", "2026-03-02 13:30")],
            {Rule.DAILY_LIMIT},
            id="more hours than a day may have",
        ),
    ],
)
def test_what_may_not_be_is_a_hard_rule(told: Situation, places: list[object], rules: set[Rule]) -> None:
    assert broken(task_of(told), *places) == rules


def test_a_closed_day_has_no_slots() -> None:
    task = task_of(situation(meetings=(meeting("a"),), closed=(Closed("2026-03-03", "2026-03-04", "Tết"),)))

    assert [day.day for day in task.grid.days] == [2, 5, 6]


def test_an_overfull_room_costs_by_its_weight_and_never_forbids() -> None:
    told = situation(rooms=(room(1, capacity=26),), meetings=(meeting("a"),))
    costs = []
    for level in (Level.NOT, Level.VERY):
        task = task_of(told, room_size=level)
        costs.append(count_cost(task.problem, task.plan([place("a", "2026-03-02 08:00")])).capacity)

    assert costs == [0, 4 * 20]


def test_an_online_session_needs_no_room_and_all_may_be_online_at_once() -> None:
    told = situation(
        courses=COURSES,
        meetings=tuple(meeting(k, course_id=n, method="online") for n, k in ((1, "a"), (2, "b"))),
    )
    task = task_of(told)

    assert broken(task, place("a", "2026-03-02 08:00", None), place("b", "2026-03-02 08:00", None)) == set()
    assert not task.problem.room_options[:, 0].any()


def test_a_time_that_is_kept_costs_nothing_and_any_other_does() -> None:
    there = place("a", "2026-03-02 08:00")
    told = situation(meetings=(meeting("a", session_id=5, version=1, start=there.start),))
    task = task_of(told, time_of_day=Level.NOT)

    costs = task.problem.start_penalties[0]
    assert costs[0] == 0
    assert (costs[1:] > 0).all()


def test_earlier_proposals_are_made_dearer_for_all_sessions_of_the_kind() -> None:
    told = situation(meetings=(meeting("a"), meeting("b")))
    task = build_task(told, DEFAULT_LEVELS, Emphasis.TRAINEES, unlike=[[place("a", "2026-03-02 08:00")]])
    plain = build_task(told, DEFAULT_LEVELS, Emphasis.TRAINEES)

    dearer = task.problem.start_penalties - plain.problem.start_penalties
    assert np.argwhere(dearer).tolist() == [[0, 0], [1, 0]]


def test_what_cannot_stand_on_the_grid_makes_its_people_busy_instead() -> None:
    told = situation(
        meetings=(meeting("a"),),
        bookings=(booking(5, "2026-03-02 11:00", "2026-03-02 14:00", course_id=1, room_id=1),),
    )
    task = task_of(told)

    assert task.problem.session_count == 1
    assert broken(task, place("a", "2026-03-02 09:30")) == {Rule.GROUP_BUSY, Rule.ROOM_BUSY}


def test_trainees_of_one_course_are_one_group_and_each_lecturer_another() -> None:
    told = situation(
        courses=(course(trainee_ids=tuple(range(21, 51))),),
        meetings=(meeting("a", lecturer_ids=(7,)), meeting("b", lecturer_ids=(8,))),
        persons=(Person(7, "Dr A"), Person(8, "Dr B")),
    )
    task = task_of(told)

    assert sorted(task.group_names) == ["C1", "Dr A", "Dr B"]
    assert (task.plan([]).starts == UNPLACED).all()


def test_a_cohort_counts_by_the_head_and_who_is_away_once() -> None:
    told = situation(
        courses=(course(trainee_ids=(21, 22, 23)), course(2, code="C2")),
        meetings=(meeting("a", lecturer_ids=(7,)), meeting("b", course_id=2)),
        persons=(Person(7, "Dr A"),),
        away=(Away(7, None, at("2026-03-02 00:00"), at("2026-03-03 00:00")),),
    )
    task = task_of(told)

    assert task.problem.people is not None
    assert sorted(zip(task.group_names, task.problem.people.tolist(), strict=True)) == [
        ("C1", 3), ("C2", 1), ("Dr A", 0), ("Dr A", 1),
    ]  # fmt: skip
    assert task.problem.people_touched([0]) == 4
