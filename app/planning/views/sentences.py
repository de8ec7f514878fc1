"""Facts and changes of proposals in words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.planning.types import ChangeKind, Fact, FactKind, PlanChange, WhyByHand, Wish
from app.web.filters import write_number, write_weekday_date

_PARTS: Mapping[str, Wish] = {
    "capacity": Wish.ROOM_SIZE,
    "room_stability": Wish.SAME_ROOM,
    "working_days": Wish.SPREAD,
    "windows": Wish.NO_GAPS,
    "daily_load": Wish.EVEN_DAYS,
    "days": Wish.LECTURER_DAYS,
    "travel": Wish.TRAVEL,
}


def say_part(name: str) -> str:
    """Return what a part of the cost is about: the wish that is not fulfilled."""
    others = {
        "starts": _("Hours of the day"),
        "rooms": _("Other rooms than wished"),
        "rest": _("Everything else"),
    }
    return str(_(_PARTS[name].label)) if name in _PARTS else str(others.get(name, name))


def say_fact(fact: Fact) -> str:
    """Return a fact of a proposal as a sentence."""
    return str(_FACTS[fact.kind](_spoken(fact)))


def say_change(change: PlanChange) -> str:
    """Return what has become of a session since the proposal was made."""
    said: Mapping[ChangeKind, Callable[..., Any]] = {
        ChangeKind.GONE: lambda **p: _("%(course)s, “%(title)s” no longer needs a place.", **p),
        ChangeKind.CHANGED: lambda **p: _("%(course)s, “%(title)s” was changed.", **p),
        ChangeKind.PAST: lambda **p: _("%(course)s, “%(title)s”: the proposed time has come.", **p),
        ChangeKind.ROOM_TAKEN: lambda **p: _("%(course)s, “%(title)s”: %(holder)s is taken by now.", **p),
        ChangeKind.PERSON_TAKEN: lambda **p: _(
            "%(course)s, “%(title)s”: %(holder)s is elsewhere by now.", **p
        ),
        ChangeKind.AWAY: lambda **p: _("%(course)s, “%(title)s”: %(holder)s is not available then.", **p),
        ChangeKind.OUTSIDE: lambda **p: _(
            "%(course)s, “%(title)s” is no longer within the teaching times and the days of the course.", **p
        ),
        ChangeKind.NEW: lambda **p: _("%(course)s, “%(title)s” was added and is not in the proposal.", **p),
    }
    holder = change.holder or _("somebody who takes part")
    return str(said[change.kind](course=change.course_code, title=change.title, holder=holder))


def say_why_by_hand(why: WhyByHand) -> str:
    """Return why a session does not move by itself."""
    said: Mapping[WhyByHand, Callable[[], Any]] = {
        WhyByHand.SHARED: lambda: _("It shares a room or a person with another session by consent."),
        WhyByHand.ELSEWHERE: lambda: _("It belongs to another organisation."),
        WhyByHand.BEGUN: lambda: _("It has begun."),
        WhyByHand.NOT_LOOKED_AT: lambda: _(
            "It was put there later, or does not lie within the days that were looked at."
        ),
    }
    return str(said[why]())


def _spoken(fact: Fact) -> dict[str, Any]:
    """The figures of a fact under all names by which its sentence may call them."""
    minutes = fact.number if fact.kind is FactKind.LECTURER_WAITS else fact.other
    return {
        "room": fact.name,
        "person": fact.name,
        "course": fact.name,
        "count": fact.number,
        "total": fact.total,
        "other": fact.other,
        "needed": write_number(round(fact.number / 60, 1)),
        "hours": write_number(round(minutes / 60, 1)),
        "day": write_weekday_date(date.fromisoformat(fact.day)) if fact.day else "",
    }


_FACTS: Mapping[FactKind, Callable[[Any], Any]] = {
    FactKind.UNPLACED: lambda p: _("Sessions without a place: %(count)s of %(total)s.", **p),
    FactKind.ROOMS_SHORT: lambda p: _(
        "There are too few rooms: the sessions need %(needed)s h in rooms, and all rooms together (%(total)s) are free "
        "for %(hours)s h in these days. More days, more rooms or fewer sessions would help.",
        **p,
    ),
    FactKind.LECTURER_SHORT: lambda p: _(
        "%(person)s is to teach %(needed)s h and has time for at most %(hours)s h in these days. "
        "More days or another lecturer would help.",
        **p,
    ),
    FactKind.COURSE_SHORT: lambda p: _(
        "%(course)s needs %(needed)s h, and its trainees have time for at most %(hours)s h in these days. "
        "More days or more hours a day would help.",
        **p,
    ),
    FactKind.OVERFULL: lambda p: ngettext(
        "%(room)s has %(count)s place fewer than needed for %(total)s people (sessions there: %(other)s).",
        "%(room)s has %(count)s places fewer than needed for %(total)s people (sessions there: %(other)s).",
        p["count"],
        **p,
    ),
    FactKind.DAYS_IN_A_ROW: lambda p: _("%(person)s teaches %(count)s days in a row, from %(day)s.", **p),
    FactKind.LECTURER_WAITS: lambda p: _(
        "%(person)s waits %(hours)s h between sessions, most on %(day)s.", **p
    ),
    FactKind.TRAINEES_WAIT: lambda p: ngettext(
        "The trainees of %(course)s have one gap, of %(hours)s h on %(day)s.",
        "The trainees of %(course)s have %(count)s gaps, the longest of %(hours)s h on %(day)s.",
        p["count"],
        **p,
    ),
    FactKind.OVER_HOURS: lambda p: _(
        "%(person)s teaches %(count)s h in the week from %(day)s; agreed are %(other)s h.", **p
    ),
    FactKind.CAMPUS_CHANGE: lambda p: ngettext(
        "The trainees of %(course)s change campus on one day: %(day)s.",
        "The trainees of %(course)s change campus on %(count)s days, first on %(day)s.",
        p["count"],
        **p,
    ),
    FactKind.MANY_ROOMS: lambda p: _("%(course)s is spread over %(count)s rooms.", **p),
    FactKind.LONG_DAY: lambda p: ngettext(
        "%(course)s has one full day, of %(hours)s h: %(day)s.",
        "%(course)s has %(count)s full days, the first of %(hours)s h on %(day)s.",
        p["count"],
        **p,
    ),
    FactKind.AFTERNOON_LECTURES: lambda p: _("Lectures in the afternoon: %(count)s of %(total)s.", **p),
    FactKind.MOVED: lambda p: ngettext(
        "%(count)s session gets another time than now.",
        "%(count)s sessions get another time than now.",
        p["count"],
        **p,
    ),
    FactKind.LECTURER_DAYS: lambda p: ngettext(
        "%(total)s lecturers come on %(count)s day in all.",
        "%(total)s lecturers come on %(count)s days in all.",
        p["count"],
        **p,
    ),
    FactKind.NOTHING: lambda _p: _("Nobody waits, every room is large enough, and no day is full."),
}
