"""One course after another as it is lived: made, scheduled, enrolled, held; each step by its command, in its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from app.attendance.commands import keep_register
from app.attendance.types import Entry, Mark, RegisterState
from app.curriculum.queries import get_version
from app.curriculum.types import TeachingMethod
from app.demo.academy import Site
from app.demo.lessons import Slot
from app.demo.staff import Staff
from app.enrolment.commands import confirm_enrolments, enrol, move_cohort
from app.enrolment.queries import list_trainee_ids
from app.enrolment.types import EnrolmentState
from app.kernel.access import Actor
from app.kernel.transaction import unit_of_work
from app.organisations.queries import get_campus, get_organisation, get_room
from app.people.queries import get_person
from app.scheduling.commands import (
    create_course,
    mark_session_held,
    release_timetable,
    schedule_session,
)
from app.scheduling.queries import get_course, list_modules, list_sessions
from app.teaching.commands import answer_assignment, propose_assignment
from app.teaching.queries import get_assignment, get_lecturer
from app.teaching.types import LecturerPart

if TYPE_CHECKING:
    from app.organisations.models import Room
    from app.people.models import Person
    from app.scheduling.models import CourseModule, CourseSession
    from app.teaching.models import Assignment

HALF_DAY_HOURS = 3.5
POSITIONS = ("Giảng viên", "Giảng viên chính", "Phó Trưởng khoa", "Giảng viên", "Trưởng khoa", "Giảng viên")
# Methods for which one lecturer is not enough.
_FOR_TWO = (TeachingMethod.DEBATE, TeachingMethod.FIELD_SURVEY, TeachingMethod.PRACTICE_TEACHING)


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A course before it is made. ``host_id`` is the organisation that it is for, ``site`` the place."""

    code: str
    title: str
    titles: Mapping[str, str]
    version_id: int
    host_id: int
    site: Site
    slots: Sequence[Slot]
    capacity: int
    previous_id: int | None = None
    # Sessions, by their place from 0, that were given as lectures though the curriculum has another method.
    as_lectures: frozenset[int] = frozenset()

    @property
    def first_day(self) -> date:
        """The day of the first session."""
        return self.slots[0][0].date()

    @property
    def last_day(self) -> date:
        """The day of the last session."""
        return self.slots[-1][1].date()


def make_course(plan: CoursePlan, staff: Staff, at: datetime) -> int:
    """Make the course, and with it its cycle; return its number."""
    with unit_of_work():
        course = create_course(
            version=get_version(plan.version_id),
            organisation=get_organisation(plan.host_id),
            campus=get_campus(plan.site.campus_id),
            code=plan.code,
            title=plan.title,
            titles=dict(plan.titles),
            starts_on=plan.first_day,
            ends_on=plan.last_day,
            capacity=plan.capacity,
            managers=[get_person(staff.manager.person_id or 0)],
            previous_course=get_course(plan.previous_id) if plan.previous_id else None,
            actor=staff.manager,
            at=at,
        )
    return course.id


def schedule(
    course_id: int, plan: CoursePlan, staff: Staff, at: datetime, *, only: int | None = None
) -> list[int]:
    """Put the modules on the timetable, one half day after another; return the sessions' numbers."""
    with unit_of_work():
        course = get_course(course_id)
        parts = [
            (module, part, round(float(module.hours) / HALF_DAY_HOURS))
            for module in list_modules(course)
            for part in range(round(float(module.hours) / HALF_DAY_HOURS))
        ]
        numbers = []
        for place, ((module, part, parts_of_module), (begin, end)) in enumerate(
            zip(parts[:only], plan.slots[:only], strict=True)
        ):
            method = TeachingMethod.LECTURE if place in plan.as_lectures else module.method
            title, titles = _part_of(module, part, parts_of_module)
            scheduled = schedule_session(
                course=course,
                module=module,
                title=title,
                titles=titles,
                starts_at=begin,
                ends_at=end,
                room=_room(plan.site, method),
                online_url="https://meet.example.org/tot" if method is TeachingMethod.ONLINE else None,
                method=method,
                materials=[("Tài liệu bài học", f"https://library.example.org/tot/{module.position}")],
                room_clash_reason=None,
                actor=staff.manager,
                at=at,
            )
            numbers.append(scheduled.id)
    return numbers


def _part_of(module: CourseModule, part: int, parts: int) -> tuple[str, dict[str, str]]:
    suffix = f" ({part + 1}/{parts})" if parts > 1 else ""
    return module.title + suffix, {locale: text + suffix for locale, text in module.titles.items()}


