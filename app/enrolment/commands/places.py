"""Changing places in courses. Seats are counted under the lock of the course, so that none is given twice."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.enrolment import events, rules
from app.enrolment.errors import (
    EnrolledAlready,
    NobodySelected,
    NobodyWaits,
    NoSeatLeft,
    ReasonMissing,
    SelectionNotPossible,
    SomebodyWaits,
    StepNotPossible,
    TooFewSeatsLeft,
)
from app.enrolment.models import Enrolment, EnrolmentStep
from app.enrolment.queries import find_enrolment, find_next_waiting, list_trainee_ids, measure_seats
from app.enrolment.types import EnrolmentState
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.events import record
from app.kernel.transaction import check_version, flush
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.commands import disengage_from_course, engage_for_course
from app.scheduling.models import Course


def enrol(
    *,
    course: Course,
    person: Person,
    home_organisation: Organisation | None,
    position: str = "",
    state: EnrolmentState = EnrolmentState.CONFIRMED,
    before_waiting: bool = False,
    actor: Actor,
    at: datetime,
) -> Enrolment:
    """Give a person a place in the course; a trainee is bound to all its live sessions.

    Nobody is put before those who wait unless ``before_waiting`` says so. Raises EnrolledAlready, NoSeatLeft,
    SomebodyWaits or the timetable's PersonBusy.
    """
    _lock_course(course.id)
    if find_enrolment(course.id, person.id) is not None:
        raise EnrolledAlready(name=person.full_name)
    passed = None
    if rules.takes_a_seat(state):
        _require_seat(course.id)
        passed = _passed_over(course.id, before_waiting)
    enrolment = Enrolment(
        course=course,
        person=person,
        home_organisation=home_organisation,
        position=position.strip(),
        state=state,
        changed_at=at,
    )
    session.add(enrolment)
    # The history and the trail name the place by the number that the database gives.
    flush()
    _add_step(enrolment, None, None, actor, at)
    record(
        events.PersonEnrolled(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=enrolment.id,
            course_id=course.id,
            person_id=person.id,
            state=state,
            before_id=passed.person_id if passed else None,
        )
    )
    if rules.takes_part(state):
        engage_for_course(course=course, person_ids=[person.id], actor=actor, at=at)
    flush()
    return enrolment


def change_enrolment(
    *,
    enrolment: Enrolment,
    to: EnrolmentState,
    reason: str | None = None,
    expected_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Enrolment:
    """Let a place go to another state; some steps need a reason.

    Raises StaleVersion, StepNotPossible, ReasonMissing, NoSeatLeft or the timetable's PersonBusy.
    """
    _lock_course(enrolment.course_id)
    session.refresh(enrolment)
    if expected_version is not None:
        check_version(enrolment, expected_version)
    if not rules.may_change(enrolment.state, to):
        raise StepNotPossible()
    if rules.needs_reason(to) and not (reason or "").strip():
        raise ReasonMissing()
    if rules.takes_a_seat(to) and not rules.takes_a_seat(enrolment.state):
        _require_seat(enrolment.course_id)
    _step(enrolment, to, (reason or "").strip() or None, actor, at)
    return enrolment


def confirm_enrolments(*, course: Course, enrolment_ids: Collection[int], actor: Actor, at: datetime) -> int:
    """Confirm the chosen places, all or none; return how many.

    Raises NobodySelected, SelectionNotPossible, TooFewSeatsLeft or the timetable's PersonBusy.
    """
    if not enrolment_ids:
        raise NobodySelected()
    _lock_course(course.id)
    chosen = session.scalars(
        select(Enrolment)
        .where(Enrolment.course_id == course.id, within(Enrolment.id, enrolment_ids))
        .order_by(Enrolment.id)
        .execution_options(populate_existing=True)
    ).all()
    _require_confirmable(course.id, chosen)
    for enrolment in chosen:
        _add_step(enrolment, enrolment.state, None, actor, at, to=EnrolmentState.CONFIRMED)
        enrolment.state = EnrolmentState.CONFIRMED
        enrolment.changed_at = at
    person_ids = [enrolment.person_id for enrolment in chosen]
    record(
        events.EnrolmentsConfirmed(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=course.id,
            person_ids=tuple(person_ids),
        )
    )
    flush()
    engage_for_course(course=course, person_ids=person_ids, actor=actor, at=at)
    return len(chosen)


def move_cohort(*, course: Course, to: EnrolmentState, actor: Actor, at: datetime) -> int:
    """Take all trainees of the course for whom the step is open to the state, as on its first or last day.

    Return how many. Raises StepNotPossible for a state in which one is no trainee of the course, ReasonMissing for
    one that is decided person by person.
    """
    if not rules.takes_part(to):
        raise StepNotPossible()
    if rules.needs_reason(to):
        raise ReasonMissing()
    _lock_course(course.id)
    trainees = session.scalars(
        select(Enrolment)
        .where(Enrolment.course_id == course.id, Enrolment.state.in_(rules.TRAINEE_STATES))
        .order_by(Enrolment.id)
        .execution_options(populate_existing=True)
    )
    moved = [enrolment for enrolment in trainees if rules.may_change(enrolment.state, to)]
    for enrolment in moved:
        _add_step(enrolment, enrolment.state, None, actor, at, to=to)
        enrolment.state, enrolment.changed_at = to, at
    record(
        events.CohortMoved(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=course.id,
            person_ids=tuple(enrolment.person_id for enrolment in moved),
            to_state=to,
        )
    )
    flush()
    return len(moved)


def offer_seat(*, course: Course, actor: Actor, at: datetime) -> Enrolment:
    """Offer a free seat to whoever has waited longest; raises NobodyWaits or NoSeatLeft."""
    _lock_course(course.id)
    _require_seat(course.id)
    waiting = find_next_waiting(course.id)
    if waiting is None:
        raise NobodyWaits()
    return change_enrolment(enrolment=waiting, to=EnrolmentState.OFFERED, actor=actor, at=at)


def engage_cohort(*, course: Course, clash_reason: str | None = None, actor: Actor, at: datetime) -> None:
    """Bind the trainees of the course to all its live sessions.

    Raises the timetable's PersonBusy unless ``clash_reason`` allows the clashes.
    """
    person_ids = list_trainee_ids(course.id)
    if person_ids:
        engage_for_course(course=course, person_ids=person_ids, clash_reason=clash_reason, actor=actor, at=at)


def _lock_course(course_id: int) -> None:
    session.execute(select(Course.id).where(Course.id == course_id).with_for_update(key_share=True))


def _require_seat(course_id: int) -> None:
    seats = measure_seats(course_id)
    if not seats.left:
        raise NoSeatLeft(capacity=seats.capacity)


def _passed_over(course_id: int, before_waiting: bool) -> Enrolment | None:
    """Return who has waited longest for the seat that is given to somebody else."""
    waiting = find_next_waiting(course_id)
    if waiting is not None and not before_waiting:
        raise SomebodyWaits(name=waiting.person.full_name)
    return waiting


def _require_confirmable(course_id: int, chosen: Collection[Enrolment]) -> None:
    for enrolment in chosen:
        if not rules.may_change(enrolment.state, EnrolmentState.CONFIRMED):
            raise SelectionNotPossible(name=enrolment.person.full_name)
    wanted = sum(not rules.takes_a_seat(enrolment.state) for enrolment in chosen)
    left = measure_seats(course_id).left
    if wanted > left:
        raise TooFewSeatsLeft(wanted=wanted, left=left)


def _step(enrolment: Enrolment, to: EnrolmentState, reason: str | None, actor: Actor, at: datetime) -> None:
    here = enrolment.state
    _add_step(enrolment, here, reason, actor, at, to=to)
    enrolment.state = to
    enrolment.changed_at = at
    record(
        events.EnrolmentChanged(
            actor=actor,
            at=at,
            organisation_id=enrolment.organisation_id,
            subject_id=enrolment.id,
            reason=reason,
            course_id=enrolment.course_id,
            person_id=enrolment.person_id,
            from_state=here,
            to_state=to,
        )
    )
    flush()
    if rules.takes_part(to) and not rules.takes_part(here):
        engage_for_course(course=enrolment.course, person_ids=[enrolment.person_id], actor=actor, at=at)
    if rules.takes_part(here) and not rules.takes_part(to):
        disengage_from_course(course=enrolment.course, person_ids=[enrolment.person_id])


def _add_step(
    enrolment: Enrolment,
    here: EnrolmentState | None,
    reason: str | None,
    actor: Actor,
    at: datetime,
    *,
    to: EnrolmentState | None = None,
) -> None:
    session.add(
        EnrolmentStep(
            enrolment_id=enrolment.id,
            from_state=here,
            to_state=to or enrolment.state,
            at=at,
            by_id=actor.person_id,
            reason=reason,
        )
    )
