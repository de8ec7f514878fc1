"""The fifteen TOT courses of 2013 to 2018: three at headquarters, four at regional academies, eight for the schools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from app.demo.academy import Academy, Site
from app.demo.answers import Mood, answer_wave, close, open_for_answers, plan_end_wave
from app.demo.courses import (
    POSITIONS,
    CoursePlan,
    engage_lecturers,
    enrol_cohort,
    hold_sessions,
    make_course,
    move_all,
    release,
    schedule,
)
from app.demo.curricula import Curricula
from app.demo.lessons import instant, one_week
from app.demo.names import Names
from app.demo.staff import Staff, make_lecturer
from app.demo.turns import (
    conclude,
    decide,
    explain,
    finish_actions,
    measure,
    note_deviation,
    take,
    write_plan,
)
from app.enrolment.types import EnrolmentState
from app.improvement.types import CycleState
from app.kernel.access import SYSTEM
from app.kernel.transaction import unit_of_work
from app.organisations.queries import get_organisation
from app.people.commands import add_people, appoint
from app.people.queries import get_person
from app.people.types import AppointmentLevel

Say = Callable[[str], None]

AT_HEADQUARTERS = ((date(2013, 9, 16), 9), (date(2014, 9, 15), 9), (date(2015, 8, 17), 8))
AT_ACADEMIES = (
    ("KV1", date(2014, 3, 10), 26),
    ("KV2", date(2015, 3, 9), 25),
    ("KV3", date(2015, 12, 7), 25),
    ("KV4", date(2016, 4, 11), 25),
)
# For the schools of an academy: how many schools take part, when, and with how many people in all.
FOR_SCHOOLS = (
    ("KV1", 10, date(2016, 8, 15), 26),
    ("KV1", 9, date(2016, 12, 5), 26),
    ("KV3", 7, date(2017, 4, 3), 26),
    ("KV4", 7, date(2017, 7, 31), 26),
    ("KV2", 9, date(2017, 11, 20), 26),
    ("KV1", 9, date(2018, 3, 19), 25),
    ("KV3", 6, date(2018, 7, 9), 25),
    ("KV4", 6, date(2018, 10, 29), 25),
)
# Sessions, by their place, that the first courses gave as lectures: debate, case, survey.
_AS_LECTURES = {1: frozenset({4, 5, 6}), 2: frozenset({4, 6}), 3: frozenset({6}), 4: frozenset({4})}
# Before these courses the targets were raised.
_RAISES = {5: 0.1, 9: 0.1, 13: 0.1}
_HARD_COURSES = {5: -0.25, 10: -0.2, 12: -0.1}
_DEVIATIONS = {
    2: "Mất điện một giờ buổi chiều; phần thảo luận dồn sang buổi sau.",
    4: "Giảng viên thỉnh giảng đến muộn 30 phút; trợ giảng điều hành phần đầu.",
    7: "Mưa lớn: khảo sát thực tế làm trong khuôn viên với khách mời.",
    11: "Hai trường đổi người cử đi học sát ngày khai giảng.",
    14: "Bão số 3: buổi thứ ba bắt đầu chậm một giờ.",
}


@dataclass(frozen=True, slots=True)
class _Course:
    """One of the fifteen: ``homes`` are the sites that send people, ``people`` how many in all."""

    number: int
    code: str
    title: str
    titles: dict[str, str]
    host: Site
    site: Site
    homes: tuple[Site, ...]
    people: int
    starts_on: date


@dataclass(slots=True)
class History:
    """What the courses so far leave for those that follow."""

    last_course_id: int | None = None
    course_ids: list[int] = field(default_factory=list)
    # Lecturers, by their number, who were trained in a course: they teach the next ones.
    trained: dict[str, list[int]] = field(default_factory=dict)


def enter_history(
    academy: Academy,
    staff: Staff,
    curricula: Curricula,
    names: Names,
    instrument_id: int,
    secret: str,
    say: Say,
) -> History:
    """Let the fifteen courses take place, each with its turn closed before the next is planned."""
    history = History()
    for course in planned_courses(academy):
        _live(course, history, staff, curricula, names, instrument_id, secret, academy)
        say(f"{course.code}  {course.people} people, {course.starts_on:%B %Y}")
    return history


def planned_courses(academy: Academy) -> list[_Course]:
    """Return the fifteen in the order of time."""
    found = sorted(
        [*_at_headquarters(academy), *_at_academies(academy), *_for_schools(academy)],
        key=lambda course: course.starts_on,
    )
    in_year: dict[int, int] = {}
    numbered = []
    for number, course in enumerate(found, start=1):
        year = course.starts_on.year
        in_year[year] = in_year.get(year, 0) + 1
        titles = {
            "en": f"TOT course {number}: {course.titles['en']}",
            "ja": f"TOT第{number}回:{course.titles['ja']}",
        }
        numbered.append(
            replace(
                course,
                number=number,
                code=f"TOT-{year}-{in_year[year]:02d}",
                title=f"TOT khóa {number}: {course.title}",
                titles=titles,
            )
        )
    return numbered


def _at_headquarters(academy: Academy) -> Iterator[_Course]:
    home = academy.headquarters
    for starts_on, people in AT_HEADQUARTERS:
        titles = {"en": "headquarters", "ja": "本部"}
        yield _Course(0, "", "Trụ sở Học viện", titles, home, home, (home,), people, starts_on)


def _at_academies(academy: Academy) -> Iterator[_Course]:
    for code, starts_on, people in AT_ACADEMIES:
        home = academy.site(code)
        numeral = home.name.removeprefix("Học viện Chính trị ")
        titles = {"en": f"regional academy {numeral.split()[-1]}", "ja": f"地域学院{numeral.split()[-1]}"}
        yield _Course(0, "", f"học viện {numeral}", titles, home, home, (home,), people, starts_on)


def _for_schools(academy: Academy) -> Iterator[_Course]:
    waiting = {
        site.code: [s for s in academy.schools if s.parent_code == site.code] for site in academy.regional
    }
    for code, count, starts_on, people in FOR_SCHOOLS:
        homes, waiting[code] = tuple(waiting[code][:count]), waiting[code][count:]
        first = homes[0].name.removeprefix("Trường Chính trị ")
        titles = {"en": f"{count} provincial schools from {first}", "ja": f"省級学校{count}校"}
        title = f"{count} trường chính trị cấp tỉnh, từ {first}"
        # The first was at headquarters, the others at the academy of the region.
        site = academy.headquarters if starts_on == FOR_SCHOOLS[0][2] else academy.site(code)
        yield _Course(0, "", title, titles, homes[0], site, homes, people, starts_on)


def _live(
    course: _Course,
    history: History,
    staff: Staff,
    curricula: Curricula,
    names: Names,
    instrument_id: int,
    secret: str,
    academy: Academy,
) -> None:
    chance = Random(course.code)  # noqa: S311 -- the same history every time, nothing secret
    first = course.starts_on
    plan = CoursePlan(
        code=course.code,
        title=course.title,
        titles=course.titles,
        version_id=curricula.first_id if first.year < 2016 or course.number < 8 else curricula.second_id,
        host_id=course.host.organisation_id,
        site=course.site,
        slots=one_week(first),
        capacity=course.people,
        previous_id=history.last_course_id,
        as_lectures=_AS_LECTURES.get(course.number, frozenset()),
    )
    course_id = make_course(plan, staff, instant(first - timedelta(days=42)))
    trainees = _send(course, names, first - timedelta(days=35))
    _plan(course, course_id, plan, history, staff, trainees, academy)
    _do(course, course_id, plan, staff, chance)
    _check(course, course_id, plan, staff, instrument_id, secret, chance)
    _act(course, course_id, plan, staff)
    history.last_course_id = course_id
    history.course_ids.append(course_id)
    history.trained.setdefault(course.homes[0].code, []).extend(_train(course, trainees))


def _send(course: _Course, names: Names, on: date) -> list[tuple[int, int]]:
    """Enter the people whom the organisations send, with their posts; return them with their homes."""
    homes = [course.homes[place % len(course.homes)] for place in range(course.people)]
    is_local = course.homes[0].code.startswith("TCT")
    with unit_of_work():
        people = [names.person(home.organisation_id) for home in homes]
        numbers = add_people(people=people, actor=SYSTEM, at=instant(on))
        for place, (number, home) in enumerate(zip(numbers, homes, strict=True)):
            appoint(
                person=get_person(number),
                organisation=get_organisation(home.organisation_id),
                position=POSITIONS[place % len(POSITIONS)],
                level=AppointmentLevel.PROVINCE if is_local else AppointmentLevel.NATIONAL,
                valid_from=date(on.year - 3, 1, 1),
                valid_to=None,
                actor=SYSTEM,
                at=instant(on),
            )
    return [(number, home.organisation_id) for number, home in zip(numbers, homes, strict=True)]


def _plan(
    course: _Course,
    course_id: int,
    plan: CoursePlan,
    history: History,
    staff: Staff,
    trainees: list[tuple[int, int]],
    academy: Academy,
) -> None:
    first = plan.first_day
    write_plan(course_id, staff, instant(first - timedelta(days=40)), raise_by=_RAISES.get(course.number, 0))
    take(course_id, CycleState.APPROVED, staff, instant(first - timedelta(days=36), 14))
    schedule(course_id, plan, staff, instant(first - timedelta(days=32)))
    # The partner's expert came to the first two courses.
    guests = {0: staff.expert_id, 9: staff.expert_id} if course.number <= 2 else None
    team = _team(course, history, staff, academy)
    engage_lecturers(course_id, team, staff, instant(first - timedelta(days=30)), guests=guests)
    enrol_cohort(course_id, trainees, staff, instant(first - timedelta(days=28)))
    release(course_id, staff, instant(first - timedelta(days=14)))


def _team(course: _Course, history: History, staff: Staff, academy: Academy) -> Sequence[int]:
    """Return who teaches: trainers of headquarters, and more and more those who were trained before."""
    of_headquarters = staff.trainers["HV"]
    trained = history.trained.get("HV", [])
    if course.site.code == "HV" and course.homes[0].code == "HV":
        return [*of_headquarters[:4], *trained[:2]]
    region = course.site.code if course.site.code != "HV" else "KV1"
    own = [*staff.trainers[region][:2], *history.trained.get(region, [])[:2]]
    return [of_headquarters[4 + course.number % 4], *trained[:2], *own]


def _do(course: _Course, course_id: int, plan: CoursePlan, staff: Staff, chance: Random) -> None:
    take(course_id, CycleState.RUNNING, staff, instant(plan.first_day, 8, 15))
    move_all(course_id, EnrolmentState.ATTENDING, staff, instant(plan.first_day, 8, 30))
    if course.number in _DEVIATIONS:
        at = instant(plan.first_day + timedelta(days=2), 17)
        note_deviation(course_id, _DEVIATIONS[course.number], None, staff, at)
    presence = min(0.985, 0.925 + 0.006 * course.number)
    hold_sessions(course_id, staff, chance, presence=presence, until=instant(plan.last_day, 23))
    move_all(course_id, EnrolmentState.COMPLETED, staff, instant(plan.last_day, 17, 30))


def mood_of(number: int) -> Mood:
    """Return how the trainees of the n-th course saw it: better over the years, not each time."""
    dip = _HARD_COURSES.get(number, 0)
    return Mood(
        usefulness=3.95 + 0.045 * number + dip,
        application=3.75 + 0.05 * number + dip,
        rest=4.0 + 0.035 * number + dip / 2,
        recommend=7.4 + 0.12 * number + 2 * dip,
        answering=min(0.97, 0.8 + 0.014 * number),
    )


def _check(
    course: _Course,
    course_id: int,
    plan: CoursePlan,
    staff: Staff,
    instrument_id: int,
    secret: str,
    chance: Random,
) -> None:
    last = plan.last_day
    opens_at, closes_at = instant(last, 16), instant(last + timedelta(days=7), 17)
    wave_id = plan_end_wave(
        course_id,
        instrument_id,
        staff,
        title="Đánh giá cuối khóa",
        opens_at=opens_at,
        closes_at=closes_at,
        at=instant(last - timedelta(days=9)),
    )
    open_for_answers(wave_id, staff, secret, opens_at)
    answer_wave(course_id, wave_id, mood_of(course.number), chance, instant(last, 20))
    close(wave_id, staff, secret, closes_at)
    take(course_id, CycleState.CHECKING, staff, closes_at + timedelta(hours=16))
    measure(course_id, staff, closes_at + timedelta(hours=17))
    explain(course_id, staff, instant(last + timedelta(days=10)), variant=course.number)
    take(course_id, CycleState.ACTING, staff, instant(last + timedelta(days=11)))


def _act(course: _Course, course_id: int, plan: CoursePlan, staff: Staff) -> None:
    last = plan.last_day
    owners = (staff.manager.person_id or 0, staff.registrar.person_id or 0)
    on = instant(last + timedelta(days=14))
    decide(course_id, staff, owners, on, last + timedelta(days=45), variant=course.number)
    conclude(course_id, staff, on + timedelta(hours=2))
    finish_actions(course_id, staff, last + timedelta(days=16), taken_over=True)
    take(course_id, CycleState.CLOSED, staff, instant(last + timedelta(days=21), 16))
    # One may take longer than the next course can wait: that one takes it over.
    finish_actions(course_id, staff, last + timedelta(days=40), leave=course.number % 2)


def _train(course: _Course, trainees: list[tuple[int, int]]) -> list[int]:
    """Let the first two of a course at headquarters or an academy be lecturers from now on: the cascade."""
    if course.homes[0].code.startswith("TCT"):
        return []
    on: datetime = instant(course.starts_on + timedelta(days=30))
    with unit_of_work():
        return [make_lecturer(number, "Giảng viên TOT", at=on) for number, _home in trainees[:2]]
