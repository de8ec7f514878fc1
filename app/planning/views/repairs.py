"""The page on which somebody is said to be away, and the one that shows the moves which that takes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.kernel.clock import now
from app.planning import commands, queries
from app.planning.forms import AwayForm
from app.planning.policies import PlanningPermission
from app.planning.types import RunState, Spell
from app.planning.views.moves import shown_repair
from app.planning.views.reasons import say_help, say_reasons
from app.planning.views.routes import blueprint
from app.planning.views.sentences import say_change
from app.planning.views.shown import shown_proposals
from app.scheduling.queries import get_session
from app.scheduling.slots import days_as_period
from app.teaching.queries import list_assignments_of_sessions
from app.teaching.types import AssignmentState
from app.web.filters import write_label
from app.web.render import form_page, page
from app.web.session import current_actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.planning.models import Absence, PlanningRun
    from app.scheduling.models import CourseSession

MOVED_WITHIN = timedelta(days=28)


@blueprint.form("/sessions/<int:session_id>/away", access=PlanningPermission.PLAN, subject=get_session)
def session_away(course_session: CourseSession) -> ResponseReturnValue:
    """Say that a lecturer of a session cannot come, and ask for the fewest moves that mend it."""
    day = course_session.day
    choices = _who(course_session)
    form: AwayForm = AwayForm.from_request(
        who=_meant(choices),
        spell=Spell.DAY.value,
        first=day,
        last=day,
        until=_until(course_session),
    )
    form.who.choices = [SelectChoice(value, label) for value, label, _lecturer in choices]
    if form.accepts():
        with form.refusals():
            run = _ask(form, course_session)
            if run is not None:
                return redirect(url_for(".run_show", run_id=run.id))
            flash(_("It is on record. No session has to move because of it."), "success")
            return redirect(url_for("scheduling.session_show", session_id=course_session.id))
    return form_page(
        "planning/session_away.html",
        form=form,
        course_session=course_session,
        course=course_session.course,
        over=course_session.starts_at <= now(),
    )


@blueprint.post(
    "/absences/<int:absence_id>/withdraw", access=PlanningPermission.PLAN, subject=queries.get_absence
)
def absence_withdraw(absence: Absence) -> ResponseReturnValue:
    """Say that somebody can come after all."""
    organisation_id, name = absence.organisation_id, absence.name
    commands.withdraw_absence(absence=absence, actor=current_actor(), at=now())
    flash(_("%(name)s is available again. The timetable was not changed.", name=name), "success")
    return redirect(url_for(".organisation_propose", organisation_id=organisation_id))


def repair_page(run: PlanningRun) -> ResponseReturnValue:
    """Return the page of a repair: its moves in words, and what may be done with them."""
    situation = queries.situation_of(run)
    proposals = queries.list_proposals(run)
    shown = shown_proposals(run, situation, proposals, now())
    may_plan = current_actor().may(PlanningPermission.PLAN, run.organisation_id)
    return page(
        "planning/repair_show.html",
        run=run,
        course=run.course,
        organisation=run.organisation,
        states=RunState,
        absence=run.absence,
        reason=queries.reason_for(run.absence, current_actor()),
        zone=situation.zone,
        repair=None if run.state.is_open else shown_repair(run, situation, substitutes=may_plan),
        one=shown[0] if shown else None,
        say_change=say_change,
        say_reasons=say_reasons,
        say_help=say_help,
        may_plan=may_plan,
    )


def _who(course_session: CourseSession) -> list[tuple[str, str, int | None]]:
    """Who may be away: those who were asked to teach in the session, and its room; with the lecturers' numbers."""
    choices: list[tuple[str, str, int | None]] = []
    for one in list_assignments_of_sessions([course_session.id]):
        name = one.lecturer.person.full_name
        if one.state is AssignmentState.DECLINED:
            name = f"{name} ({write_label(one.state)})"
        if one.state is not AssignmentState.WITHDRAWN:
            choices.append((f"p{one.lecturer.person_id}", name, one.lecturer_id))
    room = course_session.room
    if room is not None:
        choices.append((f"r{room.id}", _("%(name)s cannot be used", name=room.name), None))
    return choices


def _meant(choices: Sequence[tuple[str, str, int | None]]) -> str | None:
    """The lecturer from whose line one comes, else the first of all."""
    lecturer = request.args.get("lecturer", type=int)
    first = choices[0][0] if choices else None
    return next((value for value, _label, number in choices if number and number == lecturer), first)


def _until(course_session: CourseSession) -> date:
    return min(course_session.course.ends_on, course_session.day + MOVED_WITHIN)


def _ask(form: AwayForm, course_session: CourseSession) -> PlanningRun | None:
    starts_at, ends_at = _stretch(form, course_session)
    if form.until.data is None:
        raise ValueError("An accepted form names the day until which sessions may be moved.")
    return commands.ask_for_repair(
        course_session=course_session,
        person_id=form.person_id,
        room_id=form.room_id,
        starts_at=starts_at,
        ends_at=ends_at,
        until=form.until.data,
        reason=form.reason.data or "",
        actor=current_actor(),
        at=now(),
    )


def _stretch(form: AwayForm, course_session: CourseSession) -> tuple[datetime, datetime]:
    """From when to when somebody is away: the session, its day at the place, or several such days."""
    if form.spell.data == Spell.SESSION.value:
        return course_session.starts_at, course_session.ends_at
    first = last = course_session.day
    if form.spell.data == Spell.DAYS.value:
        first, last = form.first.data or first, form.last.data or last
    period = days_as_period(first, last, str(ZoneInfo(course_session.course.time_zone)))
    return period.start, period.end
