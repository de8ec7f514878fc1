"""What a guard says, in the reader's language, with the way to the place where it is mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import current_app, url_for
from flask_babel import gettext, ngettext

from app.improvement.types import SubjectKind, Violation
from app.kernel.access import Permission
from app.web.filters import write_date
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.improvement.models import Cycle

# More of one kind are said by their number.
_SAID_SINGLY = 4
_QUOTED = 90


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that stands in the way, and where to mend it; ``href`` is None when only time or others can."""

    text: str
    href: str | None


def say_violation(violation: Violation) -> str:
    """The violation in the reader's language."""
    values = {name: _shown(name, value) for name, value in violation.parameters.items()}
    return str(gettext(violation.message, **values) if values else gettext(violation.message))


def _shown(name: str, value: object) -> object:
    if name in ("here", "there"):
        return gettext(str(value))
    if isinstance(value, date):
        return write_date(value)
    return _quoted(value) if isinstance(value, str) else value


def _quoted(text: str) -> str:
    """A text within a sentence: without its own full stop, and not so long that the sentence is lost."""
    bare = text.strip().rstrip(".")
    return bare if len(bare) <= _QUOTED else bare[: _QUOTED - 1].rstrip() + "…"


def open_points(violations: Iterable[Violation], cycle: Cycle) -> list[OpenPoint]:
    """What stands in the way, in order; many of one kind end in their number."""
    kinds: dict[str, list[Violation]] = defaultdict(list)
    for violation in violations:
        kinds[violation.code].append(violation)
    points: list[OpenPoint] = []
    for alike in kinds.values():
        points += [OpenPoint(say_violation(one), _place(one, cycle)) for one in alike[:_SAID_SINGLY]]
        if (more := len(alike) - _SAID_SINGLY) > 0:
            text = ngettext("and %(num)s more like it", "and %(num)s more like it", more)
            points.append(OpenPoint(text, _place(alike[_SAID_SINGLY], cycle)))
    return points


_COURSE_PAGES: Mapping[str, str] = {
    "timetable_not_released": "scheduling.timetable_show",
    "session_unsettled": "scheduling.timetable_show",
    "cancelled_without_reason": "scheduling.timetable_show",
    "no_roll": "enrolment.enrolment_list",
    "no_attendance": "attendance.register_list",
    "attendance_incomplete": "attendance.register_list",
    "no_end_wave": "evaluation.wave_list",
    "end_wave_not_closed": "evaluation.wave_list",
    "transfer_wave_not_closed": "evaluation.wave_list",
}
_CYCLE_PAGES: Mapping[str, str] = {
    "no_objective_beyond_reaction": "improvement.objective_new",
    "no_indicator": "improvement.indicator_new",
    "no_standard": "improvement.cycle_conclude",
    "no_summary": "improvement.cycle_conclude",
}
_INDICATOR_PAGES: Mapping[str, str] = {
    "not_measured": "improvement.indicator_measure",
    "no_interval": "improvement.indicator_measure",
}
_DECISIONS = frozenset({"no_decision", "accepted_without_reason"})


def _place(violation: Violation, cycle: Cycle) -> str | None:
    code = violation.code
    if code in _COURSE_PAGES:
        return _way(_COURSE_PAGES[code], cycle, course_id=cycle.course_id)
    if code in _CYCLE_PAGES:
        return _way(_CYCLE_PAGES[code], cycle, cycle_id=cycle.id)
    if violation.subject_kind is SubjectKind.INDICATOR:
        return _indicator_page(code, violation.subject_id, cycle)
    return _entry_page(violation, cycle)


def _indicator_page(code: str, number: int | None, cycle: Cycle) -> str | None:
    if code == "missed_without_finding":
        return _way("improvement.finding_new", cycle, cycle_id=cycle.id, indicator=number)
    if code == "not_measured_again":
        return "#next-turn"
    return _way(_INDICATOR_PAGES.get(code, "improvement.indicator_edit"), cycle, indicator_id=number)


def _entry_page(violation: Violation, cycle: Cycle) -> str | None:
    number = violation.subject_id
    match violation.subject_kind:
        case SubjectKind.FINDING:
            page = "finding_decide" if violation.code in _DECISIONS else "finding_edit"
            return _way(f"improvement.{page}", cycle, finding_id=number)
        case SubjectKind.ACTION:
            return _way("improvement.action_edit", cycle, action_id=number)
        case SubjectKind.PREVIOUS_ACTION:
            return f"#action-{number}"
        case _:
            return None


def _way(endpoint: str, cycle: Cycle, **values: Any) -> str | None:
    """The page's address, where its feature is mounted and the reader may use it."""
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return None
    access = getattr(view, "access", None)
    if isinstance(access, Permission) and not current_actor().may(access, cycle.organisation_id):
        return None
    return url_for(endpoint, **values)
