"""A school in its busiest week: 200 sessions to be placed, 60 lecturers, 8 rooms on 2 campuses, Tết in the term.

Teaching days are Monday to Saturday; Tết closes one whole week from Thursday to Wednesday, so that three days before it
and three after it are left for everything. Three lecturers teach at another school most of the time. All people are
made up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import Range

from app.accounts.passwords import Passwords
from app.curriculum.models import CurriculumVersion
from app.curriculum.types import TeachingMethod
from app.kernel.access import Role
from app.kernel.db import session
from app.organisations.models import Organisation
from app.organisations.types import OrganisationKind, RoomLayout
from app.planning.models import ModuleLecturer, PlanningSettings
from app.planning.stored import write_times
from app.planning.types import Closed, TeachingTimes
from app.scheduling.models import Course, CourseModule
from app.teaching.models import Lecturer
from tests.factories.accounts import make_account, make_grant
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.enrolment import make_enrolment
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.planning import make_absence
from tests.factories.scheduling import make_course, make_engagement, make_session
from tests.factories.teaching import make_lecturer

COURSES, LECTURERS, TRAINEES = 20, 60, 12
SESSIONS = 200
ZONE = "Asia/Ho_Chi_Minh"
MANAGER = "week.manager@example.org"
# Lecturers teach at one campus, but for a seventh of the modules one comes from the other; a fourth have two lecturers.
VISITED, SHARED = 7, 4
# Three who teach elsewhere most of the time, by their numbers.
_NARROW = (21, 25, 52)

_HOURS = ((450, 690), (780, 1020))
_MORNING, _AFTERNOON = time(7, 30), time(13)
_MODULES = (
    ("Lý luận và phương pháp", TeachingMethod.LECTURE),
    ("Phân tích tình huống", TeachingMethod.CASE_STUDY),
    ("Làm việc nhóm", TeachingMethod.GROUP_DISCUSSION),
    ("Chuyên đề trực tuyến", TeachingMethod.ONLINE),
    ("Thực hành giảng", TeachingMethod.PRACTICE_TEACHING),
)
_TITLES = ("Phương pháp giảng dạy", "Quản trị địa phương", "Kỹ năng lãnh đạo", "Chính sách công")
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
_GIVEN = ("An", "Bình", "Chi", "Dung", "Giang", "Hà")
_ROOMS = (
    ("101", 40, RoomLayout.LECTURE),
    ("102", 32, RoomLayout.GROUPS),
    ("201", 28, RoomLayout.GROUPS),
    ("202", 24, RoomLayout.HORSESHOE),
)


@dataclass(frozen=True)
class Week:
    """What the story needs of the school. ``narrow`` are the lecturers who are elsewhere most of the time."""

    organisation: Organisation
    first: date
    last: date
    teaching_days: Sequence[date]
    courses: Sequence[Course]
    lecturers: Sequence[Lecturer]
    narrow: Sequence[Lecturer]


def make_week(password: str) -> Week:
    """Store the school with its manager, and nothing in its timetable."""
    school = make_organisation(kind=OrganisationKind.HEADQUARTERS, code="TRG", name="Trường Thử nghiệm")
    _manager(school, password)
    first = _a_monday()
    last = first + timedelta(days=12)
    tet = Closed((first + timedelta(days=3)).isoformat(), (first + timedelta(days=9)).isoformat(), "Tết")
    times = TeachingTimes(weekdays=tuple(range(6)), hours=_HOURS, session_minutes=90, closed=(tet,))
    session.add(PlanningSettings(organisation_id=school.id, times=write_times(times)))
    campuses = [make_campus(school, name=name) for name in ("Cơ sở Hà Nội", "Cơ sở Hòa Lạc")]
    for campus, letter in zip(campuses, "AB", strict=True):
        for door, capacity, layout in _ROOMS:
            make_room(campus, name=f"{letter}.{door}", capacity=capacity, layout=layout)
    lecturers = [_lecturer(school, number) for number in range(LECTURERS)]
    version = make_published_version(make_curriculum(make_program(school)))
    courses = []
    for number in range(COURSES):
        campus = campuses[number % 2]
        course = make_course(
            school, version=version, campus=campus, code=f"LT-{number + 1:02d}", capacity=25,
            title=f"{_TITLES[number % len(_TITLES)]}, lớp {number + 1}", modules=[], starts_on=first, ends_on=last,
        )  # fmt: skip
        _modules(course, number, lecturers)
        for _ in range(TRAINEES):
            make_enrolment(course, make_person(organisation=school))
        courses.append(course)
    days = [first + timedelta(days=offset) for offset in (0, 1, 2, 10, 11, 12)]
    narrow = [lecturers[number] for number in _NARROW]
    _narrow_down(version, narrow, days)
    session.flush()
    return Week(school, first, last, days, courses, lecturers, narrow)


def _a_monday() -> date:
    soon = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=7)
    return soon + timedelta(days=-soon.weekday() % 7)


def _manager(school: Organisation, password: str) -> None:
    person = make_person(full_name="Trần Thử Quản Lý", email=MANAGER, organisation=school)
    hashed = Passwords(time_cost=1, memory_kib=64, parallelism=1).hash(password)
    make_account(person, password_hash=hashed, locale="en")
    make_grant(person, Role.TRAINING_MANAGER, school)


def _lecturer(school: Organisation, number: int) -> Lecturer:
    name = f"{_FAMILIES[number % 10]} Thử {_GIVEN[number // 10]}"
    return make_lecturer(
        make_person(full_name=name, email=f"week.lecturer{number}@example.org", organisation=school)
    )


def _modules(course: Course, number: int, lecturers: Sequence[Lecturer]) -> None:
    """Five modules of three hours, so ten sessions, and who is to teach them."""
    for position, (title, method) in enumerate(_MODULES, start=1):
        module = CourseModule(
            course=course, position=position, title=title, hours=Decimal(3), method=method, objectives=""
        )
        session.add(module)
        session.flush()
        chosen = _chosen(number % 2, number // 2 * len(_MODULES) + position - 1)
        for order, place in enumerate(chosen, start=1):
            session.add(
                ModuleLecturer(course_module_id=module.id, lecturer_id=lecturers[place].id, position=order)
            )
    session.flush()
    session.expire(course, ["modules"])


def _chosen(campus: int, place: int) -> list[int]:
    """The lecturers of a module, by number: half of all are at home at each campus."""
    half = LECTURERS // 2
    if place % VISITED == 3:
        return [(1 - campus) * half + place % half]
    second = [campus * half + (place + 11) % half] if place % SHARED == 0 else []
    return [campus * half + place % half, *second]


def _narrow_down(version: CurriculumVersion, narrow: Sequence[Lecturer], days: Sequence[date]) -> None:
    """They have a morning before Tết and an afternoon after it.

    One teaches at another school all the rest of the time, the others are on record as away.
    """
    other = make_course(
        make_organisation(code="KHAC", name="Trường khác"),
        version=version,
        starts_on=days[0],
        ends_on=days[-1],
    )
    for number, lecturer in enumerate(narrow):
        free = {(number, _MORNING), (number + 3, _AFTERNOON)}
        for place, begins in product(range(len(days)), (_MORNING, _AFTERNOON)):
            if (place, begins) in free:
                continue
            starts_at = datetime.combine(days[place], begins, ZoneInfo(ZONE))
            if number == 0:
                elsewhere = make_session(other, hours=4, starts_at=starts_at, title="Bận ở trường khác")
                make_engagement(elsewhere, lecturer.person)
            else:
                during = Range(starts_at, starts_at + timedelta(hours=4), bounds="[)")
                make_absence(lecturer.person, during=during, reason="Công tác")
