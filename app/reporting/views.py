"""Reports and start pages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.attendance.queries import list_coming_sessions, list_own_courses
from app.evaluation.queries import list_houses_with_results
from app.kernel.clock import now
from app.reporting import exports
from app.reporting.forms import CoverageForm
from app.reporting.policies import ReportPermission
from app.reporting.queries import branches, coverage, house, learning, letters, lists, starts
from app.reporting.types import ReportPeriod
from app.web.access import SignedIn
from app.web.blueprint import FeatureBlueprint
from app.web.lists import list_page, page_request
from app.web.render import page
from app.web.session import current_actor
from app.web.text import reader_zone, translated

if TYPE_CHECKING:
    from app.curriculum.models import Program

blueprint = FeatureBlueprint("reporting", __name__)

# As much as a phone shows before the thumb gets tired; the rest is one link away.
NEXT_SESSIONS = 4
OWN_COURSES = 3


@blueprint.get("/reports/coverage", access=ReportPermission.VIEW)
def coverage_choice() -> ResponseReturnValue:
    """Lead to the report of the first program, or say that there is none."""
    programs = coverage.list_programs(current_actor())
    chosen = request.args.get("program", type=int)
    program = next((p for p in programs if p.id == chosen), programs[0] if programs else None)
    if program is None:
        return page("reporting/coverage_none.html")
    first, last = request.args.get("first"), request.args.get("last")
    return redirect(url_for(".coverage_show", program_id=program.id, first=first or None, last=last or None))


@blueprint.get(
    "/reports/coverage/<int:program_id>", access=ReportPermission.VIEW, subject=coverage.get_program
)
def coverage_show(program: Program) -> ResponseReturnValue:
    """Show whom the program reached: courses, schools, people, and who runs its cycle."""
    actor = current_actor()
    form = CoverageForm(request.args, program=program.id)
    form.program.choices = [
        (p.id, f"{p.code} · {translated(p.title, p.titles)}") for p in coverage.list_programs(actor)
    ]
    form.validate()
    period = ReportPeriod(form.first.data, form.last.data)
    return list_page(
        "reporting/coverage_show.html",
        listed=coverage.list_schools(actor, program, period, page_request("reached", "first", "last")),
        columns=exports.SCHOOL_COLUMNS,
        file_name=f"coverage-{program.code}",
        program=program,
        form=form,
        totals=coverage.coverage_totals(actor, program, period),
        stages=coverage.list_stages(actor, program, period),
    )


@blueprint.get("/start/manager", access=ReportPermission.MANAGER_START)
def manager_start() -> ResponseReturnValue:
    """Show a training manager the courses, what holds them up, and this week."""
    actor = current_actor()
    today, begin = _today()
    mine = request.args.get("all") != "1"
    return page(
        "reporting/manager_start.html",
        mine=mine,
        today=today,
        courses=starts.list_course_cards(actor, today, mine=mine),
        sessions=starts.list_sessions_between(actor, begin, begin + timedelta(days=7), mine=mine),
        actions=starts.list_actions_due(actor, ReportPermission.MANAGER_START, today),
        houses=list_houses_with_results(actor),
    )


@blueprint.get("/start/quality", access=ReportPermission.QUALITY_START)
def quality_start() -> ResponseReturnValue:
    """Show a quality officer the cycles by phase, and the actions overdue or unverified."""
    actor = current_actor()
    today, _begin = _today()
    return page(
        "reporting/quality_start.html",
        counts=starts.count_cycles_by_state(actor, ReportPermission.QUALITY_START),
        due=starts.list_actions_due(actor, ReportPermission.QUALITY_START, today),
        to_verify=starts.list_actions_to_verify(actor, today),
        gaps=starts.list_gaps_without_cause(actor),
        houses=list_houses_with_results(actor),
    )


@blueprint.get("/start/director", access=ReportPermission.DIRECTOR_START)
def director_start() -> ResponseReturnValue:
    """Show a director the tree of organisations, plan against actual of a year."""
    actor = current_actor()
    today, _begin = _today()
    asked = request.args.get("year", type=int)
    year = asked if asked is not None and 1990 <= asked <= today.year + 5 else today.year
    return page(
        "reporting/director_start.html",
        year=year,
        this_year=today.year,
        branches=branches.list_branches(actor, year),
        counts=starts.count_cycles_by_state(actor, ReportPermission.DIRECTOR_START),
        houses=list_houses_with_results(actor),
    )


@blueprint.get("/start/registrar", access=ReportPermission.REGISTRAR_START)
def registrar_start() -> ResponseReturnValue:
    """Show a registrar the courses at hand, what their lists lack, and what waits beside them."""
    actor, at = current_actor(), now()
    today, _begin = _today()
    return page(
        "reporting/registrar_start.html",
        today=today,
        courses=lists.list_course_lists(actor, today, at),
        imports=lists.list_imports_left(actor, at),
        records=lists.list_records_to_complete(actor, today),
        twins=lists.list_twins(actor, today),
        mails=letters.list_refused_mails(actor, ReportPermission.REGISTRAR_START, at, to_accounts=False),
    )


@blueprint.get("/start/administrator", access=ReportPermission.ADMINISTRATOR_START)
def administrator_start() -> ResponseReturnValue:
    """Show an administrator the accounts, roles and organisations that want attention, and how the house runs."""
    actor, at = current_actor(), now()
    today, _begin = _today()
    return page(
        "reporting/administrator_start.html",
        at=at,
        today=today,
        counts=house.count_house(actor, today),
        invited=house.list_unused_invitations(actor, at),
        held_back=house.list_held_back(actor, at),
        ending=house.list_ending_roles(actor, today),
        roleless=house.list_roleless(actor, today),
        places=house.list_places_lacking(actor, today),
        mails=letters.list_refused_mails(actor, ReportPermission.ADMINISTRATOR_START, at, to_accounts=True),
        machine=house.find_machine(actor, at),
    )


@blueprint.get(
    "/start/trainee",
    access=SignedIn("Everybody sees what their own courses expect of them, and nobody else's."),
)
def trainee_start() -> ResponseReturnValue:
    """Show a trainee the next sessions, what to fill in, their attendance, and what came of the answers."""
    actor, at = current_actor(), now()
    coming = list_coming_sessions(actor, at)
    return page(
        "reporting/trainee_start.html",
        at=at,
        evaluations=learning.list_open_evaluations(actor, at),
        today=[one for one in coming if one.is_on_day_of(at)],
        coming=[one for one in coming if not one.is_on_day_of(at)][:NEXT_SESSIONS],
        courses=list_own_courses(actor)[:OWN_COURSES],
        outcomes=learning.list_outcomes(actor),
    )


def _today() -> tuple[date, datetime]:
    zone = ZoneInfo(reader_zone())
    today = now().astimezone(zone).date()
    return today, datetime.combine(today, time.min, zone)
