"""Making one record of two, with everything both have."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.enrolment.models import Enrolment, EnrolmentStep
from app.enrolment.types import EnrolmentState
from app.evaluation.models import Invitation, SealedAnswer
from app.evaluation.types import WaveState
from app.improvement.models import Cycle
from app.improvement.types import CycleState
from app.kernel.access import SYSTEM, Role
from app.kernel.errors import StaleVersion
from app.kernel.transaction import settle
from app.people.commands import merge_people
from app.people.errors import (
    AtTwoPlaces,
    BothHaveAccounts,
    MergeStandsInTheWay,
    MergeWithItself,
    RolesWouldReachAccount,
)
from app.people.events import PeopleMerged
from app.people.models import Appointment, Person
from app.people.queries import list_merge_counts
from app.people.types import MergeCount
from app.scheduling.models import CourseManager, Engagement
from app.scheduling.types import EngagementKind
from app.teaching.models import Assignment, Lecturer
from app.teaching.types import AssignmentState, LecturerPart
from tests.factories.accounts import make_account, make_grant
from tests.factories.enrolment import make_enrolment
from tests.factories.evaluation import make_closed_wave, make_invitation, make_wave
from tests.factories.organisations import make_organisation
from tests.factories.people import make_appointment, make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_engagement, make_session

AT = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _database(app: Flask, db: Session) -> None:
    """Everything here is about rows, and needs to know what their constraints mean."""


@pytest.fixture
def kept() -> Person:
    return make_person(full_name="Đỗ Thị Ánh", phone=None)


@pytest.fixture
def gone(kept: Person) -> Person:
    return make_person(full_name="Đỗ Ánh", phone="0900", staff_code="CB7", organisation=kept.organisation)


def merge(kept: Person, gone: Person, *taken_over: str) -> Person:
    return merge_people(
        kept=kept,
        merged=gone,
        expected_versions=(kept.version, gone.version),
        taken_over=taken_over,
        actor=SYSTEM,
        at=AT,
    )


def test_chosen_fields_are_taken_over_and_the_other_record_leads_to_the_kept_one(
    kept: Person, gone: Person
) -> None:
    email = kept.email

    merge(kept, gone, "full_name", "phone", "staff_code")

    assert (kept.full_name, kept.phone, kept.staff_code, kept.email) == ("Đỗ Ánh", "0900", "CB7", email)
    assert kept.search_text == f"do anh {email} cb7"
    assert kept.sort_key == gone.sort_key
    assert gone.merged_into_id == kept.id


def test_record_merged_earlier_leads_to_the_last_one_kept(kept: Person, gone: Person) -> None:
    earlier = make_person()
    merge(gone, earlier)

    merge(kept, gone)

    assert earlier.merged_into_id == kept.id


def test_rows_of_every_feature_move_and_are_counted(db: Session, kept: Person, gone: Person) -> None:
    course = make_course()
    enrolment = make_enrolment(course, gone)
    db.add(CourseManager(course_id=course.id, person_id=gone.id))
    account = make_account(gone)
    grant = make_grant(gone, Role.LECTURER, gone.organisation)
    make_engagement(make_session(course), gone)
    invitation = make_invitation(person=gone)
    db.flush()

    merge(kept, gone)

    assert {enrolment.person_id, account.person_id, grant.person_id, invitation.person_id} == {kept.id}
    event = db.info["events"][-1]
    assert isinstance(event, PeopleMerged)
    assert event.moved == {
        "account.person_id": 1,
        "role_grant.person_id": 1,
        "course_manager.person_id": 1,
        "engagement.person_id": 1,
        "enrolment.person_id": 1,
        "invitation.person_id": 1,
    }


def test_page_of_the_merge_counts_what_each_has(kept: Person, gone: Person) -> None:
    make_enrolment(person=gone)
    make_enrolment(person=gone)
    make_appointment(kept)
    make_appointment(gone)

    assert sorted(list_merge_counts(kept.id, gone.id), key=lambda count: count.title) == [
        MergeCount("Places in courses", 0, 2),
        MergeCount("Posts", 1, 1),
    ]


def test_two_places_in_one_course_become_the_kept_one_with_both_histories(
    db: Session, kept: Person, gone: Person
) -> None:
    course = make_course()
    stays = make_enrolment(course, kept, state=EnrolmentState.COMPLETED)
    make_enrolment(course, gone, state=EnrolmentState.WITHDRAWN)

    merge(kept, gone)

    assert [(e.id, e.state) for e in db.scalars(select(Enrolment))] == [(stays.id, EnrolmentState.COMPLETED)]
    assert db.scalar(select(func.count()).where(EnrolmentStep.enrolment_id == stays.id)) == 2


def test_whoever_answered_under_one_record_has_answered(db: Session, kept: Person, gone: Person) -> None:
    wave = make_invitation(person=gone, answered=True).wave
    make_invitation(wave, kept)

    merge(kept, gone)

    assert [(i.person_id, i.answered) for i in db.scalars(select(Invitation))] == [(kept.id, True)]


@pytest.mark.parametrize("answered", [(False, False), (True, False), (True, True)])
def test_whoever_was_invited_twice_counts_once_while_the_wave_is_open(
    db: Session, kept: Person, gone: Person, answered: tuple[bool, bool]
) -> None:
    open_wave, other = make_wave(state=WaveState.OPEN), make_wave(state=WaveState.OPEN)
    for wave in (open_wave, other):
        make_invitation(wave, make_person())
    for person, has_answered in zip((kept, gone), answered, strict=True):
        make_invitation(open_wave, person, answered=has_answered)
    db.add_all(SealedAnswer(id=uuid4(), wave_id=open_wave.id, sealed=b"") for _ in range(sum(answered)))
    closed = make_closed_wave(invited=9)
    db.add_all(
        Invitation(wave_id=closed.id, person_id=person.id, token_hash=token)
        for person, token in ((kept, b"1"), (gone, b"2"))
    )
    db.flush()

    merge(kept, gone)
    settle()

    assert (open_wave.invited_count, other.invited_count, closed.invited_count) == (2, 1, 9)


def test_two_answers_of_one_person_are_not_more_than_were_invited(
    db: Session, kept: Person, gone: Person
) -> None:
    wave = make_wave(state=WaveState.OPEN)
    for person in (kept, gone):
        make_invitation(wave, person, answered=True)
    db.add_all(SealedAnswer(id=uuid4(), wave_id=wave.id, sealed=b"") for _ in range(2))

    merge(kept, gone)
    settle()

    assert wave.invited_count == 2


def make_lecturer(db: Session, person: Person, **values: object) -> Lecturer:
    lecturer = Lecturer(person=person, **values)
    db.add(lecturer)
    db.flush()
    return lecturer


def test_two_lecturers_become_one_with_the_assignments_of_both(
    db: Session, kept: Person, gone: Person
) -> None:
    both, only = make_session(), make_session(starts_at=FIRST_MORNING + timedelta(hours=3))
    stays = make_lecturer(db, kept)
    surplus = make_lecturer(db, gone, weekly_hours_limit=12)
    for lecturer, course_session in ((stays, both), (surplus, both), (surplus, only)):
        db.add(
            Assignment(
                lecturer=lecturer,
                course_session=course_session,
                part=LecturerPart.LEAD,
                state=AssignmentState.PROPOSED,
                proposed_at=AT,
                changed_at=AT,
            )
        )
    db.flush()

    merge(kept, gone)

    assert [(one.person_id, one.weekly_hours_limit) for one in db.scalars(select(Lecturer))] == [
        (kept.id, 12)
    ]
    assert db.scalars(select(Assignment.course_session_id).order_by(Assignment.id)).all() == [
        both.id,
        only.id,
    ]


def test_posts_and_roles_of_overlapping_days_are_joined(db: Session, kept: Person, gone: Person) -> None:
    for person, start, end in ((kept, 2010, 2014), (gone, 2012, 2016), (gone, 2018, None)):
        make_appointment(
            person,
            position="Lecturer",
            valid_from=date(start, 1, 1),
            valid_to=date(end, 1, 1) if end else None,
        )
    make_grant(kept, Role.TRAINEE, kept.organisation, valid_to=date(2030, 1, 1))
    make_grant(gone, Role.TRAINEE, kept.organisation)

    merge(kept, gone)

    posts = db.scalars(select(Appointment).order_by(Appointment.valid_from)).all()
    assert [(post.person_id, post.valid_from, post.valid_to) for post in posts] == [
        (kept.id, date(2010, 1, 1), date(2016, 1, 1)),
        (kept.id, date(2018, 1, 1), None),
    ]
    assert [(grant.person_id, grant.valid_to) for grant in db.scalars(select(RoleGrant))] == [(kept.id, None)]


def test_same_session_twice_is_once_and_two_at_one_time_are_refused(
    db: Session, kept: Person, gone: Person
) -> None:
    course_session = make_session()
    for person in (kept, gone):
        make_engagement(course_session, person, kind=EngagementKind.TRAINEE)

    merge(kept, gone)

    assert db.scalars(select(Engagement.person_id)).all() == [kept.id]
    third = make_person()
    make_engagement(make_session(), third)
    with pytest.raises(AtTwoPlaces, match="2026-08-03 01:00"):
        merge(kept, third)


def test_allowed_clash_does_not_stand_in_the_way(db: Session, kept: Person, gone: Person) -> None:
    make_engagement(make_session(), kept)
    make_engagement(make_session(), gone, clash_reason="Only the opening")

    merge(kept, gone)

    assert db.scalars(select(Engagement.person_id)).all() == [kept.id, kept.id]


def test_two_accounts_are_refused(db: Session, kept: Person, gone: Person) -> None:
    make_account(kept)
    make_account(gone)

    with pytest.raises(BothHaveAccounts):
        merge(kept, gone)

    assert db.scalar(select(func.count()).select_from(Account)) == 2


def test_merge_gives_nobody_rights(kept: Person, gone: Person) -> None:
    make_account(kept)
    grant = make_grant(gone, Role.ADMINISTRATOR, gone.organisation)

    with pytest.raises(RolesWouldReachAccount):
        merge(kept, gone)

    grant.valid_to = date(2026, 8, 31)
    assert merge(kept, gone) is kept


def test_parts_that_one_person_cannot_have_are_said(db: Session, kept: Person, gone: Person) -> None:
    """The approver of a cycle is not its author; the two turn out to be one."""
    db.add(Cycle(course=make_course(), state=CycleState.DRAFTED, author=kept, approved_by=gone))
    db.flush()

    with pytest.raises(MergeStandsInTheWay, match="approver_is_not_author"):
        merge(kept, gone)


def test_one_record_is_not_merged_with_itself(kept: Person) -> None:
    with pytest.raises(MergeWithItself):
        merge(kept, kept)


def test_record_changed_meanwhile_is_not_merged(kept: Person, gone: Person) -> None:
    seen = (kept.version, gone.version - 1)

    with pytest.raises(StaleVersion):
        merge_people(kept=kept, merged=gone, expected_versions=seen, actor=SYSTEM, at=AT)


def test_home_organisation_may_be_taken_over(kept: Person) -> None:
    elsewhere = make_organisation()
    gone = make_person(organisation=elsewhere)

    merge(kept, gone, "organisation")

    assert kept.organisation_id == elsewhere.id
