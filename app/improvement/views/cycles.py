"""The page of a cycle, its steps, its printed report, and the list of cycles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.improvement import commands, exports, queries, rules
from app.improvement.errors import StepRefused
from app.improvement.forms import ReasonForm, StepForm
from app.improvement.policies import ImprovementPermission, permission_for
from app.improvement.read_models import ring_of
from app.improvement.types import CycleState, Part, Phase, Step, Violation
from app.improvement.views.answers import entry_page
from app.improvement.views.blueprint import blueprint
from app.improvement.views.history import history_of
from app.improvement.views.violations import open_points
from app.kernel import transaction
from app.kernel.clock import now
from app.kernel.errors import StaleVersion
from app.kernel.text import N_
from app.web.lists import list_page, page_request
from app.web.render import page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.improvement.models import Cycle

# The verb that takes a cycle to a state, and what is said once it is there.
VERBS: Mapping[CycleState, tuple[str, str]] = {
    CycleState.APPROVED: (N_("Approve plan"), N_("The plan is approved; its targets are locked.")),
    CycleState.RUNNING: (N_("Begin running"), N_("The cycle is running.")),
    CycleState.CHECKING: (N_("Begin check"), N_("The results are being checked.")),
    CycleState.ACTING: (N_("Begin acting"), N_("The findings are being acted upon.")),
    CycleState.CLOSED: (N_("Close cycle"), N_("The cycle is closed. What is open waits for the next turn.")),
    CycleState.VERIFIED: (N_("Verify cycle"), N_("The cycle is verified.")),
}


@blueprint.get("/cycles", access=ImprovementPermission.VIEW)
def cycle_list() -> ResponseReturnValue:
    """Show the cycles in the actor's scope."""
    actor = current_actor()
    request = page_request("phase", "state", "organisation", "overdue")
    return list_page(
        "improvement/cycle_list.html",
        listed=queries.list_cycles(actor, request, now()),
        columns=exports.CYCLE_COLUMNS,
        file_name="cycles",
        phases=Phase,
        states=CycleState,
        organisations=queries.list_organisation_choices(actor),
    )


@blueprint.get(
    "/courses/<int:course_id>/cycle", access=ImprovementPermission.VIEW, subject=queries.get_cycle_of_course
)
def cycle_show(cycle: Cycle) -> ResponseReturnValue:
    """Show where a cycle stands and what is to be done next."""
    return page("improvement/cycle_show.html", **_shown(cycle))


@blueprint.get(
    "/courses/<int:course_id>/cycle/print",
    access=ImprovementPermission.VIEW,
    subject=queries.get_cycle_of_course,
)
def cycle_print(cycle: Cycle) -> ResponseReturnValue:
    """Show the cycle as a report on A4."""
    return page("improvement/cycle_print.html", printed_at=now(), **_shown(cycle))


@blueprint.post(
    "/cycles/<int:cycle_id>/approve", access=ImprovementPermission.APPROVE, subject=queries.get_cycle
)
def cycle_approve(cycle: Cycle) -> ResponseReturnValue:
    """Approve a plan that somebody else wrote."""
    return _take(cycle, CycleState.APPROVED)


@blueprint.post(
    "/cycles/<int:cycle_id>/advance", access=ImprovementPermission.MANAGE, subject=queries.get_cycle
)
def cycle_advance(cycle: Cycle) -> ResponseReturnValue:
    """Take a cycle forward: into running, checking, acting, or to its close."""
    to = rules.next_state(cycle.state)
    if to is None or permission_for(cycle.state, to) is not ImprovementPermission.MANAGE:
        to = CycleState.CLOSED
    return _take(cycle, to)


@blueprint.post(
    "/cycles/<int:cycle_id>/verify", access=ImprovementPermission.VERIFY, subject=queries.get_cycle
)
def cycle_verify(cycle: Cycle) -> ResponseReturnValue:
    """Confirm that the next turn has shown what came of a closed one."""
    return _take(cycle, CycleState.VERIFIED)


@blueprint.form(
    "/cycles/<int:cycle_id>/cancel", access=ImprovementPermission.MANAGE, subject=queries.get_cycle
)
def cycle_cancel(cycle: Cycle) -> ResponseReturnValue:
    """Give a turn up, for a reason."""
    return _take_with_reason(
        cycle, CycleState.CANCELLED, _("Cancel the cycle"), _("Cancel cycle"), _("The cycle is cancelled.")
    )


