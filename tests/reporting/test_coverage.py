"""The report of coverage: people apart from places, and schools with nobody trained."""

from datetime import date
from typing import Any

import pytest

from app.curriculum.models import Program
from app.enrolment.types import EnrolmentState
from app.improvement.types import CycleState
from app.kernel.access import Role
from app.kernel.db import session
from app.kernel.pages import PageRequest
from app.organisations.models import Organisation
from app.organisations.types import OrganisationKind
from app.reporting.queries import coverage
from app.reporting.types import ReportPeriod
from app.scheduling.models import Course
from tests.factories.accounts import make_account_with, make_actor
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.enrolment import make_enrolment
from tests.factories.improvement import make_cycle
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

ALWAYS = ReportPeriod()


@pytest.fixture
def headquarters(db: object) -> Organisation:
    """The root, with two schools below it."""
    root = make_organisation(kind=OrganisationKind.HEADQUARTERS, code="HQ")
    make_organisation(root, code="S1", name="School 1")
    make_organisation(root, code="S2", name="School 2")
    return root


@pytest.fixture
def program(headquarters: Organisation) -> Program:
    """A program of the headquarters."""
    return make_program(headquarters)


def _course(program: Program, organisation: Organisation, **values: Any) -> Course:
    return make_course(organisation, version=make_published_version(make_curriculum(program)), **values)


def _school(code: str) -> Organisation:
    return session.query(Organisation).filter_by(code=code).one()


def _train(course: Course, school: str, **values: Any) -> Any:
    return make_enrolment(
        course, **{"home_organisation": _school(school), "state": EnrolmentState.COMPLETED, **values}
    )


def test_person_with_two_places_counts_once(headquarters: Organisation, program: Program) -> None:
    person = make_person()
    for code in ("A", "B"):
        _train(_course(program, headquarters, code=code), "S1", person=person)

    totals = coverage.coverage_totals(make_actor(Role.DIRECTOR, headquarters), program, ALWAYS)

    assert (totals.courses, totals.people, totals.places) == (2, 1, 2)
    assert (totals.schools_reached, totals.schools) == (1, 2)


def test_places_that_led_to_nothing_reach_nobody(headquarters: Organisation, program: Program) -> None:
    course = _course(program, headquarters)
    _train(course, "S1", state=EnrolmentState.WITHDRAWN)
    _train(course, "S2", state=EnrolmentState.NOMINATED)

    totals = coverage.coverage_totals(make_actor(Role.DIRECTOR, headquarters), program, ALWAYS)

    assert (totals.courses, totals.people, totals.schools_reached) == (1, 0, 0)


def test_school_with_nobody_trained_is_listed(headquarters: Organisation, program: Program) -> None:
    _train(_course(program, headquarters), "S1")
    actor = make_actor(Role.DIRECTOR, headquarters)

    everyone = coverage.list_schools(actor, program, ALWAYS, PageRequest())
    missed = coverage.list_schools(actor, program, ALWAYS, PageRequest(filters={"reached": "no"}))

    assert [(row.code, row.people) for row in everyone.items] == [("S1", 1), ("S2", 0)]
    assert [row.code for row in missed.items] == ["S2"]


def test_other_programs_and_other_branches_do_not_count(headquarters: Organisation, program: Program) -> None:
    _train(_course(make_program(headquarters), headquarters), "S1")
    _train(_course(program, make_organisation()), "S1")

    totals = coverage.coverage_totals(make_actor(Role.DIRECTOR, headquarters), program, ALWAYS)

    assert (totals.courses, totals.people) == (0, 0)


@pytest.mark.parametrize(
    ("first", "last", "courses"),
    [
        (None, None, 1),
        (date(2026, 8, 7), None, 1),
        (date(2026, 8, 8), None, 0),
        (None, date(2026, 8, 3), 1),
        (None, date(2026, 8, 2), 0),
    ],
)
def test_period_includes_both_of_its_days(
    headquarters: Organisation, program: Program, first: date | None, last: date | None, courses: int
) -> None:
    _course(program, headquarters, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 7))

    totals = coverage.coverage_totals(
        make_actor(Role.DIRECTOR, headquarters), program, ReportPeriod(first, last)
    )

    assert totals.courses == courses


def test_coverage_of_the_past_counts_the_schools_of_its_time(
    headquarters: Organisation, program: Program
) -> None:
    _school("S2").valid_to = date(2025, 7, 1)
    actor = make_actor(Role.DIRECTOR, headquarters)

    then = coverage.coverage_totals(actor, program, ReportPeriod(date(2016, 1, 1), date(2018, 12, 31)))
    now = coverage.coverage_totals(actor, program, ReportPeriod(date(2026, 1, 1), date(2026, 12, 31)))

    assert (then.schools, now.schools) == (2, 1)


def test_sites_that_run_the_cycle_are_those_that_closed_one(
    headquarters: Organisation, program: Program
) -> None:
    make_cycle(_course(program, headquarters), state=CycleState.CLOSED)
    make_cycle(_course(program, _school("S1")), state=CycleState.RUNNING)

    totals = coverage.coverage_totals(make_actor(Role.DIRECTOR, headquarters), program, ALWAYS)

    assert (totals.closed_cycles, totals.sites_running_cycles) == (1, 1)


def test_report_is_a_page_with_the_same_statements_for_many(
    client: PageClient, queries: QueryCounter, headquarters: Organisation, program: Program
) -> None:
    _train(_course(program, headquarters), "S1")
    client.sign_in(make_account_with(Role.DIRECTOR, headquarters))
    address = f"/reports/coverage/{program.id}"
    client.get(address)
    with queries.counting():
        client.get(address)
    few = len(queries)
    root = session.get_one(Organisation, headquarters.id)
    same_program = session.get_one(Program, program.id)
    for number in range(5):
        school = make_organisation(root, code=f"T{number}")
        make_enrolment(
            _course(same_program, school), home_organisation=school, state=EnrolmentState.COMPLETED
        )

    with queries.counting():
        page = client.get(address)

    assert len(queries) == few <= 12
    assert "6 of 7 schools reached" in page.text
