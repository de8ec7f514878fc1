"""Taking a proposal over into the timetable, and putting back what it changed: one transaction each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.curriculum.types import TeachingMethod
from app.enrolment.commands import engage_cohort
from app.kernel.access import Actor
from app.kernel.db import JsonValue, session, within
from app.kernel.events import record
from app.kernel.transaction import flush
from app.planning import events, queries, rules
from app.planning.errors import (
    AnsweredSinceTaken,
    BegunSinceTaken,
    ChangedSinceTaken,
    FormerTimeCame,
    NotTaken,
    PlanChanged,
    ProposalNotReady,
    ProposalTaken,
    ReleasedSinceTaken,
)
from app.planning.grid import to_instant, to_minutes
from app.planning.models import PlanningProposal, PlanningRun
from app.planning.stored import read_places
from app.planning.types import CourseFact, Meeting, Place, Situation
from app.scheduling.commands import (
    NewPlace,
    NewSession,
    arrange_sessions,
    lock_for_arranging,
    remove_sessions,
)
from app.scheduling.models import Course, CourseModule, CourseSession, TimetableRelease
from app.teaching.commands import Asked, propose_many, tell_all_moved
from app.teaching.models import Assignment, Lecturer
from app.teaching.types import AssignmentState, LecturerPart


class _Before(NamedTuple):
    """What taking a proposal replaced: the version that each session has since, and where it was."""

    made: dict[int, int]
    moved: dict[int, tuple[int, int, int, int | None]]

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "_Before":
        return cls(
            dict(stored["made"]),
            {number: (version, start, end, room) for number, version, start, end, room in stored["moved"]},
        )

    def versions(self) -> dict[int, int]:
        """The version that each session got."""
        return {**self.made, **{number: version for number, (version, *_rest) in self.moved.items()}}

    def renew(self, number: int, version: int) -> None:
        """Note that a session is as it was, under another version."""
        if number in self.made:
            self.made[number] = version
        else:
            self.moved[number] = (version, *self.moved[number][1:])

    def write(self) -> dict[str, JsonValue]:
        return {
            "made": [[number, version] for number, version in self.made.items()],
            "moved": [[number, *rest] for number, rest in self.moved.items()],
        }


def take_proposal(*, proposal: PlanningProposal, actor: Actor, at: datetime) -> None:
    """Make the proposal the timetable: make the sessions that modules lacked, move the others, bind their people.

    All of it or nothing. Raises PlanChanged when something stands in its way by now, ProposalTaken, ProposalNotReady,
    or what the timetable refuses (RoomBusy, PersonBusy, CourseIsCancelled, SessionIsOver).
    """
    _lock(proposal)
    if proposal.run.state.is_open:
        raise ProposalNotReady()
    if any(one.is_in_timetable for one in queries.list_proposals(proposal.run)):
        raise ProposalTaken()
    places, told = read_places(proposal.places), queries.situation_of(proposal.run)
    meetings = {meeting.key: meeting for meeting in told.meetings}
    chosen = [(meetings[place.key], place) for place in places]
    sessions = _lock_around(told, chosen)
    # Looked at under the locks: what was allowed to clash is outside of the constraints, so this has to find it.
    present = queries.look_again(proposal.run, at)
    blocking = [
        change for change in rules.changes_since(told, present, places, to_minutes(at)) if change.blocks
    ]
    if blocking:
        raise PlanChanged(count=len(blocking))
    made, before = _put_in_place(chosen, sessions, actor, at)
    proposal.taken_at, proposal.taken_by_id = at, actor.person_id
    proposal.undone_at = proposal.undone_by_id = None
    proposal.before = before.write()
    record(
        events.ProposalTakenOver(
            actor=actor,
            at=at,
            organisation_id=proposal.organisation_id,
            subject_id=proposal.id,
            course_ids=tuple(sorted({meeting.course_id for meeting, _place in chosen})),
            made_ids=tuple(one.id for one in made),
            moved_ids=tuple(before.moved),
        )
    )
    flush()


def undo_proposal(*, proposal: PlanningProposal, actor: Actor, at: datetime) -> None:
    """Put back what taking the proposal changed: its new sessions vanish, the others go where they were.

    All of it or nothing. Raises NotTaken, ChangedSinceTaken, BegunSinceTaken, FormerTimeCame, ReleasedSinceTaken,
    AnsweredSinceTaken, SessionIsOver, SessionInUse, or what the timetable refuses when an old place is taken by now.
    """
    _lock(proposal)
    if not proposal.is_in_timetable:
        raise NotTaken()
    before, told = _Before.read(proposal.before), queries.situation_of(proposal.run)
    courses = _changed_courses(before, read_places(proposal.places), told)
    sessions = _lock_changed(before, courses)
    # Read again under the locks: who undid a later proposal until now has handed sessions back to this one.
    session.refresh(proposal, ["before"])
    before = _Before.read(proposal.before)
    _refuse_if_built_upon(proposal, before, sessions)
    _refuse_if_late(before, sessions, at)
    back = [
        NewPlace(sessions[number], to_instant(start), to_instant(end), room)
        for number, (_version, start, end, room) in before.moved.items()
    ]
    remove_sessions(list(before.made))
    arrange_sessions(new=[], moved=back, at=at)
    tell_all_moved(course_sessions=[place.course_session for place in back], at=at)
    _hand_back(proposal, told, back)
    proposal.undone_at, proposal.undone_by_id = at, actor.person_id
    record(
        events.ProposalUndone(
            actor=actor,
            at=at,
            organisation_id=proposal.organisation_id,
            subject_id=proposal.id,
            course_ids=tuple(course.id for course in courses),
            removed_ids=tuple(before.made),
            moved_ids=tuple(before.moved),
        )
    )
    flush()


def _hand_back(proposal: PlanningProposal, told: Situation, back: Sequence[NewPlace]) -> None:
    """Let proposals taken before this one be undone as before it: their sessions are where they had put them.

    Only those that stood as such a proposal had left them when this one moved them.
    """
    found = {meeting.session_id: meeting.version for meeting in told.meetings if meeting.session_id}
    versions = {(place.course_session.id, found[place.course_session.id]): place for place in back}
    earlier = session.scalars(
        select(PlanningProposal)
        .join(PlanningRun, PlanningRun.id == PlanningProposal.run_id)
        .where(
            PlanningRun.organisation_id == proposal.organisation_id,
            PlanningRun.last_day >= proposal.run.first_day,
            PlanningProposal.taken_at <= proposal.taken_at,
            PlanningProposal.undone_at.is_(None),
            PlanningProposal.id != proposal.id,
        )
        .options(undefer(PlanningProposal.before))
        .order_by(PlanningProposal.id)
        .with_for_update(of=PlanningProposal)
    )
    for one in earlier:
        before = _Before.read(one.before)
        for number, version in before.versions().items():
            if (number, version) in versions:
                before.renew(number, versions[number, version].course_session.version)
        one.before = before.write()


def _lock(proposal: PlanningProposal) -> None:
    """Wait for whoever takes or undoes a proposal of the same run, and read it as it is then."""
    session.execute(
        select(PlanningRun.id).where(PlanningRun.id == proposal.run_id).with_for_update(key_share=True)
    )
    session.execute(
        select(PlanningProposal)
        .where(PlanningProposal.run_id == proposal.run_id)
        .execution_options(populate_existing=True)
    ).unique().all()


def _lock_around(told: Situation, chosen: Sequence[tuple[Meeting, Place]]) -> dict[int, CourseSession]:
    courses = {meeting.course_id for meeting, _place in chosen}
    return lock_for_arranging(
        course_ids=courses,
        session_ids=[meeting.session_id for meeting, _place in chosen if meeting.session_id],
        room_ids=[place.room_id for _meeting, place in chosen if place.room_id is not None],
        person_ids=[
            *(number for meeting, _place in chosen for number in meeting.lecturer_ids),
            *(number for course in told.courses if course.id in courses for number in course.trainee_ids),
        ],
    )


def _changed_courses(before: _Before, places: Sequence[Place], told: Situation) -> list[CourseFact]:
    """The courses of the run in which taking the proposal made or moved a session."""
    placed = {place.key for place in places}
    numbers = {
        meeting.course_id
        for meeting in told.meetings
        if meeting.key in placed and (meeting.session_id is None or meeting.session_id in before.moved)
    }
    return [course for course in told.courses if course.id in numbers]


def _lock_changed(before: _Before, courses: Sequence[CourseFact]) -> dict[int, CourseSession]:
    return lock_for_arranging(
        course_ids=[course.id for course in courses],
        session_ids=[*before.made, *before.moved],
        room_ids=[room for *_hours, room in before.moved.values() if room is not None],
        person_ids=[number for course in courses for number in course.trainee_ids],
    )


def _put_in_place(
    chosen: Sequence[tuple[Meeting, Place]], sessions: Mapping[int, CourseSession], actor: Actor, at: datetime
) -> tuple[list[CourseSession], _Before]:
    """Change the timetable; return the sessions that were made, and what was before."""
    # By time, so that the parts of a module are made in the order in which they are taught.
    new = sorted(
        ((m, p) for m, p in chosen if m.session_id is None), key=lambda pair: (pair[1].start, pair[0].key)
    )
    moved = {
        m.session_id: (m, p) for m, p in chosen if m.session_id is not None and (m.start, m.room_id) != p[1:]
    }
    places = [
        NewPlace(
            sessions[number],
            to_instant(place.start),
            to_instant(place.start + meeting.minutes),
            place.room_id,
        )
        for number, (meeting, place) in moved.items()
    ]
    made = arrange_sessions(new=_new_sessions(new), moved=places, at=at)
    _bind(made, [meeting for meeting, _place in new], actor, at)
    tell_all_moved(course_sessions=[place.course_session for place in places], at=at)
    was = {
        number: (
            sessions[number].version,
            meeting.start or 0,
            (meeting.start or 0) + meeting.minutes,
            meeting.room_id,
        )
        for number, (meeting, _place) in moved.items()
    }
    return made, _Before({one.id: one.version for one in made}, was)


def _new_sessions(new: Sequence[tuple[Meeting, Place]]) -> list[NewSession]:
    modules = {
        module.id: module
        for module in session.scalars(
            select(CourseModule).where(
                within(CourseModule.id, {m.module_id for m, _place in new if m.module_id})
            )
        )
    }
    return [
        NewSession(
            module_id=meeting.module_id,
            title=modules[meeting.module_id].title,
            titles=modules[meeting.module_id].titles,
            method=TeachingMethod(meeting.method),
            starts_at=to_instant(place.start),
            ends_at=to_instant(place.start + meeting.minutes),
            room_id=place.room_id,
        )
        for meeting, place in new
        if meeting.module_id is not None
    ]


def _bind(made: Sequence[CourseSession], meetings: Sequence[Meeting], actor: Actor, at: datetime) -> None:
    """Ask the lecturers of the new sessions, and bind the trainees of their courses."""
    persons = {number for meeting in meetings for number in meeting.lecturer_ids}
    lecturers = {
        person_id: number
        for number, person_id in session.execute(
            select(Lecturer.id, Lecturer.person_id).where(within(Lecturer.person_id, persons))
        )
    }
    asked = [
        Asked(one, lecturers[person], person, LecturerPart.LEAD if first else LecturerPart.CO_LECTURER)
        for one, meeting in zip(made, meetings, strict=True)
        for first, person in ((number == 0, person) for number, person in enumerate(meeting.lecturer_ids))
        if person in lecturers
    ]
    propose_many(asked=asked, actor=actor, at=at)
    for course in {one.course.id: one.course for one in made}.values():
        engage_cohort(course=course, actor=actor, at=at)


def _refuse_if_late(before: _Before, sessions: Mapping[int, CourseSession], at: datetime) -> None:
    """Refuse what the clock forbids: sessions stay planned until somebody says that they were held."""
    begun = [one for one in sessions.values() if one.starts_at <= at]
    if begun:
        raise BegunSinceTaken(count=len(begun))
    came = [start for _version, start, _end, _room in before.moved.values() if to_instant(start) <= at]
    if came:
        raise FormerTimeCame(count=len(came))


def _refuse_if_built_upon(
    proposal: PlanningProposal, before: _Before, sessions: Mapping[int, CourseSession]
) -> None:
    changed = [
        n for n, version in before.versions().items() if n not in sessions or sessions[n].version != version
    ]
    if changed:
        raise ChangedSinceTaken(count=len(changed))
    released = session.scalars(
        select(Course.code)
        .join(TimetableRelease, TimetableRelease.course_id == Course.id)
        .where(
            within(Course.id, {one.course_id for one in sessions.values()}),
            TimetableRelease.released_at >= proposal.taken_at,
        )
        .distinct()
    ).all()
    if released:
        raise ReleasedSinceTaken(courses=", ".join(sorted(released)))
    answered = session.scalar(
        select(func.count()).where(
            within(Assignment.course_session_id, list(before.made)),
            (Assignment.state != AssignmentState.PROPOSED) | Assignment.told_at.is_not(None),
        )
    )
    if answered:
        raise AnsweredSinceTaken(count=answered)
