"""Reading cycles, findings and actions."""

from app.improvement.queries.actions import (
    get_action,
    get_action_before,
    get_action_to_answer,
    list_actions,
    list_own_actions,
    list_owner_choices,
    list_taken_over_from,
)
from app.improvement.queries.cycles import (
    find_previous_cycle,
    get_cycle,
    get_cycle_of_course,
    get_finding,
    get_indicator,
    get_objective,
    list_cycles,
    list_item_choices,
    list_organisation_choices,
    list_session_choices,
)
from app.improvement.queries.facts import (
    action_facts,
    find_cycle_id,
    gather_facts,
    indicator_facts,
    list_open_previous_actions,
)
from app.improvement.queries.measurements import list_item_targets, read_figure
from app.improvement.queries.report import CycleReport, get_report

__all__ = [
    "CycleReport",
    "action_facts",
    "find_cycle_id",
    "find_previous_cycle",
    "gather_facts",
    "get_action",
    "get_action_before",
    "get_action_to_answer",
    "get_cycle",
    "get_cycle_of_course",
    "get_finding",
    "get_indicator",
    "get_objective",
    "get_report",
    "indicator_facts",
    "list_actions",
    "list_cycles",
    "list_item_choices",
    "list_item_targets",
    "list_open_previous_actions",
    "list_organisation_choices",
    "list_own_actions",
    "list_owner_choices",
    "list_session_choices",
    "list_taken_over_from",
    "read_figure",
]
