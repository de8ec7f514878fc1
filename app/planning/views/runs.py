"""The page of a search: how far it is, what it has found, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.clock import now
from app.planning import commands, queries
from app.planning.curve import HEIGHT, WIDTH, picture_of
from app.planning.policies import PlanningPermission
from app.planning.stored import read_curve
from app.planning.types import RunKind, RunState
from app.planning.views.reasons import say_help, say_reasons
from app.planning.views.repairs import repair_page
from app.planning.views.routes import blueprint
from app.planning.views.sentences import say_change, say_part
from app.planning.views.shown import shown_proposals
from app.scheduling.policies import CoursePermission
from app.web.render import page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.planning.models import PlanningRun


@blueprint.get("/planning-runs/<int:run_id>", access=CoursePermission.VIEW, subject=queries.get_run)
def run_show(run: PlanningRun) -> ResponseReturnValue:
    """Show a search with its curve and its proposals side by side, or the moves of a repair."""
    if run.kind is RunKind.REPAIR:
        return repair_page(run)
    situation = queries.situation_of(run)
    proposals = queries.list_proposals(run)
    curve = read_curve(run.curve)
    return page(
        "planning/run_show.html",
        run=run,
        course=run.course,
        organisation=run.organisation,
        states=RunState,
        placed=len(situation.meetings)
        - min((point.unplaced for point in curve), default=len(situation.meetings)),
        total=len(situation.meetings),
        picture=picture_of(curve),
        width=WIDTH,
        height=HEIGHT,
        shown=shown_proposals(run, situation, proposals, now()),
        say_part=say_part,
        say_change=say_change,
        say_reasons=say_reasons,
        say_help=say_help,
        permissions=PlanningPermission,
    )


@blueprint.post("/planning-runs/<int:run_id>/stop", access=PlanningPermission.PLAN, subject=queries.get_run)
def run_stop(run: PlanningRun) -> ResponseReturnValue:
    """End the search with the best it has."""
    commands.stop_search(run=run, actor=current_actor(), at=now())
    flash(_("The search ends within a few seconds; the best it found is kept."), "success")
    return redirect(url_for(".run_show", run_id=run.id))
