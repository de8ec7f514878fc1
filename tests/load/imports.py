"""How long an import of trainees takes, and how many statements: from the file to the places in the course."""

import time
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import Engine, select

from app.curriculum.models import CurriculumVersion
from app.enrolment import commands
from app.enrolment.queries import get_import
from app.kernel.access import Actor, Role
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.transaction import unit_of_work
from app.organisations.models import Organisation
from app.scheduling.models import Course
from app.scheduling.queries import get_course
from tests.factories.accounts import make_actor
from tests.factories.scheduling import make_course, make_session
from tests.load.measuring import Meter, counted

HEADINGS = "Họ và tên,Ngày sinh,Email,Đơn vị,Chức vụ"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Đào", "Giang", "Hà", "Khánh", "Linh", "Mai")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of so many rows took: to check and show it, and then to carry it out."""

    rows: int
    sessions: int
    check_seconds: float
    run_seconds: float
    cpu_seconds: float
    check_statements: int
    run_statements: int


def measure_import(app: Flask, meter: Meter, rows: int, *, sessions: int) -> Imported:
    """Import people nobody knows yet into a new course of as many sessions, as the pages and the worker do it."""
    engine: Engine = app.extensions["engine"]
    content = write_list(rows).encode()
    with app.test_request_context("/"):
        course_id, actor = _course(rows, sessions)
        before, begun = meter.spent(), time.perf_counter()
        with counted(engine) as checking, unit_of_work():
            import_id = _prepared(get_course(course_id), content, actor)
        checked = time.perf_counter()
        with counted(engine) as running:
            with unit_of_work():
                _start(import_id, actor)
            with unit_of_work():
                commands.run_import(import_id=import_id, actor=actor, at=now())
        done, spent = time.perf_counter(), meter.spent() - before
    return Imported(rows, sessions, checked - begun, done - checked, spent / 1e9, len(checking), len(running))


def write_list(rows: int) -> str:
    """Return a list of trainees as it is sent in: a row each, dates as they are written in Vietnam."""
    lines = [HEADINGS]
    for number in range(rows):
        born = date(1965, 1, 1) + timedelta(days=(number * 7) % 12_000)
        name = f"{FAMILY[number % 8]} Thị {GIVEN[number % 10]} {GIVEN[number // 10 % 10]}"
        school = 6 + number % 90
        lines.append(f"{name},{born:%d/%m/%Y},list-{rows}-{number}@example.org,B{school:03d},Giảng viên")
    return "\n".join(lines)


def _course(rows: int, sessions: int) -> tuple[int, Actor]:
    head = session.scalars(select(Organisation).order_by(Organisation.id)).first()
    assert head is not None
    version = session.scalars(select(CurriculumVersion).order_by(CurriculumVersion.id)).first()
    course = make_course(head, version=version, code=f"LIST-{rows}-{sessions}", capacity=rows)
    for number in range(sessions):
        make_session(course, starts_at=now() + timedelta(days=400 + number))
    actor = make_actor(Role.REGISTRAR, head)
    session.commit()
    session.remove()
    return course.id, actor


def _prepared(course: Course, content: bytes, actor: Actor) -> int:
    prepared = commands.prepare_import(
        course=course, file_name="trainees.csv", content=content, actor=actor, at=now()
    )
    return prepared.id


def _start(import_id: int, actor: Actor) -> None:
    found = get_import(import_id)
    commands.start_import(trainee_import=found, expected_version=found.version, actor=actor, at=now())
