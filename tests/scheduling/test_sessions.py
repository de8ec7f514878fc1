"""Scheduling, moving and ending sessions; who and what may be where."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.curriculum.types import TeachingMethod
from app.kernel.access import Actor, Role
from app.kernel.db import session
from app.kernel.errors import StaleVersion
from app.kernel.events import take_recorded
from app.kernel.periods import EndBeforeStart
from app.scheduling import commands, events
from app.scheduling.errors import (
    CourseIsCancelled,
    ModuleElsewhere,
    NotWebAddress,
    PersonBusy,
    ReasonMissing,
    RoomBusy,
    SessionIsOver,
    SessionNotBegun,
)
from app.scheduling.models import AllowedClash, Course, CourseSession, Engagement
from app.scheduling.types import EngagementKind, SessionState
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_engagement, make_session

HOUR = timedelta(hours=1)
TOO_EARLY = FIRST_MORNING - timedelta(days=7)


@dataclass
class Desk:
    """A training manager at work on a course."""

    course: Course
    actor: Actor

    def schedule(
        self, starts_at: datetime = FIRST_MORNING, *, hours: int = 2, **values: Any
    ) -> CourseSession:
        return commands.schedule_session(
            **{
                "course": self.course,
                "module": None,
                "title": "Opening",
                "titles": {},
                "starts_at": starts_at,
                "ends_at": starts_at + hours * HOUR,
                "room": None,
                "online_url": None,
                "method": TeachingMethod.LECTURE,
                "materials": [],
                "room_clash_reason": None,
                "actor": self.actor,
                "at": TOO_EARLY,
                **values,
            }
        )

    def move(self, course_session: CourseSession, starts_at: datetime, **values: Any) -> CourseSession:
        return commands.move_session(
            **{
                "course_session": course_session,
                "expected_version": course_session.version,
                "starts_at": starts_at,
                "ends_at": starts_at + 2 * HOUR,
                "room": course_session.room,
                "room_clash_reason": None,
                "actor": self.actor,
                "at": TOO_EARLY,
                **values,
            }
        )

    def engage(self, course_session: CourseSession, person_id: int, **values: Any) -> Engagement:
        return commands.engage_person(
            **{
                "course_session": course_session,
                "person_id": person_id,
                "kind": EngagementKind.LECTURER,
                "actor": self.actor,
                "at": TOO_EARLY,
                **values,
            }
        )


@pytest.fixture
def desk(db: Session) -> Desk:
    organisation = make_organisation()
    return Desk(make_course(organisation), make_actor(Role.TRAINING_MANAGER, organisation))


def test_session_lies_on_the_timetable_with_its_materials(desk: Desk) -> None:
    made = desk.schedule(module=desk.course.modules[0], materials=[("Slides", "https://example.org/s")])

    assert (made.starts_at, made.ends_at) == (FIRST_MORNING, FIRST_MORNING + 2 * HOUR)
    assert [(m.title, m.url) for m in made.materials] == [("Slides", "https://example.org/s")]
    assert [type(event) for event in take_recorded()] == [events.SessionScheduled]


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_room_is_not_given_twice(desk: Desk, offset: int) -> None:
    room = make_room()
    desk.schedule(room=room)

    with pytest.raises(RoomBusy) as refused:
        desk.schedule(FIRST_MORNING + offset * HOUR, room=room)

    assert room.name in str(refused.value)
    assert "“Opening”" in str(refused.value)
    assert desk.course.code in str(refused.value)
    assert refused.value.field == "room_id"


@pytest.mark.parametrize("offset", [-2, 2])
def test_sessions_that_touch_do_not_clash(desk: Desk, offset: int) -> None:
    room = make_room()
    desk.schedule(room=room)

    assert desk.schedule(FIRST_MORNING + offset * HOUR, room=room).id


def test_whoever_may_not_see_the_other_course_only_learns_that_the_room_is_busy(desk: Desk) -> None:
    room = make_room()
    elsewhere = make_session(make_course(), room=room, title="Secret meeting")

    with pytest.raises(RoomBusy) as refused:
        desk.schedule(room=room)

    assert "is busy" in str(refused.value)
    assert "Secret" not in str(refused.value)
    (clash,) = refused.value.clashes
    assert (clash.session_title, clash.course_code, clash.starts_at) == ("", "", None)
    assert elsewhere.id


def test_a_reason_allows_the_clash_and_stays_visible(desk: Desk, db: Session) -> None:
    room = make_room()
    first = desk.schedule(room=room)

    second = desk.schedule(room=room, room_clash_reason="Two groups share the hall", allowed_with=[first.id])

    (allowed,) = db.scalars(select(AllowedClash)).all()
    assert (allowed.course_session_id, allowed.other_session_id) == (second.id, first.id)
    assert (allowed.reason, allowed.room_id) == ("Two groups share the hall", room.id)
    assert allowed.allowed_by_id == desk.actor.person_id
    assert any(isinstance(event, events.ClashAllowed) for event in take_recorded())


def test_a_reason_covers_only_the_sessions_it_was_given_for(desk: Desk) -> None:
    room = make_room()
    first = desk.schedule(room=room)
    second = desk.schedule(FIRST_MORNING + 2 * HOUR, room=room)

    with pytest.raises(RoomBusy) as refused:
        desk.schedule(FIRST_MORNING + HOUR, room=room, room_clash_reason="Shared", allowed_with=[first.id])

    assert [clash.session_id for clash in refused.value.clashes] == [second.id]


def test_an_allowed_booking_is_refused_against_third_sessions(desk: Desk) -> None:
    room = make_room()
    desk.schedule(room=room)
    exempt = desk.schedule(FIRST_MORNING + HOUR, room=room, room_clash_reason="Shared")
    third = desk.schedule(FIRST_MORNING + 5 * HOUR, room=room)

    with pytest.raises(RoomBusy):
        desk.schedule(FIRST_MORNING + 2 * HOUR, room=room)
    with pytest.raises(RoomBusy):
        desk.move(third, FIRST_MORNING + 2 * HOUR)
    with pytest.raises(RoomBusy):
        desk.move(exempt, FIRST_MORNING + 4 * HOUR)


def test_an_allowed_clash_ends_with_the_move_and_is_not_allowed_again(desk: Desk, db: Session) -> None:
    room = make_room()
    desk.schedule(room=room)
    exempt = desk.schedule(room=room, room_clash_reason="Shared")

    desk.move(exempt, FIRST_MORNING + 3 * HOUR)

    assert exempt.room_clash_reason is None
    assert db.scalars(select(AllowedClash)).all() == []
    with pytest.raises(RoomBusy):
        desk.move(exempt, FIRST_MORNING)


def test_an_allowed_clash_stays_while_both_still_meet(desk: Desk) -> None:
    room = make_room()
    first = desk.schedule(room=room)
    exempt = desk.schedule(room=room, room_clash_reason="Shared")

    desk.move(exempt, FIRST_MORNING + HOUR)
    desk.move(first, FIRST_MORNING - HOUR + timedelta(minutes=30))

    assert exempt.room_clash_reason == "Shared"


def test_person_is_not_in_two_places(desk: Desk) -> None:
    person = make_person(full_name="Lê Thị Hoa")
    desk.engage(desk.schedule(title="First"), person.id)

    with pytest.raises(PersonBusy) as refused:
        desk.engage(desk.schedule(FIRST_MORNING + HOUR), person.id)

    assert "Lê Thị Hoa is at “First”" in str(refused.value)


def test_move_takes_everybody_along_and_is_refused_when_one_is_elsewhere(desk: Desk, db: Session) -> None:
    person = make_person()
    moving, fixed = desk.schedule(), desk.schedule(FIRST_MORNING + 4 * HOUR)
    desk.engage(moving, person.id)
    desk.engage(fixed, person.id)

    with pytest.raises(PersonBusy):
        desk.move(moving, FIRST_MORNING + 3 * HOUR)
    desk.move(moving, FIRST_MORNING + 2 * HOUR)

    assert [e.during.lower for e in moving.engagements] == [FIRST_MORNING + 2 * HOUR]


def test_move_over_an_engagement_is_allowed_with_a_reason_for_persons(desk: Desk, db: Session) -> None:
    person = make_person()
    moving, fixed = desk.schedule(), desk.schedule(FIRST_MORNING + 4 * HOUR)
    desk.engage(moving, person.id)
    desk.engage(fixed, person.id)

    desk.move(moving, FIRST_MORNING + 4 * HOUR, person_clash_reason="Opens one, then goes over")

    (bond,) = moving.engagements
    assert bond.clash_reason == "Opens one, then goes over"
    desk.move(moving, FIRST_MORNING)
    assert [bond.clash_reason for bond in moving.engagements] == [None]
    assert db.scalars(select(AllowedClash)).all() == []


def test_engaging_twice_changes_nothing_but_makes_a_trainee_a_lecturer(desk: Desk) -> None:
    person, made = make_person(), desk.schedule()

    first = desk.engage(made, person.id, kind=EngagementKind.TRAINEE)
    second = desk.engage(made, person.id)

    assert first is second
    assert first.kind is EngagementKind.LECTURER


def test_somebody_let_go_is_free(desk: Desk) -> None:
    person, made = make_person(), desk.schedule()
    desk.engage(made, person.id)

    commands.disengage_person(course_session=made, person_id=person.id)

    assert desk.engage(desk.schedule(), person.id).id


def test_cohort_is_bound_to_all_live_sessions_once(desk: Desk, db: Session) -> None:
    desk.schedule()
    desk.schedule(FIRST_MORNING + 2 * HOUR)
    off = desk.schedule(FIRST_MORNING + 4 * HOUR)
    commands.cancel_session(course_session=off, reason="Holiday", actor=desk.actor, at=TOO_EARLY)
    persons = [make_person().id, make_person().id]
    bind: dict[str, Any] = {
        "course": desk.course,
        "person_ids": persons,
        "actor": desk.actor,
        "at": TOO_EARLY,
    }

    assert commands.engage_for_course(**bind) == 4
    assert commands.engage_for_course(**bind) == 0

    commands.disengage_from_course(course=desk.course, person_ids=persons[:1])
    assert {e.person_id for e in db.scalars(select(Engagement))} == {persons[1]}


def test_cohort_is_refused_when_one_of_it_is_in_another_course(desk: Desk) -> None:
    person = make_person(full_name="Trần Văn Bình")
    make_engagement(make_session(make_course(), title="Elsewhere"), person)
    desk.schedule(FIRST_MORNING + HOUR)

    with pytest.raises(PersonBusy) as refused:
        commands.engage_for_course(
            course=desk.course, person_ids=[make_person().id, person.id], actor=desk.actor, at=TOO_EARLY
        )

    assert str(refused.value).startswith("Trần Văn Bình is busy")


def test_cohort_cannot_be_in_two_sessions_of_its_own_course(desk: Desk) -> None:
    desk.schedule(title="One")
    desk.schedule(FIRST_MORNING + HOUR, title="Two")
    bind: dict[str, Any] = {
        "course": desk.course,
        "person_ids": [make_person().id],
        "actor": desk.actor,
        "at": TOO_EARLY,
    }

    with pytest.raises(PersonBusy):
        commands.engage_for_course(**bind)

    assert commands.engage_for_course(**bind, clash_reason="Changes over at the break") == 2


def test_cancelling_frees_the_room_and_the_people(desk: Desk) -> None:
    room, person = make_room(), make_person()
    off = desk.schedule(room=room)
    desk.engage(off, person.id)

    commands.cancel_session(course_session=off, reason="The lecturer is ill", actor=desk.actor, at=TOO_EARLY)

    assert (off.state, off.state_reason) == (SessionState.CANCELLED, "The lecturer is ill")
    assert desk.engage(desk.schedule(room=room), person.id).id
    with pytest.raises(SessionIsOver):
        desk.engage(off, person.id)


def test_cancelling_needs_a_reason(desk: Desk) -> None:
    with pytest.raises(ReasonMissing):
        commands.cancel_session(course_session=desk.schedule(), reason=" ", actor=desk.actor, at=TOO_EARLY)


def test_session_is_held_once_it_has_begun_and_not_moved_afterwards(desk: Desk) -> None:
    made = desk.schedule()
    with pytest.raises(SessionNotBegun):
        commands.mark_session_held(course_session=made, actor=desk.actor, at=FIRST_MORNING - HOUR)

    commands.mark_session_held(course_session=made, actor=desk.actor, at=FIRST_MORNING)

    assert made.state is SessionState.HELD
    with pytest.raises(SessionIsOver):
        desk.move(made, FIRST_MORNING + HOUR)
    with pytest.raises(SessionIsOver):
        commands.cancel_session(course_session=made, reason="Late", actor=desk.actor, at=FIRST_MORNING)


def test_all_past_sessions_are_held_at_once_and_none_that_lies_ahead(desk: Desk) -> None:
    past, ahead = desk.schedule(), desk.schedule(FIRST_MORNING + 4 * HOUR)

    count = commands.mark_past_sessions_held(
        course=desk.course, actor=desk.actor, at=FIRST_MORNING + 3 * HOUR
    )

    assert (count, past.state, ahead.state) == (1, SessionState.HELD, SessionState.PLANNED)


def test_page_left_open_over_another_move_overwrites_nothing(desk: Desk) -> None:
    made = desk.schedule()
    seen = made.version
    desk.move(made, FIRST_MORNING + HOUR)

    with pytest.raises(StaleVersion):
        desk.move(made, FIRST_MORNING, expected_version=seen)


def test_session_needs_a_length_an_own_module_and_a_real_address(desk: Desk) -> None:
    foreign = make_course().modules[0]

    with pytest.raises(EndBeforeStart):
        desk.schedule(hours=0)
    with pytest.raises(ModuleElsewhere):
        desk.schedule(module=foreign)
    with pytest.raises(NotWebAddress):
        desk.schedule(online_url="javascript:alert(1)")
    with pytest.raises(NotWebAddress):
        desk.schedule(materials=[("Slides", "file:///etc/passwd")])


def test_cancelled_course_takes_its_coming_sessions_with_it(desk: Desk) -> None:
    held, coming = desk.schedule(), desk.schedule(FIRST_MORNING + 4 * HOUR)
    commands.mark_session_held(course_session=held, actor=desk.actor, at=FIRST_MORNING)

    commands.cancel_course(course=desk.course, reason="Flood", actor=desk.actor, at=FIRST_MORNING)

    assert (held.state, coming.state) == (SessionState.HELD, SessionState.CANCELLED)
    with pytest.raises(CourseIsCancelled):
        desk.schedule()


def test_an_exempt_person_is_protected_again_when_the_other_session_moves_away(desk: Desk) -> None:
    person, first, exempt = make_person(), desk.schedule(), desk.schedule()
    desk.engage(first, person.id)
    bond = desk.engage(exempt, person.id, clash_reason="Opens one, then goes over")

    desk.move(first, FIRST_MORNING + HOUR)
    still_exempt = bond.clash_reason
    desk.move(first, FIRST_MORNING + 2 * HOUR)

    assert still_exempt == "Opens one, then goes over"
    assert bond.clash_reason is None
    # The database itself refuses the third booking, whatever a command overlooks.
    with pytest.raises(IntegrityError, match="person_twice"):
        make_engagement(desk.schedule(FIRST_MORNING + HOUR, hours=1), person)


def test_an_exempt_room_is_protected_again_when_the_other_session_moves_away(desk: Desk) -> None:
    room, other_room = make_room(), make_room()
    first = desk.schedule(room=room)
    exempt = desk.schedule(room=room, room_clash_reason="Shared")

    desk.move(first, FIRST_MORNING, room=other_room)

    assert exempt.room_clash_reason is None
    with pytest.raises(IntegrityError, match="room_twice"):
        make_session(desk.course, room=room)


@pytest.mark.parametrize("whole_course", [False, True])
def test_what_was_exempt_is_protected_again_when_the_other_session_is_called_off(
    desk: Desk, db: Session, whole_course: bool
) -> None:
    room, person = make_room(), make_person()
    called_off = make_session(make_course(desk.course.organisation), room=room)
    desk.engage(called_off, person.id)
    exempt = desk.schedule(room=room, room_clash_reason="Shared")
    bond = desk.engage(exempt, person.id, clash_reason="Opens one, then goes over")

    if whole_course:
        commands.cancel_course(course=called_off.course, reason="Flood", actor=desk.actor, at=TOO_EARLY)
    else:
        commands.cancel_session(course_session=called_off, reason="Flood", actor=desk.actor, at=TOO_EARLY)

    assert (exempt.room_clash_reason, bond.clash_reason) == (None, None)
    assert db.scalars(select(AllowedClash)).all() == []
    with pytest.raises(PersonBusy):
        desk.engage(desk.schedule(FIRST_MORNING + HOUR), person.id)


def test_an_exempt_person_is_protected_again_when_let_go_elsewhere(desk: Desk) -> None:
    person, first, exempt = make_person(), desk.schedule(), desk.schedule()
    desk.engage(first, person.id)
    bond = desk.engage(exempt, person.id, clash_reason="Opens one, then goes over")

    commands.disengage_person(course_session=first, person_id=person.id)

    assert bond.clash_reason is None


def test_who_still_meets_somebody_else_stays_exempt(desk: Desk) -> None:
    person, first, second, third = make_person(), desk.schedule(), desk.schedule(), desk.schedule()
    desk.engage(first, person.id)
    bonds = [desk.engage(other, person.id, clash_reason="Opens all three") for other in (second, third)]

    desk.move(first, FIRST_MORNING + 2 * HOUR)

    # Of the two that remain, the one that was allowed to clash with the other.
    assert [bond.clash_reason for bond in bonds] == [None, "Opens all three"]
    commands.cancel_session(course_session=second, reason="Flood", actor=desk.actor, at=TOO_EARLY)
    assert bonds[1].clash_reason is None


def test_lecturer_let_go_stays_as_the_trainee_they_are_as_well(desk: Desk) -> None:
    first_trainee, first_lecturer, only_lecturer = make_person(), make_person(), make_person()
    made = desk.schedule()
    desk.engage(made, first_lecturer.id)
    desk.engage(made, only_lecturer.id)
    commands.engage_for_course(
        course=desk.course, person_ids=[first_trainee.id, first_lecturer.id], actor=desk.actor, at=TOO_EARLY
    )
    desk.engage(made, first_trainee.id)

    for person in (first_trainee, first_lecturer, only_lecturer):
        commands.disengage_person(course_session=made, person_id=person.id)

    session.expire_all()
    bound = {bond.person_id: bond.kind for bond in made.engagements}
    assert bound == {first_trainee.id: EngagementKind.TRAINEE, first_lecturer.id: EngagementKind.TRAINEE}


def test_trainee_who_left_the_course_is_free_when_no_longer_teaching_in_it(desk: Desk) -> None:
    person, made = make_person(), desk.schedule()
    commands.engage_for_course(course=desk.course, person_ids=[person.id], actor=desk.actor, at=TOO_EARLY)
    desk.engage(made, person.id)

    commands.disengage_from_course(course=desk.course, person_ids=[person.id])
    session.expire_all()
    assert [bond.kind for bond in made.engagements] == [EngagementKind.LECTURER]
    commands.disengage_person(course_session=made, person_id=person.id)

    session.expire_all()
    assert made.engagements == []
