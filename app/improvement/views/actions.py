"""Actions across courses, and the life of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.improvement import commands, exports, queries
from app.improvement.forms import DoneForm, ReasonForm, StepForm, TakeOverForm
from app.improvement.policies import ImprovementPermission
from app.improvement.types import ActionState
from app.improvement.views.answers import action_saved, entry_page, saved
from app.improvement.views.blueprint import blueprint
from app.kernel.clock import now
from app.web.access import SignedIn
from app.web.lists import list_page, page_request
from app.web.render import page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.improvement.models import Action, Cycle

_FILTERS = ("state", "overdue", "owner", "organisation")


@blueprint.get("/actions", access=ImprovementPermission.VIEW)
def action_list() -> ResponseReturnValue:
    """Show the actions in the actor's scope."""
    actor = current_actor()
    return list_page(
        "improvement/action_list.html",
        listed=queries.list_actions(actor, page_request(*_FILTERS), now()),
        columns=exports.ACTION_COLUMNS,
        file_name="actions",
        states=ActionState,
        organisations=queries.list_organisation_choices(actor),
        is_own=False,
    )


@blueprint.get("/my/actions", access=SignedIn("shows the actions that the reader owns"))
def own_action_list() -> ResponseReturnValue:
    """Show the actions that the actor owns."""
    return list_page(
        "improvement/action_list.html",
        listed=queries.list_own_actions(current_actor(), page_request("state", "overdue"), now()),
        columns=exports.ACTION_COLUMNS,
        file_name="my-actions",
        states=ActionState,
        organisations=(),
        is_own=True,
    )


@blueprint.get("/actions/<int:action_id>", access=ImprovementPermission.VIEW, subject=queries.get_action)
def action_show(action: Action) -> ResponseReturnValue:
    """Show an action, its chain through the turns, and what can be done with it."""
    return _action_page(action)


def _action_page(action: Action, refused: tuple[str, ...] = ()) -> ResponseReturnValue:
    actor = current_actor()
    return page(
        "improvement/action_show.html",
        action=action,
        course=action.cycle.course,
        chain=queries.list_taken_over_from(action),
        today=now().date(),
        is_owner=action.owner_id is not None and action.owner_id == actor.person_id,
        permissions=ImprovementPermission,
        states=ActionState,
        refused=refused,
    )


@blueprint.form(
    "/actions/<int:action_id>/done",
    access=SignedIn("the owner of an action, or who manages its course, reports it done"),
    subject=queries.get_action_to_answer,
)
def action_done(action: Action) -> ResponseReturnValue:
    """Report an action done, with what shows it."""
    form = DoneForm.from_request(action)
    if form.accepts():
        with form.refusals(action):
            commands.mark_action_done(evidence=form.evidence.data, **_by_now(action, form))
            return _back(action, _("The action is done. Somebody other than its owner verifies it."))
    return entry_page(
        form,
        action.cycle,
        heading=_("Mark as done"),
        verb=_("Mark as done"),
        part="act",
        action=action,
    )


@blueprint.post(
    "/actions/<int:action_id>/verify", access=ImprovementPermission.VERIFY, subject=queries.get_action
)
def action_verify(action: Action) -> ResponseReturnValue:
    """Confirm that an action of somebody else was done."""
    form = StepForm.from_request()
    if form.accepts():
        with form.refusals(action):
            commands.verify_action(**_by_now(action, form))
            return action_saved(action, _("The action is verified."))
    return _refused(action, form)


@blueprint.form(
    "/actions/<int:action_id>/waive", access=ImprovementPermission.MANAGE, subject=queries.get_action
)
def action_waive(action: Action) -> ResponseReturnValue:
    """Give an action up, for a reason."""
    form = ReasonForm.from_request(action)
    if form.accepts():
        with form.refusals(action):
            commands.waive_action(reason=form.reason.data, **_by_now(action, form))
            return action_saved(action, _("The action is waived; the reason stays on record."))
    return entry_page(
        form,
        action.cycle,
        heading=_("Waive the action"),
        verb=_("Waive action"),
        part="act",
        action=action,
    )


@blueprint.form(
    "/actions/<int:action_id>/reopen", access=ImprovementPermission.FIND, subject=queries.get_action
)
def action_reopen(action: Action) -> ResponseReturnValue:
    """Open an action again, for a reason."""
    form = ReasonForm.from_request(action)
    if form.accepts():
        with form.refusals(action):
            commands.reopen_action(reason=form.reason.data, **_by_now(action, form))
            return action_saved(action, _("The action is open again."))
    return entry_page(
        form,
        action.cycle,
        heading=_("Reopen the action"),
        verb=_("Reopen action"),
        part="act",
        action=action,
    )


@blueprint.post(
    "/cycles/<int:cycle_id>/take-over", access=ImprovementPermission.MANAGE, subject=queries.get_cycle
)
def action_take_over(cycle: Cycle) -> ResponseReturnValue:
    """Take an open action of the turn before into this one."""
    form = TakeOverForm.from_request()
    action = queries.get_action_before(cycle, form.action_id.data)
    if form.accepts():
        with form.refusals(action):
            commands.take_over_action(cycle=cycle, **_by_now(action, form))
            return saved(cycle, _("The action was taken over."), "plan")
    return _refused(action, form)


def _by_now(action: Action, form: Any) -> dict[str, Any]:
    return {
        "action": action,
        "expected_version": form.expected_version,
        "actor": current_actor(),
        "at": now(),
    }


def _back(action: Action, message: str) -> ResponseReturnValue:
    """Go back to where the reader may be: the action, or the list of their own."""
    if current_actor().may(ImprovementPermission.VIEW, action.organisation_id):
        return action_saved(action, message)
    flash(message, "success")
    return redirect(url_for(".own_action_list"))


def _refused(action: Action, form: Any) -> ResponseReturnValue:
    """Show the action with every reason why it stays as it is."""
    said = tuple(dict.fromkeys(form.form_errors))
    return make_response(_action_page(action, said), 409 if form.is_stale else 422)
