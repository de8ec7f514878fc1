"""Pages on which trainees answer: by a personal link, or signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.evaluation import commands, queries
from app.evaluation.forms import answer_form
from app.evaluation.views.routes import blueprint
from app.kernel.clock import now
from app.web.access import Public, SignedIn
from app.web.render import form_page, page, render
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.evaluation.models import Invitation


@blueprint.form(
    "/answer/<token>",
    access=Public("The personal link is the right to answer once; it shows nothing but the questions."),
    subject=queries.find_invitation,
)
def answer_by_link(invitation: Invitation) -> ResponseReturnValue:
    """Answer by a personal link, without an account."""
    return _answer(invitation)


@blueprint.get("/my/evaluations", access=SignedIn("Everybody sees the evaluations they are invited to."))
def my_evaluations() -> ResponseReturnValue:
    """Show the evaluations that the reader is invited to."""
    return page(
        "evaluation/my_evaluations.html",
        evaluations=queries.list_my_evaluations(current_actor().person_id),
        at=now(),
    )


@blueprint.form(
    "/my/evaluations/<int:invitation_id>",
    access=SignedIn("Everybody answers the evaluations they are invited to."),
    subject=queries.get_my_invitation,
)
def my_evaluation(invitation: Invitation) -> ResponseReturnValue:
    """Answer as a signed-in trainee."""
    return _answer(invitation)


def _answer(invitation: Invitation) -> ResponseReturnValue:
    wave = invitation.wave
    if obstacle := queries.find_obstacle(invitation, now()):
        html = render("evaluation/answer_state.html", wave=wave, course=wave.course, obstacle=obstacle)
        return html, 422 if request.method == "POST" else 200
    form = answer_form(queries.list_questions(wave.instrument)).from_request()
    if form.accepts():
        with form.refusals():
            commands.give_answer(invitation=invitation, answers=form.answers(), at=now())
            flash(_("Thank you. Your answers are kept."), "success")
            return redirect(request.path)
    return form_page("evaluation/answer_form.html", form=form, wave=wave, course=wave.course)
