"""One of each thing that an address can name, in one organisation."""

from sqlalchemy import select

from app.accounts.models import Account, AccountSession, RoleGrant
from app.curriculum.models import Curriculum, CurriculumVersion, Program
from app.evaluation.types import WaveState
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from app.organisations.models import Organisation
from app.scheduling.models import TimetableRelease
from tests.factories.accounts import make_account, make_grant
from tests.factories.accounts import make_session as make_account_session
from tests.factories.curriculum import make_curriculum, make_draft_version, make_program
from tests.factories.enrolment import make_enrolment, make_import
from tests.factories.evaluation import (
    make_evaluation_import,
    make_instrument,
    make_invitation,
    make_results_document,
    make_wave,
)
from tests.factories.improvement import make_action, make_cycle, make_finding, make_indicator, make_objective
from tests.factories.organisations import make_campus, make_room
from tests.factories.people import make_appointment, make_person
from tests.factories.planning import make_absence, make_proposal
from tests.factories.scheduling import make_course, make_session
from tests.factories.teaching import make_assignment, make_lecturer


def make_subjects(organisation: Organisation) -> dict[str, int]:
    """Return the number of one thing for each name that stands in an address."""
    person, colleague = make_person(organisation=organisation), make_person(organisation=organisation)
    account = make_account(person)
    grant: RoleGrant = make_grant(person, Role.LECTURER, organisation)
    campus = make_campus(organisation)
    program: Program = make_program(organisation)
    curriculum: Curriculum = make_curriculum(program)
    version: CurriculumVersion = make_draft_version(curriculum)
    course = make_course(organisation)
    meeting = make_session(course)
    lecturer = make_lecturer(person)
    cycle = make_cycle(course)
    objective = make_objective(cycle)
    indicator = make_indicator(cycle)
    wave = make_wave(course, make_instrument(organisation), state=WaveState.OPEN)
    release = TimetableRelease(course=course, number=1, name="First", released_at=now(), entries=[])
    session.add(release)
    session.flush()
    proposal = make_proposal(course, person)
    return {
        "absence_id": make_absence(person).id,
        "account_id": account.id,
        "account_session_id": _account_session(account).id,
        "action_id": make_action(cycle).id,
        "appointment_id": make_appointment(person, organisation=organisation).id,
        "assignment_id": make_assignment(meeting, lecturer).id,
        "campus_id": campus.id,
        "course_id": course.id,
        "course_session_id": meeting.id,
        "curriculum_id": curriculum.id,
        "cycle_id": cycle.id,
        "document_id": make_results_document(wave, person).id,
        "enrolment_id": make_enrolment(course).id,
        "finding_id": make_finding(cycle).id,
        "grant_id": grant.id,
        "import_id": make_import(course).id,
        "indicator_id": indicator.id,
        "instrument_id": wave.instrument_id,
        "invitation_id": make_invitation(wave).id,
        "lecturer_id": lecturer.id,
        "objective_id": objective.id,
        "organisation_id": organisation.id,
        "other_id": colleague.id,
        "person_id": person.id,
        "program_id": program.id,
        "proposal_id": proposal.id,
        "run_id": proposal.run_id,
        "release_id": release.id,
        "room_id": make_room(campus).id,
        "session_id": meeting.id,
        "version_id": version.id,
        "upload_id": make_evaluation_import(organisation).id,
        "wave_id": wave.id,
    }


def _account_session(account: Account) -> AccountSession:
    make_account_session(account)
    return session.scalars(select(AccountSession).where(AccountSession.account_id == account.id)).one()
