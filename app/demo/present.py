"""One course in each phase today: planned, running, being checked, being acted upon; with what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from app.demo.academy import Academy, Site
from app.demo.answers import Mood, answer_wave, close, open_for_answers, plan_end_wave
from app.demo.courses import (
    CoursePlan,
    engage_lecturers,
    enrol_cohort,
    hold_sessions,
    make_course,
    move_all,
    propose,
    release,
    schedule,
    voice,
)
from app.demo.curricula import Curricula
from app.demo.history import History
from app.demo.lessons import four_weeks, instant
from app.demo.names import Names
from app.demo.staff import Staff
from app.demo.turns import decide, explain, finish, measure, note_deviation, take, write_plan
from app.enrolment.commands import enrol
from app.enrolment.types import EnrolmentState
from app.improvement.queries import get_cycle_of_course
from app.improvement.types import CycleState
from app.kernel.access import SYSTEM, Role
from app.kernel.transaction import unit_of_work
from app.people.commands import add_people
from app.people.queries import get_person
from app.scheduling.queries import get_course, list_sessions
from app.teaching.commands import answer_assignment
from app.teaching.queries import get_assignment
from app.teaching.types import LecturerPart

_MOOD = Mood(usefulness=4.35, application=3.7, rest=4.3, recommend=8.4, answering=0.9)
_LISTENED = replace(_MOOD, application=3.65, answering=0.82)
_TITLE = "TOT đổi mới"


@dataclass(frozen=True, slots=True)
class Present:
    """The four courses of today, by the phase they stand in."""

    plan_id: int
    do_id: int
    check_id: int
    act_id: int


@dataclass(frozen=True, slots=True)
class _House:
    """All that the courses of today are made of."""

    academy: Academy
    staff: Staff
    curricula: Curricula
    history: History
    names: Names
    instrument_id: int
    secret: str
    now: datetime
    monday: date


def enter_present(
    academy: Academy,
    staff: Staff,
    curricula: Curricula,
    history: History,
    names: Names,
    instrument_id: int,
    secret: str,
    now: datetime,
) -> Present:
    """Enter the four courses, their dates counted from today."""
    today = instant(now.date()).date()
    monday = today - timedelta(days=today.weekday())
    house = _House(academy, staff, curricula, history, names, instrument_id, secret, now, monday)
    act_id = _acting(house)
    check_id = _checking(house)
    return Present(_planned(house, act_id), _running(house), check_id, act_id)


def _course(house: _House, place: str, site: Site, weeks: int, number: int) -> CoursePlan:
    slots = four_weeks(house.monday + timedelta(weeks=weeks))
    return CoursePlan(
        code=f"TOT-DM-{slots[0][0].year}-{number:02d}",
        title=f"{_TITLE}: {place}",
        titles={"en": f"TOT renewal: {_english(site)}", "ja": f"TOT刷新:{_japanese(site)}"},
        version_id=house.curricula.renewal_id,
        host_id=site.organisation_id,
        site=site,
        slots=slots,
        capacity=24,
    )


def _english(site: Site) -> str:
    return "headquarters" if site.code == "HV" else f"regional academy {site.name.split()[-1]}"


def _japanese(site: Site) -> str:
    return "本部" if site.code == "HV" else f"地域学院{site.name.split()[-1]}"


def _team(house: _House, site: Site) -> list[int]:
    return [*house.staff.trainers[site.code][:3], *house.history.trained.get(site.code, [])[:2]]


def _send(house: _House, site: Site, count: int, at: datetime) -> list[tuple[int, int]]:
    """Let schools of the site's region, or of the north, send so many people."""
    region = site.code if site.code != "HV" else "KV1"
    schools = [school for school in house.academy.schools if school.parent_code == region]
    homes = [schools[place % len(schools)].organisation_id for place in range(count)]
    with unit_of_work():
        people = [house.names.person(home, born=(1976, 1996)) for home in homes]
        numbers = add_people(people=people, actor=SYSTEM, at=at)
    return list(zip(numbers, homes, strict=True))


