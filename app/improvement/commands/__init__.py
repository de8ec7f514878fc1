"""Changing cycles, findings and actions."""

from app.improvement.commands.acting import (
    add_action,
    change_action,
    conclude_cycle,
    decide_finding,
    mark_action_done,
    reopen_action,
    take_over_action,
    verify_action,
    waive_action,
)
from app.improvement.commands.checking import (
    add_finding,
    change_finding,
    declare_not_measurable,
    enter_measurement,
    measure_cycle,
    measure_indicator,
    record_deviation,
    remove_finding,
)
from app.improvement.commands.cycles import (
    cancel_with_course,
    draft_cycle,
    require_answered_actions,
    take_cycle,
)
from app.improvement.commands.plan import (
    add_indicator,
    add_objective,
    amend_target,
    change_indicator,
    change_objective,
    remove_indicator,
    remove_objective,
)

__all__ = [
    "add_action",
    "add_finding",
    "add_indicator",
    "add_objective",
    "amend_target",
    "cancel_with_course",
    "change_action",
    "change_finding",
    "change_indicator",
    "change_objective",
    "conclude_cycle",
    "decide_finding",
    "declare_not_measurable",
    "draft_cycle",
    "enter_measurement",
    "mark_action_done",
    "measure_cycle",
    "measure_indicator",
    "record_deviation",
    "remove_finding",
    "remove_indicator",
    "remove_objective",
    "reopen_action",
    "require_answered_actions",
    "take_cycle",
    "take_over_action",
    "verify_action",
    "waive_action",
]
