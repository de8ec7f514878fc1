"""The two places that the pages are asked about: one as large as it gets, one with a row or two of everything.

Both are put into the database that ``tests.load.fill`` has filled, through the application's own session.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import Range

from app.accounts.models import Account
from app.curriculum.models import CurriculumVersion
from app.curriculum.types import TeachingMethod
from app.evaluation.commands import open_wave
from app.evaluation.models import Instrument, Invitation, SealedAnswer, Wave
from app.evaluation.queries import list_questions
from app.evaluation.sealing import answer_token, seal, sheet_size
from app.evaluation.types import WaveState
from app.improvement.types import CycleState
from app.kernel.access import SYSTEM, Role
from app.kernel.clock import now
from app.kernel.db import session
from app.organisations.models import Organisation
from app.scheduling.models import Course, CourseManager, CourseSession, Engagement
from app.scheduling.types import EngagementKind, SessionState
from app.teaching.models import Assignment, Lecturer
from app.teaching.types import AssignmentState, LecturerPart
from tests.factories.accounts import make_account_with, make_session
from tests.factories.improvement import make_action, make_cycle, make_finding, make_indicator, make_objective
from tests.factories.organisations import make_campus, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.factories.teaching import make_calendar_feed, make_lecturer
from tests.load.fill import even_results

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LONGEST_DAY = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything a scene has."""

    name: str
    sessions: int
    rooms: int
    lecturers: int
    own_sessions: int
    answers: int
    managed: int
    findings: int


LARGE = Size("LARGE", 200, 8, 60, 200, 2_000, 40, 6)
SMALL = Size("SMALL", 1, 1, 1, 4, 10, 1, 1)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the addresses of a scene name, and who asks. The links are personal and not used yet."""

    program_id: int
    course_id: int
    closed_wave_id: int
    manager: str
    manager_email: str
    manager_person_id: int
    lecturer: str
    lecturer_person_id: int
    feed: str
    links_of_answered: tuple[str, ...]
    links_of_empty: tuple[str, ...]


def set_scene(size: Size, organisation: Organisation, secret: str, *, links: int) -> Scene:
    """Put a scene into the organisation; ``links`` personal links wait in each of its two open waves."""
    local = now().astimezone(ZONE)
    today, monday = local.date(), local.date() + timedelta(days=28 - local.weekday())
    known = session.scalars(select(CurriculumVersion)).first() if size is LARGE else None
    course = _course(organisation, known, f"{size.name}-1", monday)
    version = course.curriculum_version
    _hold_together(course, size, monday)
    own = _course(organisation, version, f"{size.name}-2", today - timedelta(days=size.own_sessions // 8))
    lecturer = make_account_with(Role.LECTURER, organisation, full_name="Lê Thị Giảng")
    _teach_alone(own, make_lecturer(lecturer.person), size)
    manager = make_account_with(Role.TRAINING_MANAGER, organisation, full_name="Trần Thị Quản Lý")
    _manage(manager, course, size)
    _turn(course, size)
    return Scene(
        program_id=version.curriculum.program_id,
        course_id=course.id,
        closed_wave_id=_closed_wave(course, size.answers).id,
        manager=make_session(manager),
        manager_email=manager.email,
        manager_person_id=manager.person_id,
        lecturer=make_session(lecturer),
        lecturer_person_id=lecturer.person_id,
        feed=make_calendar_feed(lecturer.person),
        links_of_answered=_open_wave(course, size.answers, links, secret),
        links_of_empty=_open_wave(_course(organisation, version, f"{size.name}-3", monday), 0, links, secret),
    )


def _course(
    organisation: Organisation, version: CurriculumVersion | None, code: str, first_day: date
) -> Course:
    known = {} if version is None else {"version": version}
    return make_course(
        organisation,
        code=code,
        title=f"Khóa bồi dưỡng {code}",
        starts_on=first_day,
        ends_on=first_day + timedelta(days=60),
        capacity=5_000,
        **known,
    )


def _hold_together(course: Course, size: Size, first_day: date) -> None:
    """Many sessions in a few days, side by side in the rooms, each with a lecturer of its own."""
    campus = make_campus(course.organisation, name=f"Cơ sở {size.name}")
    rooms = [make_room(campus, name=f"{size.name}-{number}") for number in range(size.rooms)]
    lecturers = [
        make_lecturer(make_person(organisation=course.organisation, full_name=f"Giảng Viên {number}"))
        for number in range(size.lecturers)
    ]
    session.flush()
    for number in range(size.sessions):
        slot, place = divmod(number, size.rooms)
        held = _session(course, number, _hour(first_day, slot, LONGEST_DAY), room_id=rooms[place].id)
        _assign(held, lecturers[number % size.lecturers], AssignmentState.ACCEPTED)
    session.flush()


def _teach_alone(course: Course, lecturer: Lecturer, size: Size) -> None:
    """One lecturer's sessions, four a day: half of them are over, and one in five of the rest waits for an answer."""
    room = make_room(make_campus(course.organisation, name=course.code, address="1 đường Láng, Hà Nội"))
    for number in range(size.own_sessions):
        held = _session(course, number, _hour(course.starts_on, number, 4), room_id=room.id)
        is_open = number >= size.own_sessions // 2 and number % 5 == 3
        _assign(held, lecturer, AssignmentState.PROPOSED if is_open else AssignmentState.ACCEPTED)
    session.flush()


