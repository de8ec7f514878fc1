"""What the demonstration promises: the published figures as records, and an academy at work today."""

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.curriculum.models import Curriculum
from app.demo.carpentries import REPORT_UNTIL
from app.demo.names import MARKER
from app.demo.past_evaluations import CREDIT
from app.enrolment.models import Enrolment
from app.enrolment.types import EnrolmentState
from app.evaluation.models import Invitation, SealedAnswer, Wave
from app.evaluation.queries import show_pool
from app.improvement.measures import verdict
from app.improvement.models import Action, Cycle, Indicator
from app.improvement.queries import indicator_facts
from app.improvement.types import ActionState, CycleState, FindingKind, Verdict
from app.kernel.access import Role
from app.kernel.db import session
from app.messaging.models import OutgoingMail
from app.organisations.models import Organisation
from app.organisations.types import OrganisationKind
from app.people.models import Person
from app.reporting.queries import coverage
from app.reporting.types import ReportPeriod
from app.scheduling.models import Course, CourseSession
from app.scheduling.types import SessionState
from app.teaching.models import Assignment
from app.teaching.types import AssignmentState
from tests.demo.conftest import Built

pytestmark = pytest.mark.xdist_group("demo")

OBSERVER = "carpentries@example.org"


def cycle_of(course_id: int) -> Cycle:
    return session.scalars(select(Cycle).where(Cycle.course_id == course_id)).one()


def test_coverage_reads_the_published_figures(built: Built) -> None:
    actor = built.actor(Role.DIRECTOR)
    program = coverage.get_program(built.demonstration.curricula.program_id)

    totals = coverage.coverage_totals(actor, program, ReportPeriod())
    stages = coverage.list_stages(actor, program, ReportPeriod())

    assert (totals.courses, totals.people, totals.places) == (15, 332, 332)
    assert (totals.schools_reached, totals.schools) == (63, 63)
    assert totals.closed_cycles == 15
    assert [(stage.kind, stage.courses, stage.people) for stage in stages] == [
        (OrganisationKind.HEADQUARTERS, 3, 26),
        (OrganisationKind.REGIONAL_ACADEMY, 4, 101),
        (OrganisationKind.PROVINCIAL_SCHOOL, 8, 205),
    ]
    assert [(stage.first_day.year, stage.last_day.year) for stage in stages] == [
        (2013, 2015),
        (2014, 2016),
        (2016, 2018),
    ]


def test_coverage_page_shows_them(built: Built) -> None:
    page = built.signed_in(Role.DIRECTOR).get(f"/reports/coverage/{built.demonstration.curricula.program_id}")

    assert "332" in page.text
    assert "63" in page.text


def test_history_is_held_attended_and_completed(built: Built) -> None:
    courses = built.demonstration.history.course_ids
    places = session.execute(
        select(Enrolment.state, func.count())
        .where(Enrolment.course_id.in_(courses))
        .group_by(Enrolment.state)
    ).all()
    sessions = session.execute(
        select(CourseSession.state, func.count())
        .where(CourseSession.course_id.in_(courses))
        .group_by(CourseSession.state)
    ).all()
    assignments = session.execute(
        select(Assignment.state, func.count())
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(CourseSession.course_id.in_(courses))
        .group_by(Assignment.state)
    ).all()

    assert [tuple(row) for row in places] == [(EnrolmentState.COMPLETED, 332)]
    assert [tuple(row) for row in sessions] == [(SessionState.HELD, 150)]
    assert [state for state, _count in assignments] == [AssignmentState.ACCEPTED]


def test_only_the_open_evaluation_is_still_sealed(built: Built) -> None:
    waves = session.scalars(select(SealedAnswer.wave_id).distinct()).all()

    assert [session.get_one(Wave, number).course_id for number in waves] == [
        built.demonstration.present.do_id
    ]