def _begin(house: _House, plan: CoursePlan, count: int, *, engaged: list[int]) -> int:
    """Plan, approve, schedule, enrol and release a course, and let its first day come."""
    staff, first = house.staff, plan.first_day
    course_id = make_course(plan, staff, instant(first - timedelta(days=50)))
    write_plan(course_id, staff, instant(first - timedelta(days=48)))
    take(course_id, CycleState.APPROVED, staff, instant(first - timedelta(days=44)))
    schedule(course_id, plan, staff, instant(first - timedelta(days=40)))
    engage_lecturers(course_id, engaged, staff, instant(first - timedelta(days=38)))
    trainees = _send(house, plan.site, count, instant(first - timedelta(days=36)))
    enrol_cohort(course_id, trainees, staff, instant(first - timedelta(days=35)))
    return course_id


def _hold(
    house: _House, plan: CoursePlan, course_id: int, *, presence: float, open_registers: int = 0
) -> None:
    staff, first = house.staff, plan.first_day
    release(course_id, staff, instant(first - timedelta(days=14)))
    take(course_id, CycleState.RUNNING, staff, instant(first, 8, 15))
    move_all(course_id, EnrolmentState.ATTENDING, staff, instant(first, 8, 30))
    chance = Random(plan.site.code)  # noqa: S311 -- the same marks every time, nothing secret
    hold_sessions(course_id, staff, chance, presence=presence, until=house.now, open_registers=open_registers)


def _evaluate(house: _House, plan: CoursePlan, course_id: int, mood: Mood) -> None:
    staff, last = house.staff, plan.last_day
    opens_at, closes_at = instant(last, 16), instant(last + timedelta(days=7), 17)
    wave_id = plan_end_wave(
        course_id,
        house.instrument_id,
        staff,
        title="Đánh giá cuối khóa",
        opens_at=opens_at,
        closes_at=closes_at,
        at=instant(last - timedelta(days=9)),
    )
    open_for_answers(wave_id, staff, house.secret, opens_at)
    answer_wave(course_id, wave_id, mood, Random(plan.site.code), instant(last, 20))  # noqa: S311 -- as above
    close(wave_id, staff, house.secret, closes_at)
    move_all(course_id, EnrolmentState.COMPLETED, staff, instant(last, 17, 30))
    take(course_id, CycleState.CHECKING, staff, instant(last + timedelta(days=8)))
    measure(course_id, staff, instant(last + timedelta(days=8), 10))


def _acting(house: _House) -> int:
    """A course that ended a while ago: one action overdue, one due soon, one done and not verified."""
    site = house.academy.site("KV3")
    plan = _course(house, "học viện khu vực III", site, -16, 1)
    course_id = _begin(house, plan, 20, engaged=_team(house, site))
    _hold(house, plan, course_id, presence=0.925)
    _evaluate(house, plan, course_id, replace(_MOOD, usefulness=3.8, answering=0.7))
    last, today = plan.last_day, house.now.date()
    staff = house.staff
    explain(course_id, staff, instant(last + timedelta(days=11)))
    take(course_id, CycleState.ACTING, staff, instant(last + timedelta(days=13)))
    owners = (staff.manager.person_id or 0, staff.registrar.person_id or 0)
    decide(course_id, staff, owners, instant(last + timedelta(days=15)), today - timedelta(days=9))
    with unit_of_work():
        second = get_cycle_of_course(course_id).actions[1]
        finish(second.id, staff, today - timedelta(days=3), verified=False)
    return course_id


def _checking(house: _House) -> int:
    """A course whose figures are in: one missed target has no cause yet."""
    site = house.academy.site("KV2")
    plan = _course(house, "học viện khu vực II", site, -7, 2)
    course_id = _begin(house, plan, 22, engaged=_team(house, site))
    _hold(house, plan, course_id, presence=0.975)
    missed = _check_all(house, plan, course_id)
    explain(course_id, house.staff, house.now - timedelta(days=1), unclear=frozenset(missed[-1:]))
    return course_id


def _check_all(house: _House, plan: CoursePlan, course_id: int) -> list[int]:
    _evaluate(house, plan, course_id, _LISTENED)
    return measure(course_id, house.staff, instant(plan.last_day + timedelta(days=9)))