def _hour(first_day: date, slot: int, slots_a_day: int) -> datetime:
    day, place = divmod(slot, slots_a_day)
    return datetime.combine(first_day + timedelta(days=day), time(7 + 2 * place), ZONE)


def _session(course: Course, number: int, begins: datetime, **values: Any) -> CourseSession:
    held = CourseSession(
        course=course,
        course_module_id=course.modules[number % len(course.modules)].id,
        title=f"Buổi {number + 1}: phương pháp giảng dạy tích cực",
        during=Range(begins, begins + timedelta(hours=2), bounds="[)"),
        method=TeachingMethod.DEBATE if number % 2 else TeachingMethod.LECTURE,
        state=SessionState.HELD if begins < now() else SessionState.PLANNED,
        **values,
    )
    session.add(held)
    return held


def _assign(held: CourseSession, lecturer: Lecturer, state: AssignmentState) -> None:
    at = now()
    answered = {} if state is AssignmentState.PROPOSED else {"answered_at": at}
    session.add(
        Assignment(
            course_session=held,
            lecturer=lecturer,
            part=LecturerPart.LEAD,
            state=state,
            proposed_at=at,
            changed_at=at,
            **answered,
        )
    )
    session.add(
        Engagement(
            course_session=held, during=held.during, person=lecturer.person, kind=EngagementKind.LECTURER
        )
    )


def _manage(manager: Account, course: Course, size: Size) -> None:
    others = session.scalars(
        select(Course.id)
        .where(Course.organisation_id != course.organisation_id, Course.ends_on > now().date())
        .order_by(Course.starts_on, Course.id)
        .limit(size.managed - 1)
    ).all()
    session.execute(
        insert(CourseManager),
        [{"course_id": number, "person_id": manager.person_id} for number in (course.id, *others)],
    )


def _turn(course: Course, size: Size) -> None:
    cycle = make_cycle(course, state=CycleState.CHECKING)
    make_objective(cycle)
    for number in range(size.findings):
        make_indicator(cycle, actual=4.0, actual_n=40, measured_at=now())
        make_finding(cycle, indicator=cycle.indicators[number])
        make_action(cycle, owner=make_person(organisation=course.organisation))


def _closed_wave(course: Course, answers: int) -> Wave:
    at = now()
    wave = Wave(
        course=course,
        instrument=_instrument(),
        title="Cuối khóa trước",
        state=WaveState.CLOSED,
        opens_at=at - timedelta(days=3),
        closes_at=at - timedelta(days=2),
        closed_at=at,
        counted_at=at,
        invited_count=answers + answers // 5,
        response_count=answers,
        results=even_results(answers),
    )
    session.add(wave)
    session.flush()
    session.execute(
        text("""
            INSERT INTO response (id, wave_id, answers)
            SELECT gen_random_uuid(), :wave, (
                SELECT jsonb_object_agg('q' || q, 1 + (n * 7 + q * 3) % 5) FROM generate_series(1, 20) q)
            FROM generate_series(1, :answers) n
        """),
        {"wave": wave.id, "answers": answers},
    )
    return wave


def _instrument() -> Instrument:
    return session.scalars(select(Instrument).where(Instrument.code == "END")).one()


def _open_wave(course: Course, answers: int, links: int, secret: str) -> tuple[str, ...]:
    """Open a wave for as many trainees as are needed; return the addresses of those who have not answered."""
    session.execute(
        text("""
            INSERT INTO enrolment (course_id, person_id, home_organisation_id, state, changed_at)
            SELECT :course, id, organisation_id, 'confirmed', now() FROM person ORDER BY id LIMIT :people
        """),
        {"course": course.id, "people": answers + links},
    )
    at = now()
    wave = Wave(
        course=course,
        instrument=_instrument(),
        title="Cuối khóa",
        state=WaveState.PLANNED,
        opens_at=at - timedelta(days=1),
        closes_at=at + timedelta(days=30),
    )
    session.add(wave)
    session.flush()
    wave = open_wave(wave=wave, secret=secret, actor=SYSTEM, at=at, mail=False)
    invited = session.scalars(
        select(Invitation.id).where(Invitation.wave_id == wave.id).order_by(Invitation.id)
    ).all()
    _answer(wave, invited[:answers])
    return tuple(
        f"/answer/{answer_token(secret, wave_id=wave.id, invitation_id=number)}"
        for number in invited[answers:]
    )


def _answer(wave: Wave, invited: Sequence[int]) -> None:
    items = [question.item for question in list_questions(wave.instrument)]
    sheet = {item.code: 1 + place % 5 for place, item in enumerate(items)}
    size = sheet_size(items)
    rows = [
        {"id": uuid4(), "wave_id": wave.id, "sealed": seal(wave.public_key or b"", sheet, size=size)}
        for _ in invited
    ]
    if rows:
        session.execute(insert(SealedAnswer), rows)
        session.execute(update(Invitation).where(Invitation.id.in_(invited)).values(answered=True))
