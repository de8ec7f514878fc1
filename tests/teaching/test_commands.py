"""Lecturers are asked, answer, and are written to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.access import Actor, Role
from app.kernel.db import session as database
from app.kernel.errors import NotFound, StaleVersion
from app.kernel.transaction import settle
from app.messaging.models import OutgoingMail
from app.organisations.models import Organisation
from app.people.commands import merge_people
from app.scheduling.commands import cancel_course, cancel_session, move_session, release_timetable
from app.scheduling.errors import PersonBusy, SessionIsOver
from app.scheduling.models import AllowedClash, CourseSession, Engagement
from app.scheduling.types import SessionState
from app.teaching import commands, errors, queries
from app.teaching.models import Assignment, CalendarFeed, Lecturer
from app.teaching.types import AssignmentState, LecturerPart
from tests.factories.accounts import make_account, make_actor
from tests.factories.organisations import make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session
from tests.factories.teaching import make_assignment, make_calendar_feed, make_lecturer

AT = FIRST_MORNING - timedelta(days=20)


@pytest.fixture(autouse=True)
def around(app: Flask, db: Session) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def academy() -> Organisation:
    return make_organisation()


@pytest.fixture
def manager(academy: Organisation) -> Actor:
    return make_actor(Role.TRAINING_MANAGER, academy)


def propose(
    course_session: CourseSession,
    lecturer: Lecturer,
    actor: Actor,
    reason: str | None = None,
    at: datetime = AT,
) -> Assignment:
    return commands.propose_assignment(
        course_session=course_session,
        lecturer=lecturer,
        part=LecturerPart.LEAD,
        clash_reason=reason,
        actor=actor,
        at=at,
    )


def bound(course_session: CourseSession) -> list[int]:
    return list(
        database.scalars(
            select(Engagement.person_id).where(Engagement.course_session_id == course_session.id)
        )
    )


def mails(db: Session) -> list[tuple[str, str]]:
    settle()
    return [
        (mail.to_name, mail.subject) for mail in db.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    ]


def release(course_session: CourseSession, manager: Actor, at: datetime = AT) -> None:
    release_timetable(course=course_session.course, name="First", note="", actor=manager, at=at)
    settle()


def test_proposal_takes_the_hours(academy: Organisation, manager: Actor) -> None:
    course_session, lecturer = make_session(make_course(academy)), make_lecturer()

    assignment = propose(course_session, lecturer, manager)

    assert assignment.state is AssignmentState.PROPOSED
    assert bound(course_session) == [lecturer.person_id]


def test_busy_lecturer_is_refused_with_the_other_session_and_course(
    academy: Organisation, manager: Actor
) -> None:
    lecturer, other = make_lecturer(), make_session(make_course(academy, code="TOT-01"), title="Opening")
    propose(other, lecturer, manager)

    with pytest.raises(PersonBusy) as refused:
        propose(make_session(make_course(academy)), lecturer, manager)

    assert "“Opening” of TOT-01" in str(refused.value)


def test_who_may_not_see_the_other_course_learns_only_that_the_lecturer_is_busy(manager: Actor) -> None:
    elsewhere = make_organisation()
    lecturer, other = make_lecturer(), make_session(make_course(elsewhere, code="TOT-01"))
    propose(other, lecturer, make_actor(Role.TRAINING_MANAGER, elsewhere))

    with pytest.raises(PersonBusy) as refused:
        propose(make_session(), lecturer, manager)

    assert "is busy" in str(refused.value)
    assert "TOT-01" not in str(refused.value)


def test_clash_is_allowed_with_a_reason(academy: Organisation, manager: Actor, db: Session) -> None:
    lecturer, course = make_lecturer(), make_course(academy)
    propose(make_session(course), lecturer, manager)

    propose(make_session(course), lecturer, manager, "Opens both groups together")

    assert db.scalars(select(AllowedClash.reason)).all() == ["Opens both groups together"]


def test_lecturer_is_proposed_once(manager: Actor) -> None:
    course_session, lecturer = make_session(), make_lecturer()
    propose(course_session, lecturer, manager)

    with pytest.raises(errors.ProposedAlready):
        propose(course_session, lecturer, manager)


def test_inactive_lecturer_is_not_proposed(manager: Actor) -> None:
    with pytest.raises(errors.LecturerInactive):
        propose(make_session(), make_lecturer(active=False), manager)


@pytest.mark.parametrize("state", [SessionState.HELD, SessionState.CANCELLED])
def test_nobody_is_proposed_for_what_is_over(manager: Actor, state: SessionState) -> None:
    over = make_session(state=state, state_reason="Flood")

    with pytest.raises(SessionIsOver):
        propose(over, make_lecturer(), manager)


def test_more_hours_than_agreed_need_a_reason(academy: Organisation, manager: Actor) -> None:
    lecturer, course = make_lecturer(weekly_hours_limit=3), make_course(academy)
    propose(make_session(course), lecturer, manager)
    second = make_session(course, starts_at=FIRST_MORNING + timedelta(days=2))

    with pytest.raises(errors.OverWeeklyLimit) as refused:
        propose(second, lecturer, manager)
    assert "4 hours" in str(refused.value)
    database.expunge_all()
    next_week = make_session(course, starts_at=FIRST_MORNING + timedelta(days=7))

    assert propose(next_week, lecturer, manager).state is AssignmentState.PROPOSED


def test_several_sessions_are_proposed_all_or_none(
    academy: Organisation, manager: Actor, db: Session
) -> None:
    lecturer, course = make_lecturer(), make_course(academy)
    sessions = [make_session(course, starts_at=FIRST_MORNING + timedelta(days=day)) for day in range(3)]
    propose(sessions[1], lecturer, manager)
    make: dict[str, Any] = {
        "course": course,
        "lecturer": lecturer,
        "part": LecturerPart.LEAD,
        "actor": manager,
        "at": AT,
    }

    made = commands.propose_for_sessions(sessions=sessions, **make)

    assert [one.course_session_id for one in made] == [sessions[0].id, sessions[2].id]
    with pytest.raises(errors.SessionElsewhere):
        commands.propose_for_sessions(sessions=[make_session()], **make)
    with pytest.raises(errors.NoSessionChosen):
        commands.propose_for_sessions(sessions=[], **make)


def test_acceptance_keeps_the_hours_and_is_dated(manager: Actor) -> None:
    assignment = make_assignment()

    commands.answer_assignment(assignment=assignment, accept=True, reason=None, actor=manager, at=AT)

    assert (assignment.state, assignment.answered_at) == (AssignmentState.ACCEPTED, AT)
    assert bound(assignment.course_session) == [assignment.lecturer.person_id]


@pytest.mark.parametrize("state", [AssignmentState.PROPOSED, AssignmentState.ACCEPTED])
def test_declining_needs_a_reason_and_frees_the_hours(manager: Actor, state: AssignmentState) -> None:
    assignment = make_assignment(state=state)
    with pytest.raises(errors.ReasonMissing):
        commands.answer_assignment(assignment=assignment, accept=False, reason=" ", actor=manager, at=AT)

    commands.answer_assignment(assignment=assignment, accept=False, reason="Abroad", actor=manager, at=AT)

    assert (assignment.state, assignment.reason) == (AssignmentState.DECLINED, "Abroad")
    assert bound(assignment.course_session) == []


def test_who_declined_may_be_asked_anew(manager: Actor, db: Session) -> None:
    assignment = make_assignment(state=AssignmentState.DECLINED, told_at=AT)

    again = propose(assignment.course_session, assignment.lecturer, manager)

    assert again is assignment
    assert (again.state, again.reason, again.answered_at, again.told_at) == (
        AssignmentState.PROPOSED,
        None,
        None,
        None,
    )
    assert bound(assignment.course_session) == [assignment.lecturer.person_id]


def test_withdrawn_assignment_is_not_accepted(manager: Actor) -> None:
    assignment = make_assignment()
    commands.withdraw_assignment(assignment=assignment, reason="Two are enough", actor=manager, at=AT)

    with pytest.raises(errors.StepNotPossible):
        commands.answer_assignment(assignment=assignment, accept=True, reason=None, actor=manager, at=AT)

    assert bound(assignment.course_session) == []


def test_part_changes_and_the_answer_stays(manager: Actor) -> None:
    assignment = make_assignment(state=AssignmentState.ACCEPTED)
    version = assignment.version

    commands.change_part(
        assignment=assignment,
        expected_version=version,
        part=LecturerPart.FACILITATOR,
        actor=manager,
        at=AT,
    )

    assert (assignment.part, assignment.state) == (LecturerPart.FACILITATOR, AssignmentState.ACCEPTED)
    with pytest.raises(StaleVersion):
        commands.change_part(
            assignment=assignment, expected_version=version, part=LecturerPart.LEAD, actor=manager, at=AT
        )


def test_nothing_is_told_before_the_release_and_then_once_for_a_course(
    academy: Organisation, manager: Actor, db: Session
) -> None:
    course, lecturer = make_course(academy, code="TOT-01"), make_lecturer(make_person(full_name="Lê Thị Ánh"))
    first = make_session(course)
    propose(first, lecturer, manager)
    propose(make_session(course, starts_at=FIRST_MORNING + timedelta(hours=3)), lecturer, manager)
    assert mails(db) == []

    release(first, manager)

    assert mails(db) == [("Lê Thị Ánh", "TOT-01: 2 sessions wait for your answer")]


def test_later_proposals_of_the_day_wait_for_the_next_morning(
    academy: Organisation, manager: Actor, db: Session
) -> None:
    course, lecturer = make_course(academy), make_lecturer()
    sessions = [make_session(course, starts_at=FIRST_MORNING + timedelta(days=day)) for day in range(3)]
    release(sessions[0], manager)
    for course_session in sessions:
        propose(course_session, lecturer, manager)
        settle()
    assert len(mails(db)) == 1

    commands.tell_untold(at=AT + timedelta(hours=1))
    assert len(mails(db)) == 1
    commands.tell_untold(at=AT + timedelta(days=1))

    assert "2 sessions wait" in mails(db)[1][1]
    commands.tell_untold(at=AT + timedelta(days=2))
    assert len(mails(db)) == 2


def test_letter_is_in_the_lecturers_language_and_says_when_and_where(
    academy: Organisation, manager: Actor, db: Session
) -> None:
    account = make_account(make_person(), locale="en")
    course_session = make_session(
        make_course(academy), title="Chu trình", titles={"en": "The cycle"}, room=make_room(name="Room 302")
    )
    release(course_session, manager)
    propose(course_session, make_lecturer(account.person), manager)
    settle()

    text = db.scalars(select(OutgoingMail.text)).one()

    assert "3 Aug 2026, 08:00–10:00 (Asia/Ho_Chi_Minh)" in text
    assert "The cycle" in text
    assert "Room 302" in text
    assert "http://localhost/my/assignments" in text


def test_reminder_goes_at_most_once_a_day_and_lists_all_that_is_owed(
    academy: Organisation, manager: Actor, db: Session
) -> None:
    lecturer, course = make_lecturer(), make_course(academy)
    make_assignment(make_session(course), lecturer)
    other = make_session(make_course(academy), starts_at=FIRST_MORNING + timedelta(days=1))
    make_assignment(other, lecturer)
    make_assignment(make_session(course), state=AssignmentState.ACCEPTED)

    assert commands.remind_lecturers(course=course, actor=manager, at=AT) == 1
    with pytest.raises(errors.NobodyToRemind):
        commands.remind_lecturers(course=other.course, actor=manager, at=AT + timedelta(hours=2))
    assert mails(db) == [(lecturer.person.full_name, "2 sessions still wait for your answer")]

    assert commands.remind_lecturers(course=course, actor=manager, at=AT + timedelta(days=1)) == 1
    assert len(mails(db)) == 2


def test_cancelled_session_withdraws_with_its_reason_and_tells_who_accepted(
    academy: Organisation, manager: Actor, db: Session
) -> None:
    course_session = make_session(make_course(academy), title="Debate")
    accepted = make_assignment(course_session, state=AssignmentState.ACCEPTED)
    untold = make_assignment(course_session)
    declined = make_assignment(course_session, state=AssignmentState.DECLINED)

    cancel_session(course_session=course_session, reason="Typhoon", actor=manager, at=AT)

    assert mails(db) == [(accepted.lecturer.person.full_name, "Cancelled: Debate")]
    assert [(one.state, one.reason) for one in (accepted, untold)] == [
        (AssignmentState.WITHDRAWN, "Typhoon")
    ] * 2
    assert declined.state is AssignmentState.DECLINED


def test_cancelled_course_writes_one_letter(academy: Organisation, manager: Actor, db: Session) -> None:
    lecturer, course = make_lecturer(), make_course(academy, code="TOT-01")
    for day in range(2):
        course_session = make_session(course, starts_at=FIRST_MORNING + timedelta(days=day))
        make_assignment(course_session, lecturer, state=AssignmentState.ACCEPTED)

    cancel_course(course=course, reason="No trainees", actor=manager, at=AT)

    assert mails(db) == [(lecturer.person.full_name, "Cancelled: TOT-01")]
    assert db.scalars(select(OutgoingMail.text)).one().count("Lead lecturer") == 2


def test_moved_session_keeps_the_yes_and_asks_the_others_anew(
    academy: Organisation, manager: Actor, db: Session
) -> None:
    course_session = make_session(make_course(academy), title="Debate")
    accepted = make_assignment(course_session, state=AssignmentState.ACCEPTED)
    open_page = make_assignment(course_session, told_at=AT - timedelta(days=1))
    version = open_page.version
    later = FIRST_MORNING + timedelta(days=1)

    move_session(
        course_session=course_session,
        expected_version=course_session.version,
        starts_at=later,
        ends_at=later + timedelta(hours=2),
        room=None,
        room_clash_reason=None,
        actor=manager,
        at=AT,
    )

    assert [subject for _name, subject in mails(db)] == ["Moved: Debate"] * 2
    assert (accepted.state, accepted.changed_at) == (AssignmentState.ACCEPTED, AT)
    assert (open_page.state, open_page.proposed_at) == (AssignmentState.PROPOSED, AT)
    with pytest.raises(StaleVersion):
        commands.answer_assignment(
            assignment=open_page, accept=True, expected_version=version, actor=manager, at=AT
        )


def test_person_is_a_lecturer_once(manager: Actor) -> None:
    person = make_person()
    lecturer = commands.add_lecturer(person=person, languages=[" vi ", ""], actor=manager, at=AT)

    assert lecturer.languages == ["vi"]
    with pytest.raises(errors.AlreadyLecturer):
        commands.add_lecturer(person=person, actor=manager, at=AT)


def test_new_feed_closes_the_old_one_and_is_kept_as_a_hash(manager: Actor, db: Session) -> None:
    person = make_person()
    old = make_calendar_feed(person)

    token = commands.make_feed(person=person, actor=manager, at=AT)

    assert queries.find_feed_owner(token).person_id == person.id
    with pytest.raises(NotFound):
        queries.find_feed_owner(old)
    assert token.encode() not in {feed.token_hash for feed in db.scalars(select(CalendarFeed))}
    commands.revoke_feed(person=person, actor=manager, at=AT)
    with pytest.raises(NotFound):
        queries.find_feed_owner(token)


def test_two_records_of_one_lecturer_become_one(academy: Organisation, manager: Actor, db: Session) -> None:
    kept, merged = make_person(organisation=academy), make_person(organisation=academy)
    lecturer, double = make_lecturer(kept), make_lecturer(merged)
    make_calendar_feed(kept)
    old_address = make_calendar_feed(merged)
    course = make_course(academy)
    make_assignment(make_session(course), lecturer)
    other = make_assignment(make_session(course, starts_at=FIRST_MORNING + timedelta(days=1)), double)

    merge_people(
        kept=kept, merged=merged, expected_versions=(kept.version, merged.version), actor=manager, at=AT
    )
    db.expire_all()

    assert [one.person_id for one in db.scalars(select(Lecturer))] == [kept.id]
    assert db.scalars(select(Assignment.lecturer_id)).all() == [lecturer.id, lecturer.id]
    assert bound(other.course_session) == [kept.id]
    with pytest.raises(NotFound):
        queries.find_feed_owner(old_address)