def _room(site: Site, method: TeachingMethod) -> Room | None:
    """Lectures have rows, work in groups has tables; a session online is nowhere."""
    if method is TeachingMethod.ONLINE:
        return None
    return get_room(site.group_room_id if method.is_active else site.lecture_room_id)


def engage_lecturers(
    course_id: int,
    team: Sequence[int],
    staff: Staff,
    at: datetime,
    *,
    guests: Mapping[int, int] | None = None,
) -> None:
    """Ask the team (lecturers' numbers) in turn, two of them where it takes two; all of them accept.

    ``guests`` are lecturers asked beside the team, by the place of the session from 0.
    """
    with unit_of_work():
        asked = []
        for place, course_session in enumerate(list_sessions(get_course(course_id))):
            wanted = [(team[place % len(team)], LecturerPart.LEAD)]
            if course_session.method in _FOR_TWO and len(team) > 1:
                wanted.append((team[(place + 1) % len(team)], LecturerPart.FACILITATOR))
            if guests and place in guests:
                wanted.append((guests[place], LecturerPart.CO_LECTURER))
            asked += [propose(course_session, number, part, staff, at) for number, part in wanted]
    with unit_of_work():
        for number in [assignment.id for assignment in asked]:
            assignment = get_assignment(number)
            answer_assignment(
                assignment=assignment,
                accept=True,
                actor=voice(assignment.lecturer.person),
                at=at + timedelta(days=1 + number % 3),
            )


def propose(
    course_session: CourseSession, lecturer_id: int, part: LecturerPart, staff: Staff, at: datetime
) -> Assignment:
    """Ask a lecturer to take a part in a session."""
    return propose_assignment(
        course_session=course_session,
        lecturer=get_lecturer(lecturer_id),
        part=part,
        actor=staff.manager,
        at=at,
    )


def enrol_cohort(
    course_id: int,
    trainees: Sequence[tuple[int, int]],
    staff: Staff,
    at: datetime,
    *,
    confirmed_after: int | None = 7,
) -> None:
    """Let the organisations nominate their people (person, home), and the registrar confirm them days later."""
    with unit_of_work():
        course = get_course(course_id)
        nominated = [
            enrol(
                course=course,
                person=get_person(person_id),
                home_organisation=get_organisation(home_id),
                position=POSITIONS[place % len(POSITIONS)],
                state=EnrolmentState.NOMINATED,
                actor=staff.registrar,
                at=at,
            ).id
            for place, (person_id, home_id) in enumerate(trainees)
        ]
    if confirmed_after is not None:
        with unit_of_work():
            confirm_enrolments(
                course=get_course(course_id),
                enrolment_ids=nominated,
                actor=staff.registrar,
                at=at + timedelta(days=confirmed_after),
            )


def move_all(course_id: int, to: EnrolmentState, staff: Staff, at: datetime) -> None:
    """Take every trainee of the course to the next state."""
    with unit_of_work():
        move_cohort(course=get_course(course_id), to=to, actor=staff.registrar, at=at)


def release(course_id: int, staff: Staff, at: datetime, *, name: str = "Lịch học chính thức") -> None:
    """Release the working timetable."""
    with unit_of_work():
        release_timetable(course=get_course(course_id), name=name, note="", actor=staff.manager, at=at)


def hold_sessions(
    course_id: int, staff: Staff, chance: Random, *, presence: float, until: datetime, open_registers: int = 0
) -> None:
    """Say of the sessions before ``until`` that they were held, and keep their registers.

    The last ``open_registers`` of them are still to be kept.
    """
    with unit_of_work():
        over = [s for s in list_sessions(get_course(course_id)) if s.ends_at <= until]
        trainees = list_trainee_ids(course_id)
        for place, course_session in enumerate(over):
            mark_session_held(course_session=course_session, actor=staff.manager, at=course_session.ends_at)
            if place < len(over) - open_registers:
                keep_register(
                    course_session=course_session,
                    expected_version=0,
                    entries={number: Entry(_mark(chance, presence)) for number in trainees},
                    state=RegisterState.COMPLETE,
                    actor=staff.manager,
                    at=course_session.ends_at + timedelta(minutes=20),
                )


def _mark(chance: Random, presence: float) -> Mark:
    drawn = chance.random()
    if drawn < presence - 0.03:
        return Mark.PRESENT
    if drawn < presence:
        return Mark.LATE
    return Mark.EXCUSED if drawn < presence + (1 - presence) / 3 else Mark.ABSENT


def voice(person: Person) -> Actor:
    """Return the person as somebody who answers for themselves, in no role."""
    return Actor(account_id=None, person_id=person.id, name=person.full_name)
