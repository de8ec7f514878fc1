"""Reading runs, proposals, and what an organisation wants of its timetables."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.accounts.queries import list_grants
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.errors import NotFound
from app.organisations.models import Organisation
from app.people.models import Person
from app.planning.errors import RunNotFound
from app.planning.grid import to_minutes
from app.planning.models import Absence, ModuleLecturer, PlanningProposal, PlanningRun, PlanningSettings
from app.planning.policies import PlanningPermission
from app.planning.stored import read_situation, read_times
from app.planning.types import Away, Situation, TeachingTimes
from app.scheduling.models import Course, CourseModule
from app.teaching.models import Assignment, Lecturer
from app.teaching.policies import TeachingPermission
from app.teaching.types import AssignmentState

_SHOWN = 20


def get_run(run_id: int) -> PlanningRun:
    """Return the run; RunNotFound if there is none."""
    found = session.get(
        PlanningRun,
        run_id,
        options=[
            joinedload(PlanningRun.course),
            joinedload(PlanningRun.asked_by),
            joinedload(PlanningRun.course_session),
            joinedload(PlanningRun.absence).options(joinedload(Absence.person), joinedload(Absence.room)),
        ],
    )
    if found is None:
        raise RunNotFound()
    return found


def get_proposal(proposal_id: int) -> PlanningProposal:
    """Return the proposal with its run; NotFound if there is none."""
    found = session.get(PlanningProposal, proposal_id)
    if found is None:
        raise NotFound()
    return found


def get_absence(absence_id: int) -> Absence:
    """Return the absence; NotFound if there is none."""
    found = session.get(Absence, absence_id, options=[joinedload(Absence.person), joinedload(Absence.room)])
    if found is None:
        raise NotFound()
    return found


def reason_for(absence: Absence | None, actor: Actor) -> str:
    """Return why somebody is away, which may be an illness: told only to those who plan where it was put on record."""
    if absence is None or not actor.may(PlanningPermission.PLAN, absence.organisation_id):
        return ""
    return absence.reason


def list_absences(organisation: Organisation, at: datetime) -> Sequence[Absence]:
    """Return who cannot come, now or later, as far as it was put on record in the organisation; next first."""
    return session.scalars(
        select(Absence)
        .where(
            Absence.organisation_id == organisation.id,
            Absence.withdrawn_at.is_(None),
            func.upper(Absence.during) > at,
        )
        .options(joinedload(Absence.person), joinedload(Absence.room))
        .order_by(func.lower(Absence.during), Absence.id)
        .limit(_SHOWN)
    ).all()


def has_declined(absence: Absence | None, session_id: int | None) -> bool:
    """Tell whether the lecturer who is away was asked for the session and said no."""
    if absence is None or absence.person_id is None or session_id is None:
        return False
    return bool(
        session.scalar(
            select(
                exists().where(
                    Assignment.course_session_id == session_id,
                    Assignment.lecturer_id == Lecturer.id,
                    Lecturer.person_id == absence.person_id,
                    Assignment.state == AssignmentState.DECLINED,
                )
            )
        )
    )


def bounds_of(absence: Absence) -> tuple[datetime, datetime]:
    """Return from when to when somebody is away."""
    lower, upper = absence.during.lower, absence.during.upper
    if lower is None or upper is None:
        raise ValueError("An absence has a beginning and an end.")
    return lower, upper


def away_of(absence: Absence) -> Away:
    """Return the absence as the optimiser is told of it."""
    begins, ends = bounds_of(absence)
    return Away(absence.person_id, absence.room_id, to_minutes(begins), to_minutes(ends))


def situation_of(run: PlanningRun) -> Situation:
    """Return what the run was told."""
    return read_situation(
        session.scalars(select(PlanningRun.situation).where(PlanningRun.id == run.id)).one()
    )


def list_proposals(run: PlanningRun) -> Sequence[PlanningProposal]:
    """Return what the run has found, in the order of finding."""
    return session.scalars(
        select(PlanningProposal)
        .where(PlanningProposal.run_id == run.id)
        .options(joinedload(PlanningProposal.taken_by))
        .order_by(PlanningProposal.number)
    ).all()


def list_runs(organisation: Organisation, course: Course | None) -> Sequence[PlanningRun]:
    """Return the latest runs of the course, or of the organisation as a whole."""
    own = PlanningRun.course_id == course.id if course else PlanningRun.course_id.is_(None)
    return session.scalars(
        select(PlanningRun)
        .where(PlanningRun.organisation_id == organisation.id, own)
        .options(
            joinedload(PlanningRun.asked_by),
            joinedload(PlanningRun.absence).options(joinedload(Absence.person), joinedload(Absence.room)),
        )
        .order_by(PlanningRun.id.desc())
        .limit(_SHOWN)
    ).all()


def find_settings(organisation: Organisation) -> PlanningSettings | None:
    """Return the teaching times that hold for the organisation: its own, else those of the nearest one above."""
    return session.scalar(
        select(PlanningSettings)
        .join(Organisation, Organisation.id == PlanningSettings.organisation_id)
        .where(within(Organisation.id, organisation.path))
        .order_by(func.cardinality(Organisation.path).desc())
        .limit(1)
    )


def teaching_times(organisation: Organisation) -> TeachingTimes:
    """Return when the organisation teaches and what it wants; what nobody has set is as in most schools."""
    found = find_settings(organisation)
    return read_times(found.times) if found else TeachingTimes()


def find_asker(person_id: int) -> Actor:
    """Return the person who asked for a run, as the actor whom the worker acts for."""
    account_id, email, name = session.execute(
        select(Account.id, Account.email, Person.full_name)
        .select_from(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id == person_id)
        .limit(1)
    ).one()
    return Actor(account_id, person_id, name, list_grants(person_id), email or "")


def list_module_lecturers(course_id: int) -> dict[int, list[int]]:
    """Return who is to teach each module of the course, by the lecturers' numbers; the first leads."""
    rows = session.execute(
        select(ModuleLecturer.course_module_id, ModuleLecturer.lecturer_id)
        .join(CourseModule, CourseModule.id == ModuleLecturer.course_module_id)
        .where(CourseModule.course_id == course_id)
        .order_by(ModuleLecturer.course_module_id, ModuleLecturer.position)
    )
    found: dict[int, list[int]] = {}
    for module_id, lecturer_id in rows:
        found.setdefault(module_id, []).append(lecturer_id)
    return found


def list_lecturer_names(actor: Actor, chosen: Collection[int]) -> list[tuple[int, str]]:
    """Return number and name of the active lecturers in the actor's scope, and of those chosen already, by name."""
    scope = within(Person.organisation_id, actor.organisations_for(TeachingPermission.VIEW))
    rows = session.execute(
        select(Lecturer.id, Person.full_name)
        .join(Person, Person.id == Lecturer.person_id)
        .where((Lecturer.active & scope) | within(Lecturer.id, chosen))
        .order_by(Person.sort_key, Lecturer.id)
    )
    return [(number, name) for number, name in rows]
