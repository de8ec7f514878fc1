"""One proposal whole, and what may be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.planning import commands, queries
from app.planning.policies import PlanningPermission
from app.planning.types import RunState
from app.planning.views.routes import blueprint
from app.planning.views.sentences import say_change
from app.planning.views.shown import days_of, left_over, shown_proposal, shown_sessions
from app.scheduling.policies import CoursePermission
from app.web.render import page
from app.web.saying import say
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.planning.models import PlanningProposal


@blueprint.get("/proposals/<int:proposal_id>", access=CoursePermission.VIEW, subject=queries.get_proposal)
def proposal_show(proposal: PlanningProposal) -> ResponseReturnValue:
    """Show the whole timetable that is proposed, and what it changes."""
    run, at = proposal.run, now()
    situation = queries.situation_of(run)
    sessions = shown_sessions(proposal, situation)
    return page(
        "planning/proposal_show.html",
        run=run,
        course=run.course,
        organisation=run.organisation,
        states=RunState,
        shown=shown_proposal(proposal, situation, at),
        sessions=sessions,
        days=days_of(sessions, situation.zone),
        left=left_over(proposal, situation),
        zone=situation.zone,
        say_change=say_change,
        permissions=PlanningPermission,
    )


@blueprint.post(
    "/proposals/<int:proposal_id>/take", access=PlanningPermission.PLAN, subject=queries.get_proposal
)
def proposal_take(proposal: PlanningProposal) -> ResponseReturnValue:
    """Make a proposal the timetable."""
    run_id, number = proposal.run_id, len(proposal.places)
    try:
        commands.take_proposal(proposal=proposal, actor=current_actor(), at=now())
        transaction.settle()
    except DomainError as refusal:
        return _refused(refusal, run_id)
    flash(
        ngettext(
            "%(count)s session has its place now. You may undo this.",
            "%(count)s sessions have their places now. You may undo this.",
            number,
            count=number,
        ),
        "success",
    )
    return redirect(url_for(".run_show", run_id=run_id))


@blueprint.post(
    "/proposals/<int:proposal_id>/undo", access=PlanningPermission.PLAN, subject=queries.get_proposal
)
def proposal_undo(proposal: PlanningProposal) -> ResponseReturnValue:
    """Put back what taking a proposal changed."""
    run_id = proposal.run_id
    try:
        commands.undo_proposal(proposal=proposal, actor=current_actor(), at=now())
        transaction.settle()
    except DomainError as refusal:
        return _refused(refusal, run_id)
    flash(_("The timetable is as it was before."), "success")
    return redirect(url_for(".run_show", run_id=run_id))


@blueprint.post(
    "/proposals/<int:proposal_id>/fit", access=PlanningPermission.PLAN, subject=queries.get_proposal
)
def proposal_fit(proposal: PlanningProposal) -> ResponseReturnValue:
    """Mend a proposal that no longer fits: as little of it as may be is changed."""
    run_id = proposal.run_id
    try:
        again = commands.fit_again(proposal=proposal, actor=current_actor(), at=now())
    except DomainError as refusal:
        return _refused(refusal, run_id)
    return redirect(url_for(".run_show", run_id=again.id))


def _refused(refusal: DomainError, run_id: int) -> ResponseReturnValue:
    transaction.undo()
    flash(say(refusal), "error")
    return redirect(url_for(".run_show", run_id=run_id))
