"""Writing the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.improvement import commands, queries
from app.improvement.forms import AmendmentForm, IndicatorForm, ObjectiveForm
from app.improvement.policies import ImprovementPermission
from app.improvement.read_models import Choice
from app.improvement.views.answers import choices, entry_page, saved
from app.improvement.views.blueprint import blueprint
from app.improvement.words import IndicatorPlan
from app.kernel.clock import now
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.improvement.models import Cycle, Indicator, Objective


@blueprint.form(
    "/cycles/<int:cycle_id>/objectives/new", access=ImprovementPermission.MANAGE, subject=queries.get_cycle
)
def objective_new(cycle: Cycle) -> ResponseReturnValue:
    """Add an objective to the plan."""
    form = ObjectiveForm.from_request()
    if form.accepts():
        with form.refusals():
            commands.add_objective(
                cycle=cycle, text=form.text.data, level=form.level.data, actor=current_actor(), at=now()
            )
            return saved(cycle, _("The objective was added."), "plan")
    return entry_page(form, cycle, heading=_("Add an objective"), verb=_("Add objective"), part="plan")


@blueprint.form(
    "/objectives/<int:objective_id>/edit",
    access=ImprovementPermission.MANAGE,
    subject=queries.get_objective,
)
def objective_edit(objective: Objective) -> ResponseReturnValue:
    """Change an objective of the plan."""
    form = ObjectiveForm.from_request(objective)
    if form.accepts():
        with form.refusals(objective):
            commands.change_objective(
                objective=objective,
                expected_version=form.expected_version,
                text=form.text.data,
                level=form.level.data,
                actor=current_actor(),
                at=now(),
            )
            return saved(objective.cycle, _("The objective was changed."), "plan")
    return entry_page(
        form,
        objective.cycle,
        heading=_("Change the objective"),
        verb=_("Save objective"),
        part="plan",
        remove=(".objective_remove", {"objective_id": objective.id}, _("Remove objective")),
    )


@blueprint.post(
    "/objectives/<int:objective_id>/remove",
    access=ImprovementPermission.MANAGE,
    subject=queries.get_objective,
)
def objective_remove(objective: Objective) -> ResponseReturnValue:
    """Remove an objective from the plan."""
    cycle = objective.cycle
    commands.remove_objective(objective=objective, actor=current_actor(), at=now())
    return saved(cycle, _("The objective was removed."), "plan")


@blueprint.form(
    "/cycles/<int:cycle_id>/indicators/new", access=ImprovementPermission.MANAGE, subject=queries.get_cycle
)
def indicator_new(cycle: Cycle) -> ResponseReturnValue:
    """Add an indicator to the plan."""
    form = IndicatorForm.from_request(minimum_n=5)
    _offer(form, cycle)
    if form.accepts():
        with form.refusals():
            commands.add_indicator(cycle=cycle, plan=_planned(form), actor=current_actor(), at=now())
            return saved(cycle, _("The indicator was added."), "plan")
    return entry_page(form, cycle, heading=_("Add an indicator"), verb=_("Add indicator"), part="plan")


@blueprint.form(
    "/indicators/<int:indicator_id>/edit",
    access=ImprovementPermission.MANAGE,
    subject=queries.get_indicator,
)
def indicator_edit(indicator: Indicator) -> ResponseReturnValue:
    """Change an indicator of the plan."""
    form = IndicatorForm.from_request(indicator)
    _offer(form, indicator.cycle, indicator.source_key)
    if form.accepts():
        with form.refusals(indicator):
            commands.change_indicator(
                indicator=indicator,
                expected_version=form.expected_version,
                plan=_planned(form),
                actor=current_actor(),
                at=now(),
            )
            return saved(indicator.cycle, _("The indicator was changed."), "plan")
    return entry_page(
        form,
        indicator.cycle,
        heading=_("Change the indicator"),
        verb=_("Save indicator"),
        part="plan",
        remove=(".indicator_remove", {"indicator_id": indicator.id}, _("Remove indicator")),
    )


@blueprint.post(
    "/indicators/<int:indicator_id>/remove",
    access=ImprovementPermission.MANAGE,
    subject=queries.get_indicator,
)
def indicator_remove(indicator: Indicator) -> ResponseReturnValue:
    """Remove an indicator from the plan."""
    cycle = indicator.cycle
    commands.remove_indicator(indicator=indicator, actor=current_actor(), at=now())
    return saved(cycle, _("The indicator was removed."), "plan")


@blueprint.form(
    "/indicators/<int:indicator_id>/amend",
    access=ImprovementPermission.MANAGE,
    subject=queries.get_indicator,
)
def indicator_amend(indicator: Indicator) -> ResponseReturnValue:
    """Amend a target that is locked since approval."""
    form = AmendmentForm.from_request(indicator)
    if form.accepts():
        with form.refusals(indicator):
            commands.amend_target(
                indicator=indicator,
                expected_version=form.expected_version,
                target=form.target.data,
                reason=form.reason.data,
                actor=current_actor(),
                at=now(),
            )
            return saved(indicator.cycle, _("The target was amended."), "check")
    return entry_page(
        form,
        indicator.cycle,
        heading=_("Amend the target of “%(name)s”", name=indicator.name),
        verb=_("Amend target"),
        part="check",
        lead=_("The plan is approved. The amendment stays visible beside the result."),
    )


def _offer(form: IndicatorForm, cycle: Cycle, item_code: str | None = None) -> None:
    """Fill in what may be chosen; an item that is no longer found is still offered where it is used."""
    form.objective_id.choices = choices(Choice(one.id, one.text) for one in cycle.objectives)
    items = {code: f"{code} · {text}" for code, text in queries.list_item_choices(cycle.organisation_id)}
    if item_code:
        items.setdefault(item_code, item_code)
    form.source_key.choices = [
        SelectChoice("", _("None")),
        *(SelectChoice(code, text) for code, text in items.items()),
    ]


def _planned(form: IndicatorForm) -> IndicatorPlan:
    return IndicatorPlan(
        name=form.name.data or "",
        source=form.source.data,
        direction=form.direction.data,
        objective_id=form.objective_id.data,
        source_key=form.source_key.data or "",
        unit=form.unit.data or "",
        baseline=form.baseline.data,
        baseline_none_because=form.baseline_none_because.data or "",
        target=form.target.data,
        minimum_n=form.minimum_n.data,
    )