def test_turns_are_closed_and_chained_and_better_by_the_years(built: Built) -> None:
    cycles = [cycle_of(number) for number in built.demonstration.history.course_ids]

    assert {cycle.state for cycle in cycles} == {CycleState.CLOSED}
    assert all(after.previous_cycle_id == before.id for before, after in pairwise(cycles))
    assert all(
        cycle.closed_at and cycle.closed_at.date() < after.course.starts_on
        for cycle, after in pairwise(cycles)
    )
    usefulness = [actual(cycle, "usefulness") for cycle in cycles]
    assert sum(usefulness[-3:]) / 3 > sum(usefulness[:3]) / 3 + 0.2
    assert any(after < before for before, after in pairwise(usefulness)), "nothing ever went worse"


def test_missed_targets_were_explained_and_answered(built: Built) -> None:
    courses = built.demonstration.history.course_ids
    indicators = session.scalars(
        select(Indicator).join(Cycle, Cycle.id == Indicator.cycle_id).where(Cycle.course_id.in_(courses))
    ).all()
    missed = [one for one in indicators if verdict(indicator_facts(one)) is Verdict.MISSED]
    actions = session.scalars(
        select(Action).join(Cycle, Cycle.id == Action.cycle_id).where(Cycle.course_id.in_(courses))
    ).all()

    assert len(indicators) == 75
    assert 10 <= len(missed) <= 45
    assert {verdict(indicator_facts(one)) for one in indicators} == {Verdict.MET, Verdict.MISSED}
    gaps = {
        finding.indicator_id
        for number in courses
        for finding in cycle_of(number).findings
        if finding.kind is FindingKind.GAP and finding.cause_category is not None and finding.evidence
    }
    assert {one.id for one in missed} <= gaps
    assert {ActionState.VERIFIED, ActionState.TAKEN_OVER} <= {action.state for action in actions}
    assert all(action.verified_by_id != action.owner_id for action in actions if action.verified_by_id)


def test_one_course_stands_in_each_phase_today(built: Built) -> None:
    present = built.demonstration.present
    states = [
        cycle_of(number).state
        for number in (present.plan_id, present.do_id, present.check_id, present.act_id)
    ]

    assert states == [CycleState.DRAFTED, CycleState.RUNNING, CycleState.CHECKING, CycleState.ACTING]


def test_today_has_something_for_everybody(built: Built) -> None:
    present, today = built.demonstration.present, built.at.date()
    checking, acting = cycle_of(present.check_id), cycle_of(present.act_id)
    unclear = [one for one in checking.findings if one.kind is FindingKind.GAP and one.cause_category is None]
    unanswered = session.scalars(
        select(Assignment)
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(CourseSession.course_id == present.do_id, Assignment.state == AssignmentState.PROPOSED)
    ).all()

    assert len(unclear) == 1
    assert unclear[0].indicator
    assert verdict(indicator_facts(unclear[0].indicator)) is Verdict.MISSED
    due = [action.due_on for action in acting.actions if action.state is ActionState.OPEN and action.due_on]
    assert min(due) < today < max(due)
    assert any(action.state is ActionState.DONE for action in acting.actions)
    assert len(unanswered) >= 3
    assert min(one.course_session.starts_at for one in unanswered) < built.at + timedelta(days=14)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_signs_in_and_finds_its_start_page(built: Built, role: Role) -> None:
    client = built.signed_in(role)

    answer = client.fetch("/start", expect=302)
    page = client.get(answer.headers["Location"])

    assert page.heading


def test_manager_finds_what_holds_the_courses_up(built: Built) -> None:
    page = built.signed_in(Role.TRAINING_MANAGER).get("/start/manager")

    codes = session.scalars(
        select(Course.code).where(
            Course.id.in_([built.demonstration.present.plan_id, built.demonstration.present.act_id])
        )
    ).all()
    assert all(code in page.text for code in codes)
    assert "INSTRUCTOR" not in page.text


