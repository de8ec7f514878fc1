"""Why sessions found no place, and what would help: the optimiser's answer in names instead of numbers."""

from collections.abc import Iterator, Sequence

from app.kernel.db import JsonValue
from app.planning.groups import TRAINEES
from app.planning.problem import Task
from app.scheduling.optimiser.explain import explain
from app.scheduling.optimiser.explanation import Explanation, Help, Reason
from app.scheduling.optimiser.problem import Plan

_ASKED = 3
_SECONDS = 4.0


def reasons_for(task: Task, plan: Plan) -> list[JsonValue]:
    """Return for the first few sessions without a place why that is, all others standing as they are."""
    left = [s for s in plan.unplaced if s < len(task.meetings)]
    answers: list[JsonValue] = []
    for session in _of_different_kinds(task, left)[:_ASKED]:
        found = explain(task.problem, [session], plan, seconds=_SECONDS)
        answers.append(answer_for(task, session, found))
    return answers


def _of_different_kinds(task: Task, sessions: Sequence[int]) -> list[int]:
    seen: dict[object, int] = {}
    for s in sessions:
        meeting = task.meetings[s]
        seen.setdefault((meeting.course_id, meeting.module_id or meeting.key), s)
    return list(seen.values())


def answer_for(task: Task, session: int, found: Explanation | None) -> JsonValue:
    """Return what was found out about a session without a place, as it is kept."""
    return {
        "title": task.titles[session],
        "key": task.meetings[session].key,
        "proven": bool(found and found.proven),
        "minimal": bool(found and found.proven and found.minimal),
        "reasons": [_reason(task, reason) for reason in found.reasons] if found else [],
        "helps": list(_helps(task, found.helps)) if found else [],
    }


def _reason(task: Task, reason: Reason) -> JsonValue:
    return {
        "kind": reason.kind.value,
        "session": _title(task, reason.session),
        "other": _title(task, reason.other),
        "group": _group(task, reason.group),
        "trainees": _are_trainees(task, reason.group),
        "room": _room(task, reason.room),
        "day": _day(task, reason.day),
        "start": _start(task, reason.start),
        "hours": _limit(task, reason.group),
    }


def _helps(task: Task, helps: Sequence[Help]) -> Iterator[JsonValue]:
    for help_ in helps:
        yield {
            "remedy": help_.remedy.value,
            "session": _title(task, help_.session),
            "group": _group(task, help_.group),
            "trainees": _are_trainees(task, help_.group),
            "room": _room(task, help_.room),
            "day": _day(task, help_.day),
            "start": _start(task, help_.start),
            "hours": round(help_.amount * task.grid.slot / 60, 2) if help_.amount > 0 else None,
        }


def _title(task: Task, session: int) -> str | None:
    return task.titles[session] if session >= 0 else None


def _group(task: Task, group: int) -> str | None:
    return task.group_names[group] if group >= 0 else None


def _are_trainees(task: Task, group: int) -> bool:
    return group >= 0 and int(task.problem.group_profiles[group]) == TRAINEES


def _limit(task: Task, group: int) -> float | None:
    """The hours a day that a group may have."""
    if group < 0:
        return None
    return task.problem.profiles[int(task.problem.group_profiles[group])].limit * task.grid.slot / 60


def _room(task: Task, room: int) -> str | None:
    return task.room_names[room] if room >= 0 else None


def _day(task: Task, day: int) -> str | None:
    return task.grid.days[day].isoformat() if day >= 0 else None


def _start(task: Task, start: int) -> int | None:
    return task.grid.instant(start) if start >= 0 else None
