"""A lecturer's own pages: on a phone, between two trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _

from app.kernel.clock import now
from app.scheduling.types import SessionState
from app.teaching import commands, queries, rules
from app.teaching.forms import AcceptForm, ReasonForm
from app.teaching.views.routes import blueprint
from app.web.access import SignedIn
from app.web.render import form_page, page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.teaching.models import Assignment
    from app.teaching.types import TeachingSession

OWN = SignedIn("a lecturer's own assignments")


@blueprint.get("/my/assignments", access=OWN)
def my_assignments() -> ResponseReturnValue:
    """Show what waits for an answer, what comes and what was."""
    actor = current_actor()
    zone = str(get_timezone())
    return page(
        "teaching/my_assignments.html",
        mine=queries.list_my_assignments(actor, zone, now()),
        feed=queries.find_live_feed(actor.person_id or 0),
        own_zone=zone,
        at=now(),
    )


@blueprint.get("/my/sessions/<int:course_session_id>", access=OWN, subject=queries.get_my_session)
def my_session(own: TeachingSession) -> ResponseReturnValue:
    """Show one session as its lecturer needs it."""
    cancelled = own.session_state is SessionState.CANCELLED
    keeps = rules.may_keep_register(own.state, cancelled, own.starts_at, now())
    return page(
        "teaching/my_session.html",
        own=own,
        own_zone=str(get_timezone()),
        at=now(),
        register=url_for("attendance.own_register_edit", session_id=own.session_id) if keeps else None,
    )


@blueprint.form("/my/assignments/<int:assignment_id>/accept", access=OWN, subject=queries.get_own_assignment)
def assignment_accept(assignment: Assignment) -> ResponseReturnValue:
    """Say yes."""
    form = AcceptForm.from_request(version=assignment.version)
    if form.accepts():
        with form.refusals(assignment):
            commands.answer_assignment(
                assignment=assignment,
                accept=True,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
            )
            flash(_("Thank you. You have accepted; it stands in your calendar."), "success")
            return redirect(url_for(".my_assignments"))
    return _answer_page(assignment, form, accepting=True)


@blueprint.form("/my/assignments/<int:assignment_id>/decline", access=OWN, subject=queries.get_own_assignment)
def assignment_decline(assignment: Assignment) -> ResponseReturnValue:
    """Say no, and why."""
    form = ReasonForm.from_request(version=assignment.version)
    if form.accepts():
        with form.refusals(assignment):
            commands.answer_assignment(
                assignment=assignment,
                accept=False,
                reason=form.reason.data,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
            )
            flash(
                _("You have declined. The training manager reads your reason and looks for somebody else."),
                "info",
            )
            return redirect(url_for(".my_assignments"))
    return _answer_page(assignment, form, accepting=False)


def _answer_page(
    assignment: Assignment, form: AcceptForm | ReasonForm, *, accepting: bool
) -> ResponseReturnValue:
    return form_page(
        "teaching/my_answer.html",
        form=form,
        accepting=accepting,
        own=queries.get_my_session(assignment.course_session_id, actor=current_actor()),
        own_zone=str(get_timezone()),
    )
