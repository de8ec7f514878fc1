"""Doing and checking: deviations, measurements, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.improvement import commands, queries
from app.improvement.forms import DeviationForm, FindingForm, MeasurementForm, NotMeasurableForm
from app.improvement.policies import ImprovementPermission
from app.improvement.types import IndicatorSource
from app.improvement.views.answers import choices, entry_page, indicator_choices, saved
from app.improvement.views.blueprint import blueprint
from app.improvement.words import FindingWords
from app.kernel.clock import now
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.improvement.models import Cycle, Finding, Indicator


@blueprint.form(
    "/cycles/<int:cycle_id>/deviations/new", access=ImprovementPermission.MANAGE, subject=queries.get_cycle
)
def deviation_new(cycle: Cycle) -> ResponseReturnValue:
    """Record what went otherwise than planned."""
    form = DeviationForm.from_request(noticed_on=now().date())
    form.course_session_id.choices = choices(queries.list_session_choices(cycle.course_id))
    if form.accepts():
        with form.refusals():
            commands.record_deviation(
                cycle=cycle,
                noticed_on=form.noticed_on.data,
                text=form.text.data,
                course_session_id=form.course_session_id.data,
                actor=current_actor(),
                at=now(),
            )
            return saved(cycle, _("The deviation was recorded."), "do")
    return entry_page(form, cycle, heading=_("Record a deviation"), verb=_("Record deviation"), part="do")


@blueprint.post(
    "/cycles/<int:cycle_id>/measure", access=ImprovementPermission.FIND, subject=queries.get_cycle
)
def cycle_measure(cycle: Cycle) -> ResponseReturnValue:
    """Read the figures of all indicators from their sources."""
    read, without = commands.measure_cycle(cycle=cycle, actor=current_actor(), at=now())
    message = ngettext("%(num)s indicator was measured.", "%(num)s indicators were measured.", read)
    if without:
        message += " " + ngettext(
            "%(num)s has no figure in its source yet.", "%(num)s have no figure in their source yet.", without
        )
    return saved(cycle, message, "check")


@blueprint.form(
    "/indicators/<int:indicator_id>/measure",
    access=ImprovementPermission.FIND,
    subject=queries.get_indicator,
)
def indicator_measure(indicator: Indicator) -> ResponseReturnValue:
    """Measure one indicator: by hand, or from its source."""
    form = MeasurementForm.from_request(indicator)
    is_manual = indicator.source is IndicatorSource.MANUAL
    if not is_manual:
        for name in ("actual", "actual_n", "actual_low", "actual_high"):
            delattr(form, name)
    if form.accepts():
        with form.refusals(indicator):
            _measure(indicator, form, is_manual=is_manual)
            return saved(indicator.cycle, _("“%(name)s” was measured.", name=indicator.name), "check")
    return entry_page(
        form,
        indicator.cycle,
        heading=_("Measure “%(name)s”", name=indicator.name),
        verb=_("Save figure") if is_manual else _("Read the figure from its source"),
        part="check",
        indicator=indicator,
    )


def _measure(indicator: Indicator, form: MeasurementForm, *, is_manual: bool) -> None:
    if not is_manual:
        commands.measure_indicator(indicator=indicator, actor=current_actor(), at=now())
        return
    commands.enter_measurement(
        indicator=indicator,
        expected_version=form.expected_version,
        value=form.actual.data or 0.0,
        n=form.actual_n.data or 0,
        low=form.actual_low.data,
        high=form.actual_high.data,
        actor=current_actor(),
        at=now(),
    )


@blueprint.form(
    "/indicators/<int:indicator_id>/not-measurable",
    access=ImprovementPermission.FIND,
    subject=queries.get_indicator,
)
def indicator_not_measurable(indicator: Indicator) -> ResponseReturnValue:
    """Say why an indicator has no figure."""
    form = NotMeasurableForm.from_request(indicator)
    if form.accepts():
        with form.refusals(indicator):
            commands.declare_not_measurable(
                indicator=indicator,
                expected_version=form.expected_version,
                reason=form.not_measurable_because.data,
                actor=current_actor(),
                at=now(),
            )
            return saved(indicator.cycle, _("The reason was recorded."), "check")
    return entry_page(
        form,
        indicator.cycle,
        heading=_("“%(name)s” cannot be measured", name=indicator.name),
        verb=_("Record reason"),
        part="check",
    )


@blueprint.form(
    "/cycles/<int:cycle_id>/findings/new", access=ImprovementPermission.FIND, subject=queries.get_cycle
)
def finding_new(cycle: Cycle) -> ResponseReturnValue:
    """Record a gap or a strength."""
    asked_for = request.args.get("indicator", "")
    found = next((one.id for one in cycle.indicators if str(one.id) == asked_for), None)
    form = FindingForm.from_request(indicator_id=found)
    form.indicator_id.choices = indicator_choices(cycle)
    if form.accepts():
        with form.refusals():
            commands.add_finding(cycle=cycle, words=_said(form), actor=current_actor(), at=now())
            return saved(cycle, _("The finding was recorded."), "check")
    return entry_page(form, cycle, heading=_("Record a finding"), verb=_("Record finding"), part="check")


@blueprint.form(
    "/findings/<int:finding_id>/edit", access=ImprovementPermission.FIND, subject=queries.get_finding
)
def finding_edit(finding: Finding) -> ResponseReturnValue:
    """Change a finding, its evidence or its cause."""
    form = FindingForm.from_request(finding)
    form.indicator_id.choices = indicator_choices(finding.cycle)
    if form.accepts():
        with form.refusals(finding):
            commands.change_finding(
                finding=finding,
                expected_version=form.expected_version,
                words=_said(form),
                actor=current_actor(),
                at=now(),
            )
            return saved(finding.cycle, _("The finding was changed."), "check")
    return entry_page(
        form,
        finding.cycle,
        heading=_("Change the finding"),
        verb=_("Save finding"),
        part="check",
        remove=(".finding_remove", {"finding_id": finding.id}, _("Remove finding")),
    )


@blueprint.post(
    "/findings/<int:finding_id>/remove", access=ImprovementPermission.FIND, subject=queries.get_finding
)
def finding_remove(finding: Finding) -> ResponseReturnValue:
    """Take a finding back."""
    cycle = finding.cycle
    commands.remove_finding(finding=finding, actor=current_actor(), at=now())
    return saved(cycle, _("The finding was removed."), "check")


def _said(form: FindingForm) -> FindingWords:
    return FindingWords(
        kind=form.kind.data,
        text=form.text.data or "",
        indicator_id=form.indicator_id.data,
        evidence=form.evidence.data or "",
        cause_category=form.cause_category.data,
        cause=form.cause.data or "",
        whys=tuple(form.whys.data or ()),
    )