def _running(house: _House) -> int:
    """The course of these weeks: a register is missing, lecturers owe answers, a short evaluation is open."""
    staff, site = house.staff, house.academy.headquarters
    plan = _course(house, "Trụ sở Học viện", site, -1, 3)
    course_id = _begin(house, plan, 21, engaged=_team(house, site))
    _add_trainee(house, course_id, instant(plan.first_day - timedelta(days=27)))
    _hold(house, plan, course_id, presence=0.96, open_registers=1)
    note_deviation(
        course_id, "Máy chiếu phòng 202 hỏng nửa buổi; nhóm làm việc trên bảng lật.", None, staff, house.now
    )
    _ask_lecturers(house, course_id)
    opens_at = house.now - timedelta(days=2)
    wave_id = plan_end_wave(
        course_id,
        house.instrument_id,
        staff,
        title="Đánh giá giữa khóa",
        opens_at=opens_at,
        closes_at=instant(house.monday + timedelta(days=13), 17),
        at=opens_at - timedelta(days=5),
    )
    open_for_answers(wave_id, staff, house.secret, opens_at)
    answer_wave(
        course_id,
        wave_id,
        replace(_MOOD, answering=0.4),
        Random(plan.site.code),  # noqa: S311 -- the same answers every time, nothing secret
        house.now - timedelta(days=1),
        never=frozenset({staff.person_id(Role.TRAINEE)}),
    )
    return course_id


def _add_trainee(house: _House, course_id: int, at: datetime) -> None:
    """Give whoever signs in as a trainee a place in the running course."""
    with unit_of_work():
        person = get_person(house.staff.person_id(Role.TRAINEE))
        enrol(
            course=get_course(course_id),
            person=person,
            home_organisation=person.organisation,
            position="Giảng viên",
            actor=house.staff.registrar,
            at=at,
        )


def _ask_lecturers(house: _House, course_id: int) -> None:
    """Ask the lecturer and the expert who sign in, for the sessions ahead; another lecturer has declined."""
    staff = house.staff
    asked_at = house.now - timedelta(days=3)
    with unit_of_work():
        ahead = [s for s in list_sessions(get_course(course_id)) if s.starts_at > house.now]
        accepted = propose(ahead[0], staff.lecturer_id, LecturerPart.CO_LECTURER, staff, asked_at).id
        for course_session in ahead[1:6:2]:
            propose(course_session, staff.lecturer_id, LecturerPart.CO_LECTURER, staff, asked_at)
        propose(ahead[2], staff.expert_id, LecturerPart.CO_LECTURER, staff, asked_at)
        declined = propose(ahead[4], staff.trainers["HV"][5], LecturerPart.ASSESSOR, staff, asked_at).id
    with unit_of_work():
        _answer(accepted, None, house.now - timedelta(days=2))
        _answer(declined, "Tôi đi công tác Cần Thơ cả tuần đó.", house.now - timedelta(days=1))


def _answer(assignment_id: int, refusal: str | None, at: datetime) -> None:
    assignment = get_assignment(assignment_id)
    answer_assignment(
        assignment=assignment,
        accept=refusal is None,
        reason=refusal,
        actor=voice(assignment.lecturer.person),
        at=at,
    )


def _planned(house: _House, previous_id: int) -> int:
    """A course in five weeks: half of it is on the timetable, nominations come in, the last turn's actions wait."""
    staff, site = house.staff, house.academy.headquarters
    plan = replace(
        _course(house, "khóa tiếp theo tại Trụ sở", site, 5, 4),
        titles={"en": "TOT renewal: next course at headquarters", "ja": "TOT刷新:本部での次回"},
        previous_id=previous_id,
    )
    course_id = make_course(plan, staff, house.now - timedelta(days=6))
    schedule(course_id, plan, staff, house.now - timedelta(days=5), only=10)
    trainees = _send(house, site, 17, house.now - timedelta(days=4))
    enrol_cohort(course_id, trainees[:9], staff, house.now - timedelta(days=4), confirmed_after=2)
    enrol_cohort(course_id, trainees[9:], staff, house.now - timedelta(days=2), confirmed_after=None)
    with unit_of_work():
        sessions = list_sessions(get_course(course_id))
        asked_at = house.now - timedelta(days=2)
        for place, course_session in enumerate(sessions[:8]):
            lecturer = staff.lecturer_id if place == 2 else staff.trainers["HV"][place % 4]
            propose(course_session, lecturer, LecturerPart.LEAD, staff, asked_at)
    return course_id
