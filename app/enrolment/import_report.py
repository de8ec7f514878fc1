"""What a dry run found, in the shape in which it is stored, counted and compared."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from app.enrolment.types import (
    CheckedProblem,
    CheckedRow,
    EnrolmentState,
    ImportPlan,
    PlannedRow,
    RowFate,
    RowProblem,
)
from app.kernel.db import JsonValue
from app.kernel.text import N_, fold
from app.scheduling.types import Clash

# The name of a cell, as in C7, by the number of the row and the name of the field.
CellName = Callable[[int, str], str]


def with_clashes(plan: ImportPlan, clashes: Mapping[int, Clash]) -> ImportPlan:
    """Refuse the rows of those who are elsewhere during a session of the course."""
    if not clashes:
        return plan
    return ImportPlan(tuple(_refused(row, clashes.get(row.person_id or 0)) for row in plan.rows))


def _refused(planned: PlannedRow, clash: Clash | None) -> PlannedRow:
    added = planned.fate is RowFate.KNOWN_PERSON and planned.state is EnrolmentState.CONFIRMED
    if clash is None or not added:
        return planned
    if clash.visible:
        message = N_(
            "At the session “%(session)s” of %(course)s at the same time as a session of this course. "
            "Take out this row, or move one of the two sessions."
        )
        parameters = {"session": clash.session_title, "course": clash.course_code}
        problem = RowProblem("busy", message, parameters, "full_name")
    else:
        message = N_(
            "Busy elsewhere during a session of this course. Take out this row, or move the session."
        )
        problem = RowProblem("busy", message, {}, "full_name")
    return replace(planned, fate=RowFate.REFUSED, state=None, problems=(*planned.problems, problem))


def describe(plan: ImportPlan, organisations: Mapping[int, str], cell: CellName) -> list[JsonValue]:
    """Return the rows as they are stored."""
    return [_described(planned, organisations, cell) for planned in plan.rows]


def _described(planned: PlannedRow, organisations: Mapping[int, str], cell: CellName) -> JsonValue:
    row = planned.row
    return {
        "number": row.number,
        "name": row.full_name,
        "searched": fold(f"{row.full_name} {row.email} {row.staff_code}"),
        "born": row.birth_date.isoformat() if row.birth_date else None,
        "organisation": organisations.get(planned.organisation_id or 0, row.organisation),
        "position": row.position,
        "fate": planned.fate.value,
        "state": planned.state.value if planned.state else None,
        "problems": [
            {
                "cell": cell(row.number, problem.column),
                "message": problem.message,
                "parameters": {key: _plain(value) for key, value in problem.parameters.items()},
            }
            for problem in planned.problems
        ],
    }


def _plain(value: object) -> JsonValue:
    return value if isinstance(value, int | str) else str(value)


def read_row(stored: Any) -> CheckedRow:
    """Return a row as it was stored."""
    return CheckedRow(
        number=stored["number"],
        full_name=stored["name"],
        birth_date=date.fromisoformat(stored["born"]) if stored["born"] else None,
        organisation=stored["organisation"],
        position=stored["position"],
        fate=RowFate(stored["fate"]),
        state=EnrolmentState(stored["state"]) if stored["state"] else None,
        problems=tuple(CheckedProblem(**problem) for problem in stored["problems"]),
    )


def totals(plan: ImportPlan) -> dict[str, JsonValue]:
    """Return how many rows meet each fate, how many will wait, and by what the plan is recognised."""
    counted: Counter[str] = Counter(planned.fate.value for planned in plan.rows)
    return {
        **{fate.value: counted[fate.value] for fate in RowFate},
        "waiting": plan.waiting,
        "recognised_by": _recognised_by(plan),
    }


def _recognised_by(plan: ImportPlan) -> str:
    """Two plans with the same value do the same to the same persons."""
    facts = [
        (
            planned.row.number,
            planned.fate.value,
            planned.person_id,
            planned.organisation_id,
            planned.state and planned.state.value,
            sorted(problem.code for problem in planned.problems),
        )
        for planned in plan.rows
    ]
    return sha256(repr(facts).encode()).hexdigest()
