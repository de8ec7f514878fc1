"""Importing trainees: the dry run, and the run that happens wholly or not at all."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.enrolment import commands, jobs, queries
from app.enrolment.errors import ImportNeedsCorrection, ImportNotReady
from app.enrolment.models import Enrolment, TraineeImport
from app.enrolment.types import CheckedRow, EnrolmentState, ImportState, RowFate
from app.files.errors import UnreadableFile
from app.kernel.access import Actor, Role
from app.kernel.clock import now
from app.kernel.errors import StaleVersion
from app.kernel.pages import PageRequest
from app.kernel.transaction import unit_of_work
from app.people.models import Appointment, Person
from app.scheduling.models import Course, Engagement
from tests.factories.accounts import make_actor
from tests.factories.enrolment import make_enrolment
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course, make_engagement, make_session

HEADINGS = "Họ và tên,Ngày sinh,Email,Đơn vị,Chức vụ"


@pytest.fixture
def registrar(app: Flask, db: Session) -> Actor:
    return make_actor(Role.REGISTRAR, make_organisation())


def prepare(course: Course, actor: Actor, *rows: str, headings: str = HEADINGS) -> TraineeImport:
    content = "\n".join([headings, *rows]).encode()
    return commands.prepare_import(
        course=course, file_name="trainees.csv", content=content, actor=actor, at=now()
    )


def start(trainee_import: TraineeImport, actor: Actor) -> None:
    commands.start_import(
        trainee_import=trainee_import, expected_version=trainee_import.version, actor=actor, at=now()
    )


def run(trainee_import: TraineeImport, actor: Actor) -> None:
    commands.run_import(import_id=trainee_import.id, actor=actor, at=now())


def rows_of(trainee_import: TraineeImport) -> list[CheckedRow]:
    return list(queries.list_checked_rows(trainee_import.id, PageRequest()).items)


def roll(db: Session, course: Course) -> list[tuple[str, EnrolmentState]]:
    found = db.execute(
        select(Person.full_name, Enrolment.state)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.course_id == course.id)
        .order_by(Enrolment.id)
    )
    return [(name, state) for name, state in found]


def test_the_dry_run_says_what_will_happen_and_does_nothing(registrar: Actor, db: Session) -> None:
    course = make_course()
    known = make_person(full_name="Lê Thị Mai", email="mai@example.vn")
    make_enrolment(course, make_person(full_name="Vũ An", email="an@example.vn"))

    found = prepare(
        course,
        registrar,
        "Lê Thị Mai,,mai@example.vn,,",
        "Trần Văn Ba,02/09/1980,,,",
        "Vũ An,,an@example.vn,,",
    )

    assert [row.fate for row in rows_of(found)] == [
        RowFate.KNOWN_PERSON,
        RowFate.NEW_PERSON,
        RowFate.ENROLLED_ALREADY,
    ]
    assert found.state is ImportState.CHECKED
    assert (found.rows_total, found.totals["new_person"]) == (3, 1)
    assert queries.find_enrolment(course.id, known.id) is None


def test_a_problem_names_its_cell(registrar: Actor) -> None:
    found = prepare(make_course(), registrar, "Trần Văn Ba,02/09/1980,,Nowhere,")

    [problem] = rows_of(found)[0].problems
    assert problem.cell == "D2"
    assert problem.message % problem.parameters == (
        "No organisation has the code or name “Nowhere”. Correct it, or enter the organisation."
    )


def test_a_clash_on_the_timetable_is_a_problem_of_the_row(registrar: Actor) -> None:
    course = make_session().course
    busy = make_person(full_name="Lê Thị Mai", email="mai@example.vn")
    make_engagement(make_session(), busy)

    found = prepare(course, registrar, "Lê Thị Mai,,mai@example.vn,,")

    [row] = rows_of(found)
    assert row.fate is RowFate.REFUSED
    # The other course lies in no organisation of the registrar, so it is not named.
    assert row.problems[0].message.startswith("Busy elsewhere")


def test_an_import_enters_persons_posts_places_and_bonds(registrar: Actor, db: Session) -> None:
    course_session = make_session()
    school = make_organisation(code="HG", name="Trường Chính trị Hà Giang")
    found = prepare(
        course_session.course,
        registrar,
        "Trần Văn Ba,02/09/1980,ba@example.vn,truong chinh tri ha giang,Giảng viên",
    )
    start(found, registrar)

    run(found, registrar)

    person = db.scalars(select(Person).where(Person.email == "ba@example.vn")).one()
    assert (person.full_name, person.organisation_id) == ("Trần Văn Ba", school.id)
    assert db.scalars(select(Appointment.position).where(Appointment.person_id == person.id)).all() == [
        "Giảng viên"
    ]
    enrolment = queries.find_enrolment(course_session.course_id, person.id)
    assert enrolment is not None
    assert (enrolment.state, enrolment.position) == (EnrolmentState.CONFIRMED, "Giảng viên")
    assert [step.to_state for step in queries.list_steps(enrolment)] == [EnrolmentState.CONFIRMED]
    assert db.scalars(select(Engagement.person_id)).all() == [person.id]
    assert found.state is ImportState.DONE
    assert (found.rows_done, found.content) == (1, b"")


def test_rows_beyond_the_seats_wait_in_the_order_of_the_list(registrar: Actor, db: Session) -> None:
    course = make_course(capacity=1)
    found = prepare(course, registrar, "Ba,01/01/1980,,,", "An,01/01/1981,,,", "Yên,01/01/1982,,,")
    start(found, registrar)

    run(found, registrar)

    assert roll(db, course) == [
        ("Ba", EnrolmentState.CONFIRMED),
        ("An", EnrolmentState.WAITING),
        ("Yên", EnrolmentState.WAITING),
    ]
    waiting = queries.list_enrolments(course.id, PageRequest(filters={"state": "waiting"}))
    assert [(row.full_name, row.queue) for row in waiting.items] == [("An", 1), ("Yên", 2)]


def test_the_same_list_again_does_nothing(registrar: Actor, db: Session) -> None:
    course = make_course()
    rows = ("Trần Văn Ba,02/09/1980,ba@example.vn,,", "Lê Thị Mai,01/02/1985,,,")
    first = prepare(course, registrar, *rows)
    start(first, registrar)
    run(first, registrar)

    second = prepare(course, registrar, *rows)

    assert second.totals["enrolled_already"] == 2
    start(second, registrar)
    run(second, registrar)
    assert len(roll(db, course)) == 2
    assert db.scalar(select(func.count()).where(Person.full_name == "Trần Văn Ba")) == 1


def test_a_job_that_runs_twice_imports_once(registrar: Actor, db: Session) -> None:
    course = make_course()
    found = prepare(course, registrar, "Trần Văn Ba,02/09/1980,,,")
    start(found, registrar)

    run(found, registrar)
    run(found, registrar)

    assert len(roll(db, course)) == 1


def test_a_plan_that_is_out_of_date_is_shown_instead_of_run(registrar: Actor, db: Session) -> None:
    course = make_course(capacity=1)
    found = prepare(course, registrar, "Trần Văn Ba,02/09/1980,,,")
    start(found, registrar)
    make_enrolment(course)

    run(found, registrar)

    assert found.state is ImportState.CHECKED
    assert "Something has changed" in str(found.failure["message"])
    assert [row.state for row in rows_of(found)] == [EnrolmentState.WAITING]
    assert len(roll(db, course)) == 1


def test_what_the_timetable_refuses_is_shown_and_nothing_is_imported(registrar: Actor, db: Session) -> None:
    course = make_course()
    make_session(course)
    make_session(course)
    found = prepare(course, registrar, "Trần Văn Ba,02/09/1980,,,")
    start(found, registrar)
    db.commit()

    jobs.run_import(found.id, registrar.person_id or 0)

    kept = queries.get_import(found.id)
    assert kept.state is ImportState.CHECKED
    assert kept.failure["message"]
    assert db.scalar(select(func.count()).where(Person.full_name == "Trần Văn Ba")) == 0


def test_an_import_with_problems_is_not_started(registrar: Actor) -> None:
    found = prepare(make_course(), registrar, "Trần Văn Ba,31/02/1980,,,")

    with pytest.raises(ImportNeedsCorrection):
        start(found, registrar)


def test_an_import_is_started_once(registrar: Actor) -> None:
    found = prepare(make_course(), registrar, "Trần Văn Ba,02/09/1980,,,")
    start(found, registrar)

    with pytest.raises(ImportNotReady):
        start(found, registrar)


def test_a_plan_is_started_only_as_it_was_seen(registrar: Actor) -> None:
    course = make_course(capacity=1)
    found = prepare(course, registrar, "Trần Văn Ba,02/09/1980,,,")
    make_enrolment(course)
    commands.check_again(trainee_import=found, actor=registrar, at=now())

    with pytest.raises(StaleVersion):
        commands.start_import(trainee_import=found, expected_version=1, actor=registrar, at=now())


def test_starting_leaves_a_job_for_the_worker(registrar: Actor, db: Session) -> None:
    found = prepare(make_course(), registrar, "Trần Văn Ba,02/09/1980,,,")

    start(found, registrar)

    args = db.connection().exec_driver_sql("SELECT args FROM procrastinate_jobs").scalars().all()
    assert args == [{"import_id": found.id, "person_id": registrar.person_id}]


def test_a_running_import_is_checked_again_only_when_it_stalled(registrar: Actor) -> None:
    found = prepare(make_course(), registrar, "Trần Văn Ba,02/09/1980,,,")
    start(found, registrar)
    with pytest.raises(ImportNotReady):
        commands.check_again(trainee_import=found, actor=registrar, at=now())

    commands.check_again(trainee_import=found, actor=registrar, at=now() + timedelta(minutes=11))

    assert found.state is ImportState.CHECKED


def test_after_many_attempts_the_import_is_given_up(registrar: Actor) -> None:
    found = prepare(make_course(), registrar, "Trần Văn Ba,02/09/1980,,,")
    start(found, registrar)

    commands.give_up_import(trainee_import=found, actor=registrar, at=now())

    assert found.state is ImportState.FAILED
    assert "could not be finished" in str(found.failure["message"])


def test_a_file_that_is_no_list_is_refused(registrar: Actor) -> None:
    with pytest.raises(UnreadableFile):
        prepare(make_course(), registrar, "x", headings="Something")


def test_rows_are_filtered_searched_and_paged_by_the_database(registrar: Actor) -> None:
    found = prepare(
        make_course(), registrar, "Trần Văn Ba,02/09/1980,,,", "Lê Thị Mai,31/02/1980,,,", "Vũ An,1/1/1980,,,"
    )

    def names(**request: object) -> list[str]:
        page = queries.list_checked_rows(found.id, PageRequest(**request))  # type: ignore[arg-type]
        return [row.full_name for row in page.items]

    assert names(filters={"fate": "refused"}) == ["Lê Thị Mai"]
    assert names(search="vu an") == ["Vũ An"]
    assert names(size=2, number=2) == ["Vũ An"]


def test_every_change_of_an_import_is_on_the_trail(registrar: Actor, db: Session) -> None:
    with unit_of_work():
        found = prepare(make_course(), registrar, "Trần Văn Ba,02/09/1980,,,")
        start(found, registrar)
    with unit_of_work():
        run(found, registrar)

    actions = db.connection().exec_driver_sql("SELECT action FROM audit_event ORDER BY id").scalars().all()
    assert [action for action in actions if "import" in action or "list" in action] == [
        "trainee list checked",
        "import started",
        "trainees imported",
    ]
