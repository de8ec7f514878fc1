"""The table of contents of what serves pages: which features there are, what they mount and subscribe. Only here are
views imported. What the worker runs stands in ``app.jobs.tasks``, the words of the command line in ``app.cli.table``.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import Flask

from app.accounts import errors as account_errors
from app.accounts import handlers as account_handlers
from app.accounts import views as account_views
from app.accounts.commands.sessions import keep_alive
from app.accounts.passwords import Passwords
from app.accounts.policies import AccountPermission
from app.accounts.queries import find_session
from app.accounts.rules import TOUCH_EVERY
from app.accounts.types import SessionLimits
from app.attendance import errors as attendance_errors
from app.attendance import views as attendance_views
from app.attendance.policies import AttendancePermission
from app.audit import views as audit_views
from app.audit.handlers import write_reading, write_trail
from app.audit.policies import AuditPermission
from app.audit.reading import NameRows, name_rows_by
from app.cli.table import CommandLine
from app.curriculum import errors as curriculum_errors
from app.curriculum import views as curriculum_views
from app.curriculum.policies import CurriculumPermission
from app.enrolment import errors as enrolment_errors
from app.enrolment import handlers as enrolment_handlers
from app.enrolment import views as enrolment_views
from app.enrolment.policies import EnrolmentPermission
from app.evaluation import errors as evaluation_errors
from app.evaluation import handlers as evaluation_handlers
from app.evaluation import outside as evaluation_outside
from app.evaluation import views as evaluation_views
from app.evaluation.policies import EvaluationPermission
from app.improvement import errors as improvement_errors
from app.improvement import handlers as improvement_handlers
from app.improvement import views as improvement_views
from app.improvement.policies import ImprovementPermission
from app.improvement.queries import list_item_targets
from app.kernel.access import Actor, Role
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.events import Event, subscribe
from app.kernel.reading import keep_readings_by
from app.kernel.text import N_
from app.kernel.transaction import explain_constraints
from app.messaging import outside as messaging_outside
from app.messaging.transport import transport_for
from app.messaging.types import Letter
from app.organisations import errors as organisation_errors
from app.organisations import views as organisation_views
from app.organisations.policies import OrganisationPermission
from app.organisations.queries import name_organisations, name_rooms
from app.people import errors as people_errors
from app.people import views as people_views
from app.people.events import PeopleMerged
from app.people.policies import PersonPermission
from app.people.queries import name_people
from app.planning import errors as planning_errors
from app.planning import views as planning_views
from app.reporting import views as reporting_views
from app.reporting.policies import ReportPermission
from app.scheduling import errors as scheduling_errors
from app.scheduling import views as scheduling_views
from app.scheduling.events import (
    CourseCancelled,
    CourseCreated,
    SessionCancelled,
    SessionChanged,
    SessionMoved,
    SessionScheduled,
    TimetableReleased,
)
from app.scheduling.policies import CoursePermission
from app.scheduling.queries import name_courses, name_sessions
from app.teaching import errors as teaching_errors
from app.teaching import handlers as teaching_handlers
from app.teaching import views as teaching_views
from app.teaching.events import AssignmentProposed
from app.teaching.policies import TeachingPermission
from app.teaching.queries import name_lecturers
from app.web.blueprint import FeatureBlueprint
from app.web.layout import CourseTab, OrganisationPage
from app.web.letters import render_letter
from app.web.navigation import Destination
from app.web.session import FindActor
from config import Settings

__all__ = ["COURSE_TABS", "NAVIGATION", "START_PAGES", "actor_finder", "register"]

BLUEPRINTS: tuple[FeatureBlueprint, ...] = (
    account_views.blueprint,
    audit_views.blueprint,
    organisation_views.blueprint,
    people_views.blueprint,
    curriculum_views.blueprint,
    evaluation_views.blueprint,
    improvement_views.blueprint,
    reporting_views.blueprint,
    scheduling_views.blueprint,
    planning_views.blueprint,
    teaching_views.blueprint,
    enrolment_views.blueprint,
    attendance_views.blueprint,
)

NAVIGATION: tuple[Destination, ...] = (
    Destination(
        N_("Courses"),
        "scheduling.course_list",
        CoursePermission.VIEW,
        covers=(
            "scheduling.",
            "teaching.course_assignments",
            "teaching.session_lecturers",
            "teaching.lecturer_propose",
            "enrolment.",
            "attendance.register_",
            "evaluation.wave_",
            "evaluation.pooled_with_course",
        ),
    ),
    Destination(
        N_("Programs"),
        "curriculum.program_list",
        CurriculumPermission.VIEW,
        covers=("curriculum.program_",),
    ),
    Destination(
        N_("Curricula"),
        "curriculum.curriculum_list",
        CurriculumPermission.VIEW,
        covers=("curriculum.curriculum_", "curriculum.version_", "evaluation.pooled_results"),
    ),
    Destination(N_("People"), "people.person_list", PersonPermission.VIEW, covers=("people.",)),
    Destination(
        N_("Lecturers"),
        "teaching.lecturer_list",
        TeachingPermission.VIEW,
        covers=("teaching.lecturer_",),
    ),
    Destination(
        N_("Questionnaires"),
        "evaluation.instrument_list",
        EvaluationPermission.VIEW,
        covers=("evaluation.instrument", "evaluation.import"),
    ),
    Destination(
        N_("Organisations"),
        "organisations.organisation_list",
        OrganisationPermission.VIEW,
        covers=("organisations.",),
    ),
    Destination(
        N_("Cycles"),
        "improvement.cycle_list",
        ImprovementPermission.VIEW,
        covers=(
            "improvement.cycle_",
            "improvement.objective_",
            "improvement.indicator_",
            "improvement.deviation_",
            "improvement.finding_",
        ),
    ),
    Destination(
        N_("Actions"),
        "improvement.action_list",
        ImprovementPermission.VIEW,
        covers=("improvement.action_",),
    ),
    Destination(
        N_("Coverage"),
        "reporting.coverage_choice",
        ReportPermission.VIEW,
        covers=("reporting.coverage",),
    ),
    Destination(
        N_("Accounts"),
        "accounts.account_list",
        AccountPermission.MANAGE,
        covers=(
            "accounts.account_new",
            "accounts.account_invite",
            "accounts.account_show",
            "accounts.account_email",
            "accounts.account_disable",
            "accounts.role_",
        ),
    ),
    Destination(N_("My actions"), "improvement.own_action_list", roles=frozenset({Role.LECTURER})),
    Destination(N_("Audit trail"), "audit.trail_list", AuditPermission.VIEW),
)

START_PAGES: tuple[Destination, ...] = (
    Destination(N_("My courses"), "reporting.manager_start", ReportPermission.MANAGER_START),
    Destination(N_("Quality"), "reporting.quality_start", ReportPermission.QUALITY_START),
    Destination(N_("Overview"), "reporting.director_start", ReportPermission.DIRECTOR_START),
    Destination(N_("Trainee lists"), "reporting.registrar_start", ReportPermission.REGISTRAR_START),
    Destination(N_("Administration"), "reporting.administrator_start", ReportPermission.ADMINISTRATOR_START),
    Destination(
        N_("My teaching"),
        "teaching.my_assignments",
        roles=frozenset({Role.LECTURER, Role.PARTNER_EXPERT}),
        covers=("teaching.my_", "teaching.assignment_", "teaching.calendar_"),
    ),
    Destination(
        N_("My learning"),
        "reporting.trainee_start",
        roles=frozenset({Role.TRAINEE}),
        covers=("attendance.own_course_", "evaluation.my_evaluation"),
    ),
)

# What other features know of an organisation, from its own page.
ORGANISATION_PAGES: tuple[OrganisationPage, ...] = (
    OrganisationPage(
        N_("Results of evaluations, by year"), "evaluation.year_results", EvaluationPermission.VIEW_RESULTS
    ),
)

# In the order in which a course is lived.
COURSE_TABS: tuple[CourseTab, ...] = (
    CourseTab(
        N_("Overview"),
        "scheduling.course_show",
        CoursePermission.VIEW,
        covers=("scheduling.course_cancel",),
    ),
    CourseTab(
        N_("Timetable"),
        "scheduling.timetable_show",
        CoursePermission.VIEW,
        covers=("scheduling.release_list", "planning.course_propose", "planning.module_lecturers"),
    ),
    CourseTab(N_("Lecturers"), "teaching.course_assignments", TeachingPermission.VIEW_ASSIGNMENTS),
    CourseTab(
        N_("Trainees"),
        "enrolment.enrolment_list",
        EnrolmentPermission.VIEW,
        covers=(
            "enrolment.enrolment_show",
            "enrolment.enrolment_new",
            "enrolment.import_new",
            "enrolment.import_show",
        ),
    ),
    CourseTab(
        N_("Attendance"),
        "attendance.register_list",
        AttendancePermission.VIEW,
        covers=("attendance.register_edit",),
    ),
    CourseTab(
        N_("Evaluation"),
        "evaluation.wave_list",
        EvaluationPermission.VIEW,
        covers=(
            "evaluation.wave_new",
            "evaluation.wave_edit",
            "evaluation.wave_open",
            "evaluation.wave_close",
            "evaluation.wave_remind",
            "evaluation.wave_results",
            "evaluation.pooled_with_course",
        ),
    ),
    CourseTab(
        N_("Cycle"),
        "improvement.cycle_show",
        ImprovementPermission.VIEW,
        covers=("improvement.cycle_approve", "improvement.cycle_advance", "improvement.cycle_verify"),
    ),
)

REFUSALS: tuple[Mapping[str, type[DomainError]], ...] = (
    account_errors.CONSTRAINTS,
    organisation_errors.CONSTRAINTS,
    people_errors.CONSTRAINTS,
    curriculum_errors.CONSTRAINTS,
    scheduling_errors.CONSTRAINTS,
    teaching_errors.CONSTRAINTS,
    enrolment_errors.CONSTRAINTS,
    planning_errors.CONSTRAINTS,
    attendance_errors.CONSTRAINTS,
    evaluation_errors.CONSTRAINTS,
    improvement_errors.CONSTRAINTS,
)

HANDLERS: tuple[tuple[type[Event], Callable[..., None]], ...] = (
    (Event, write_trail),
    (PeopleMerged, account_handlers.sign_out_merged),
    (PeopleMerged, evaluation_handlers.count_merged_once),
    (SessionScheduled, enrolment_handlers.engage_for_new_session),
    (SessionCancelled, teaching_handlers.withdraw_from_cancelled),
    (SessionMoved, teaching_handlers.tell_of_move),
    (SessionChanged, teaching_handlers.refresh_calendars),
    (CourseCancelled, teaching_handlers.tell_of_cancelled_course),
    (TimetableReleased, teaching_handlers.tell_of_release),
    (AssignmentProposed, teaching_handlers.tell_of_proposal),
    (CourseCreated, improvement_handlers.draft_first_cycle),
    (CourseCancelled, improvement_handlers.cancel_cycle),
    (TimetableReleased, improvement_handlers.refuse_release_over_open_actions),
)

# How the audit trail calls the rows of a table, those that its reader may see.
NAMED_ROWS: Mapping[str, NameRows] = {
    "course": name_courses,
    "course_session": name_sessions,
    "lecturer": name_lecturers,
    "organisation": name_organisations,
    "person": name_people,
    "room": name_rooms,
}


def actor_finder(settings: Settings) -> FindActor:
    """Return how the web toolkit learns who a session's token belongs to, for as long as the settings let it live."""
    limits = limits_of(settings)

    def find_actor(token: str) -> Actor | None:
        at = now()
        found = find_session(token, limits, at)
        if found is None:
            return None
        if at - found.seen_at >= TOUCH_EVERY:
            keep_alive(session_id=found.session_id, at=at)
        return found.actor

    return find_actor


def limits_of(settings: Settings) -> SessionLimits:
    """Return how long a sign-in lasts."""
    return SessionLimits(
        idle=timedelta(minutes=settings.session_idle_minutes),
        absolute=timedelta(hours=settings.session_absolute_hours),
    )


def register(app: Flask) -> None:
    """Mount every feature."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["session_limits"] = limits_of(settings)
    app.extensions["passwords"] = Passwords(
        time_cost=settings.argon2_time_cost,
        memory_kib=settings.argon2_memory_kib,
        parallelism=settings.argon2_parallelism,
    )
    messaging_outside.connect(
        writer=lambda letter, locale, /, **told: Letter(*render_letter(letter, locale, **told)),
        transport=transport_for(
            settings.mail_url, sender=settings.mail_from, directory=settings.var_directory / "mail"
        ),
    )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for refusals in REFUSALS:
        explain_constraints(refusals)
    for event_type, handler in HANDLERS:
        subscribe(event_type, handler)
    evaluation_outside.find_targets_by(list_item_targets)
    keep_readings_by(write_reading)
    name_rows_by(NAMED_ROWS)
    app.cli = CommandLine(app.name)