@blueprint.form("/cycles/<int:cycle_id>/reopen", access=ImprovementPermission.FIND, subject=queries.get_cycle)
def cycle_reopen(cycle: Cycle) -> ResponseReturnValue:
    """Take a closed turn up again, for a reason."""
    return _take_with_reason(
        cycle, CycleState.ACTING, _("Reopen the cycle"), _("Reopen cycle"), _("The cycle is open again.")
    )


def _take(cycle: Cycle, to: CycleState) -> ResponseReturnValue:
    """Take the step, or show the page with everything that stands in its way."""
    form = StepForm.from_request()
    try:
        commands.take_cycle(
            cycle=cycle, to=to, expected_version=form.expected_version, actor=current_actor(), at=now()
        )
    except StepRefused as refusal:
        transaction.undo()
        return _refused(cycle, 422, refusal.violations)
    except StaleVersion:
        transaction.undo()
        return _refused(cycle, 409, ())
    flash(_(VERBS[to][1]), "success")
    return redirect(url_for(".cycle_show", course_id=cycle.course_id))


def _refused(cycle: Cycle, status: int, violations: tuple[Violation, ...]) -> ResponseReturnValue:
    course_id = cycle.course_id
    fresh = queries.get_cycle_of_course(course_id)
    shown = {**_shown(fresh), "refused": open_points(violations, fresh), "is_stale": status == 409}
    return make_response(page("improvement/cycle_show.html", **shown), status)


def _take_with_reason(
    cycle: Cycle, to: CycleState, heading: str, verb: str, message: str
) -> ResponseReturnValue:
    form = ReasonForm.from_request(cycle)
    if form.accepts():
        with form.refusals(cycle):
            commands.take_cycle(
                cycle=cycle,
                to=to,
                expected_version=form.expected_version,
                reason=form.reason.data,
                actor=current_actor(),
                at=now(),
            )
            flash(message, "success")
            return redirect(url_for(".cycle_show", course_id=cycle.course_id))
    tone = "danger" if to is CycleState.CANCELLED else "primary"
    return entry_page(form, cycle, heading=heading, verb=verb, part="history", tone=tone)


def _shown(cycle: Cycle) -> dict[str, Any]:
    """Return what the page and the report of the cycle need."""
    actor = current_actor()
    report = queries.get_report(cycle)
    to = rules.next_state(cycle.state)
    step = Step(actor_id=actor.person_id, now=now())
    violations = rules.check_step(report.facts, to, step) if to else ()
    return {
        "cycle": cycle,
        "course": cycle.course,
        "report": report,
        "way": rules.WAY,
        "ring": ring_of(cycle.state),
        "next_state": to,
        "verb": VERBS[to][0] if to else "",
        "step_address": _step_address(cycle, to),
        "may_step": to is not None and actor.may(permission_for(cycle.state, to), cycle.organisation_id),
        "open_points": open_points(violations, cycle),
        "writable": {part.value: _may_write(part, cycle) for part in Part},
        "may_verify": actor.may(ImprovementPermission.VERIFY, cycle.organisation_id),
        "may_manage": actor.may(ImprovementPermission.MANAGE, cycle.organisation_id),
        "may_find": actor.may(ImprovementPermission.FIND, cycle.organisation_id),
        "may_cancel": CycleState.CANCELLED in rules.next_states(cycle.state),
        "may_reopen": cycle.state in (CycleState.CLOSED, CycleState.VERIFIED),
        "today": now().date(),
        "history": history_of(cycle),
        "refused": (),
        "is_stale": False,
    }


_BY_FINDERS = frozenset({Part.FINDINGS, Part.MEASUREMENTS})


def _may_write(part: Part, cycle: Cycle) -> bool:
    """Tell whether the part is open in this phase and the reader may write it."""
    permission = ImprovementPermission.FIND if part in _BY_FINDERS else ImprovementPermission.MANAGE
    return rules.may_write(part, cycle.state) and current_actor().may(permission, cycle.organisation_id)


def _step_address(cycle: Cycle, to: CycleState | None) -> str | None:
    match to:
        case None:
            return None
        case CycleState.APPROVED:
            return url_for(".cycle_approve", cycle_id=cycle.id)
        case CycleState.VERIFIED:
            return url_for(".cycle_verify", cycle_id=cycle.id)
        case _:
            return url_for(".cycle_advance", cycle_id=cycle.id)
