"""Giving, changing and counting places."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enrolment import commands, queries
from app.enrolment.errors import (
    CapacityTaken,
    EnrolledAlready,
    LastSeatTaken,
    NobodyWaits,
    NoSeatLeft,
    ReasonMissing,
    SelectionNotPossible,
    StepNotPossible,
    TooFewSeatsLeft,
)
from app.enrolment.events import EnrolmentChanged
from app.enrolment.models import Enrolment
from app.enrolment.types import EnrolmentState
from app.kernel.access import SYSTEM
from app.kernel.clock import now
from app.kernel.errors import StaleVersion
from app.kernel.events import take_recorded
from app.kernel.pages import PageRequest
from app.kernel.transaction import flush
from app.scheduling.errors import PersonBusy
from app.scheduling.models import Course, Engagement
from tests.factories.enrolment import make_enrolment
from tests.factories.people import make_person
from tests.factories.scheduling import make_course, make_engagement, make_session

S = EnrolmentState


def enrol(course: Course, state: S = S.CONFIRMED, **person: object) -> Enrolment:
    return commands.enrol(
        course=course,
        person=make_person(**person),
        home_organisation=None,
        position="",
        state=state,
        actor=SYSTEM,
        at=now(),
    )


def change(enrolment: Enrolment, to: S, **more: object) -> Enrolment:
    return commands.change_enrolment(enrolment=enrolment, to=to, actor=SYSTEM, at=now(), **more)  # type: ignore[arg-type]


def engaged(db: Session, enrolment: Enrolment) -> set[int]:
    found = select(Engagement.course_session_id).where(Engagement.person_id == enrolment.person_id)
    return set(db.scalars(found))


def test_a_confirmed_trainee_is_bound_to_all_live_sessions(db: Session) -> None:
    course_session = make_session()

    enrolment = enrol(course_session.course)

    assert engaged(db, enrolment) == {course_session.id}
    assert [step.to_state for step in queries.list_steps(enrolment)] == [S.CONFIRMED]


def test_whoever_waits_is_not_bound(db: Session) -> None:
    enrolment = enrol(make_session().course, S.WAITING)

    assert engaged(db, enrolment) == set()


def test_withdrawal_frees_the_seat_and_the_hours(db: Session) -> None:
    enrolment = enrol(make_session(course=make_course(capacity=1)).course)

    change(enrolment, S.WITHDRAWN, reason="ill")

    assert engaged(db, enrolment) == set()
    assert queries.count_seats(enrolment.course_id) == 0
    assert queries.list_steps(enrolment)[-1].reason == "ill"


def test_the_change_is_recorded_with_its_reason(db: Session) -> None:
    enrolment = enrol(make_course())
    take_recorded()

    change(enrolment, S.WITHDRAWN, reason="ill")

    [event] = take_recorded()
    assert isinstance(event, EnrolmentChanged)
    assert (event.from_state, event.to_state, event.reason) == (S.CONFIRMED, S.WITHDRAWN, "ill")


def test_nobody_is_enrolled_beyond_the_capacity(db: Session) -> None:
    course = make_course(capacity=1)
    enrol(course)

    with pytest.raises(NoSeatLeft, match="1 of 1 are taken"):
        enrol(course)


def test_an_offer_holds_its_seat(db: Session) -> None:
    course = make_course(capacity=1)
    enrol(course, S.OFFERED)

    with pytest.raises(NoSeatLeft):
        enrol(course)


def test_the_database_itself_refuses_a_place_beyond_the_capacity(app: Flask, db: Session) -> None:
    course = make_course(capacity=1)
    make_enrolment(course)
    db.add(Enrolment(course=course, person=make_person(), state=S.CONFIRMED, changed_at=now()))

    with pytest.raises(LastSeatTaken):
        flush()


def test_a_course_cannot_become_smaller_than_its_roll(app: Flask, db: Session) -> None:
    course = make_course(capacity=2)
    make_enrolment(course)
    make_enrolment(course)
    course.capacity = 1

    with pytest.raises(CapacityTaken):
        flush()


def test_nobody_has_two_places(db: Session) -> None:
    course = make_course()
    person = make_person(full_name="Lê Thị Mai")
    make_enrolment(course, person)

    with pytest.raises(EnrolledAlready, match="Lê Thị Mai"):
        commands.enrol(
            course=course, person=person, home_organisation=None, state=S.WAITING, actor=SYSTEM, at=now()
        )


def test_a_clash_is_named_and_nobody_is_bound(db: Session) -> None:
    course = make_session().course
    person = make_person(full_name="Lê Thị Mai")
    make_engagement(make_session(), person)

    with pytest.raises(PersonBusy, match="Lê Thị Mai"):
        commands.enrol(course=course, person=person, home_organisation=None, actor=SYSTEM, at=now())


def test_steps_outside_the_table_are_refused(db: Session) -> None:
    with pytest.raises(StepNotPossible):
        change(make_enrolment(), S.NOMINATED)


def test_withdrawing_needs_a_reason(db: Session) -> None:
    with pytest.raises(ReasonMissing):
        change(make_enrolment(), S.WITHDRAWN, reason="  ")


def test_a_page_left_open_over_another_change_is_refused(db: Session) -> None:
    enrolment = make_enrolment(state=S.NOMINATED)
    change(enrolment, S.WAITING)

    with pytest.raises(StaleVersion):
        change(enrolment, S.OFFERED, expected_version=1)


def test_the_seat_is_offered_to_whoever_waited_longest(db: Session) -> None:
    course = make_course(capacity=1)
    first = enrol(course, S.WAITING)
    enrol(course, S.WAITING)

    offered = commands.offer_seat(course=course, actor=SYSTEM, at=now())

    assert offered.id == first.id
    assert offered.state is S.OFFERED


def test_no_seat_is_offered_when_nobody_waits(db: Session) -> None:
    with pytest.raises(NobodyWaits):
        commands.offer_seat(course=make_course(), actor=SYSTEM, at=now())


def test_several_are_confirmed_at_once(db: Session) -> None:
    course_session = make_session()
    chosen = [make_enrolment(course_session.course, state=S.NOMINATED) for _ in range(3)]

    confirmed = commands.confirm_enrolments(
        course=course_session.course, enrolment_ids=[e.id for e in chosen], actor=SYSTEM, at=now()
    )

    assert confirmed == 3
    assert all(engaged(db, enrolment) == {course_session.id} for enrolment in chosen)


def test_more_than_the_seats_are_not_confirmed_at_once(db: Session) -> None:
    course = make_course(capacity=2)
    chosen = [make_enrolment(course, state=S.WAITING) for _ in range(3)]

    with pytest.raises(TooFewSeatsLeft, match="left: 2; needed for those you chose: 3"):
        commands.confirm_enrolments(
            course=course, enrolment_ids=[e.id for e in chosen], actor=SYSTEM, at=now()
        )


def test_whoever_holds_an_offer_needs_no_further_seat(db: Session) -> None:
    course = make_course(capacity=1)
    offered = make_enrolment(course, state=S.OFFERED)

    commands.confirm_enrolments(course=course, enrolment_ids=[offered.id], actor=SYSTEM, at=now())

    assert offered.state is S.CONFIRMED


def test_who_cannot_be_confirmed_is_named(db: Session) -> None:
    course = make_course()
    gone = make_enrolment(course, make_person(full_name="Trần Văn Ba"), state=S.WITHDRAWN)

    with pytest.raises(SelectionNotPossible, match="Trần Văn Ba"):
        commands.confirm_enrolments(course=course, enrolment_ids=[gone.id], actor=SYSTEM, at=now())


def test_the_cohort_is_bound_to_a_new_session(db: Session) -> None:
    course = make_course()
    enrolment = enrol(course)
    course_session = make_session(course)

    commands.engage_cohort(course=course, actor=SYSTEM, at=now())

    assert engaged(db, enrolment) == {course_session.id}


def test_trainees_are_those_who_take_part(db: Session) -> None:
    course = make_course()
    ba = make_enrolment(course, make_person(full_name="Trần Văn Ba"))
    anh = make_enrolment(course, make_person(full_name="Vũ Thị Anh"), state=S.COMPLETED)
    make_enrolment(course, state=S.OFFERED)
    make_enrolment(course, state=S.WITHDRAWN)

    assert [person.id for person in queries.list_trainees(course.id)] == [anh.person_id, ba.person_id]
    assert queries.count_seats(course.id) == 3


def test_the_list_shows_the_place_in_the_queue(db: Session) -> None:
    course = make_course(capacity=1)
    enrol(course, S.WAITING)
    last = enrol(course, S.WAITING)

    found = queries.list_enrolments(course.id, PageRequest(filters={"state": "waiting"}))

    assert [row.queue for row in found.items] == [1, 2]
    assert list(found.items)[-1].id == last.id