def test_lecturer_finds_open_questions_and_trainee_an_open_evaluation(built: Built) -> None:
    teaching = built.signed_in(Role.LECTURER).get("/my/assignments")
    evaluations = built.signed_in(Role.TRAINEE).get("/my/evaluations")
    invited = session.scalars(
        select(Invitation)
        .join(Wave, Wave.id == Invitation.wave_id)
        .where(Wave.course_id == built.demonstration.present.do_id, Invitation.answered.is_(False))
    ).all()

    asked = [*(form.action for form in teaching.forms()), *teaching.links().values()]
    assert any("/accept" in address for address in asked)
    assert any(one.person_id == built.actor(Role.TRAINEE).person_id for one in invited)
    assert any("/my/evaluations/" in address for address in evaluations.links().values())


def test_real_evaluations_give_the_published_figures(built: Built) -> None:
    actor = built.actor(OBSERVER)
    curriculum = session.get_one(Curriculum, built.demonstration.past_curriculum_id)

    answers = show_pool(curriculum, actor, None, None).n
    note = curriculum.versions[0].note
    until_report = show_pool(curriculum, actor, None, REPORT_UNTIL)
    page = built.signed_in(OBSERVER).get(f"/curricula/{curriculum.id}/results?to={REPORT_UNTIL}")

    assert answers == 967
    assert until_report.n == 573
    figures = {item.question.code: item for item in until_report.items}
    recommended, worth = figures["LikelyToRecommend"].recommendation, figures["Worth"].score
    assert recommended
    assert worth
    assert (recommended.detractors, recommended.passives, recommended.promoters) == (35, 179, 314)
    assert worth.mean == pytest.approx(4.37, abs=0.02)
    assert "573" in page.text
    assert "967" not in page.text
    assert note == CREDIT


def test_real_evaluations_stand_apart_from_the_academy(built: Built) -> None:
    manager = built.actor(Role.TRAINING_MANAGER)
    curriculum = session.get_one(Curriculum, built.demonstration.past_curriculum_id)

    assert show_pool(curriculum, manager, None, None).n == 0
    assert not session.scalars(
        select(Cycle.id)
        .join(Course, Course.id == Cycle.course_id)
        .where(Course.organisation_id == curriculum.organisation_id, Cycle.state != CycleState.CANCELLED)
    ).all()


def test_people_are_visibly_made_up_and_nobody_is_written_to(built: Built) -> None:
    people = session.execute(select(Person.full_name, Person.email)).all()
    mails = session.scalars(select(OutgoingMail.to_address)).all()

    assert len(people) > 400
    assert all(f" {MARKER} " in name and (email or "").endswith("@example.org") for name, email in people)
    assert len({name for name, _email in people}) == len(people)
    assert all(address.endswith("@example.org") for address in mails)
    assert len(mails) < 20


def test_schools_are_the_sixty_three(built: Built) -> None:
    schools = session.scalars(
        select(Organisation).where(Organisation.kind == OrganisationKind.PROVINCIAL_SCHOOL)
    ).all()

    assert len(schools) == 63
    assert all(
        school.name.startswith(("Trường Chính trị tỉnh ", "Trường Chính trị thành phố "))
        for school in schools
    )
    assert {school.parent.code for school in schools if school.parent} == {"KV1", "KV2", "KV3", "KV4"}


def test_sign_ins_are_for_the_owner_alone(built: Built) -> None:
    path: Path = built.demonstration.file

    assert path.stat().st_mode & 0o777 == 0o600
    assert {entry["role"] for entry in json.loads(path.read_text(encoding="utf-8"))} == {
        role.value for role in Role
    }


def test_second_demonstration_is_refused(built: Built) -> None:
    people = session.scalar(select(func.count()).select_from(Person))

    result = built.app.test_cli_runner().invoke(args=["demo"])

    assert result.exit_code == 1
    assert "holds data already" in result.output
    assert session.scalar(select(func.count()).select_from(Person)) == people


def actual(cycle: Cycle, item: str) -> float:
    return next(one.actual or 0 for one in cycle.indicators if one.source_key == item)
