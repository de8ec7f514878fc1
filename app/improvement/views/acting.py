"""Acting: decisions, the conclusion, actions agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.improvement import commands, queries
from app.improvement.forms import ActionForm, ConclusionForm, DecisionForm
from app.improvement.policies import ImprovementPermission
from app.improvement.read_models import Choice
from app.improvement.views.answers import choices, entry_page, indicator_choices, saved
from app.improvement.views.blueprint import blueprint
from app.improvement.words import ActionWords
from app.kernel.clock import now
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.improvement.models import Action, Cycle, Finding


@blueprint.form(
    "/findings/<int:finding_id>/decide", access=ImprovementPermission.MANAGE, subject=queries.get_finding
)
def finding_decide(finding: Finding) -> ResponseReturnValue:
    """Decide what becomes of a finding."""
    form = DecisionForm.from_request(finding)
    if form.accepts():
        with form.refusals(finding):
            commands.decide_finding(
                finding=finding,
                expected_version=form.expected_version,
                decision=form.decision.data,
                reason=form.decision_reason.data or "",
                actor=current_actor(),
                at=now(),
            )
            return saved(finding.cycle, _("The decision was recorded."), "act")
    return entry_page(
        form,
        finding.cycle,
        heading=_("Decide about the finding"),
        verb=_("Record decision"),
        part="act",
        finding=finding,
    )


@blueprint.form(
    "/cycles/<int:cycle_id>/conclude", access=ImprovementPermission.MANAGE, subject=queries.get_cycle
)
def cycle_conclude(cycle: Cycle) -> ResponseReturnValue:
    """Write what standard changed and what the trainees are told."""
    form = ConclusionForm.from_request(cycle)
    if form.accepts():
        with form.refusals(cycle):
            commands.conclude_cycle(
                cycle=cycle,
                expected_version=form.expected_version,
                standard_changed=form.standard_changed.data or "",
                standard_none_because=form.standard_none_because.data or "",
                trainee_summary=form.trainee_summary.data or "",
                actor=current_actor(),
                at=now(),
            )
            return saved(cycle, _("The conclusion was saved."), "act")
    return entry_page(
        form,
        cycle,
        heading=_("Conclude the turn"),
        verb=_("Save conclusion"),
        part="act",
        lead=_("What worked becomes how it is done, and the trainees hear what came of their answers."),
    )


@blueprint.form(
    "/cycles/<int:cycle_id>/actions/new", access=ImprovementPermission.MANAGE, subject=queries.get_cycle
)
def action_new(cycle: Cycle) -> ResponseReturnValue:
    """Agree an action."""
    form = ActionForm.from_request(**_asked_for(cycle))
    _offer(form, cycle)
    if form.accepts():
        with form.refusals():
            commands.add_action(cycle=cycle, words=_agreed(form), actor=current_actor(), at=now())
            return saved(cycle, _("The action was added."), "act")
    return entry_page(form, cycle, heading=_("Add an action"), verb=_("Add action"), part="act")


@blueprint.form(
    "/actions/<int:action_id>/edit", access=ImprovementPermission.MANAGE, subject=queries.get_action
)
def action_edit(action: Action) -> ResponseReturnValue:
    """Change an action's owner, date, indicator or words."""
    form = ActionForm.from_request(action)
    _offer(form, action.cycle, action.owner_id)
    if form.accepts():
        with form.refusals(action):
            commands.change_action(
                action=action,
                expected_version=form.expected_version,
                words=_agreed(form),
                actor=current_actor(),
                at=now(),
            )
            return saved(action.cycle, _("The action was changed."), "act")
    return entry_page(form, action.cycle, heading=_("Change the action"), verb=_("Save action"), part="act")


def _asked_for(cycle: Cycle) -> dict[str, int | None]:
    """Return what the address says the action is about: a finding, and with it its indicator."""
    wanted = request.args.get("finding", "")
    found = next((one for one in cycle.findings if str(one.id) == wanted), None)
    return {"finding_id": found.id, "indicator_id": found.indicator_id} if found else {}


def _offer(form: ActionForm, cycle: Cycle, owner_id: int | None = None) -> None:
    form.finding_id.choices = choices(Choice(one.id, one.text) for one in cycle.findings)
    form.indicator_id.choices = indicator_choices(cycle)
    form.owner_id.choices = choices(
        queries.list_owner_choices(cycle, now().date(), holder_id=owner_id), _("Nobody yet")
    )


def _agreed(form: ActionForm) -> ActionWords:
    return ActionWords(
        title=form.title.data or "",
        owner_id=form.owner_id.data,
        due_on=form.due_on.data,
        indicator_id=form.indicator_id.data,
        finding_id=form.finding_id.data,
    )
