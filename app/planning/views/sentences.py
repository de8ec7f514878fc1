"""Facts, changes and reasons in words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.planning.grid import to_instant
from app.planning.types import ChangeKind, Fact, FactKind, PlanChange, Wish
from app.web.filters import write_datetime_in, write_number, write_weekday_date

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
    return str(_FACTS[fact.kind](fact))


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
        ChangeKind.AWAY: lambda **p: _("%(course)s, “%(title)s”: %(holder)s is away then.", **p),
        ChangeKind.NEW: lambda **p: _("%(course)s, “%(title)s” was added and is not in the proposal.", **p),
    }
    holder = change.holder or _("somebody who takes part")
    return str(said[change.kind](course=change.course_code, title=change.title, holder=holder))


def say_reason(reason: Mapping[str, Any], zone: str) -> str:
    """Return one of the reasons for which a session has no place."""
    said: Mapping[str, Callable[..., Any]] = {
        "starts": lambda **p: _("“%(session)s” may only begin at certain times.", **p),
        "rooms": lambda **p: _("Only certain rooms suit “%(session)s”.", **p),
        "pin": lambda **p: _("“%(session)s” stands fixed.", **p),
        "group away": lambda **p: _("%(group)s cannot come at all hours of %(day)s.", **p),
        "room closed": lambda **p: _("%(room)s is taken at hours of %(day)s.", **p),
        "booking": lambda **p: _("“%(session)s” takes place on %(start)s in %(room)s.", **p),
        "presence": lambda **p: _("“%(session)s” has to take place as well.", **p),
        "limit": lambda **p: _("%(group)s may have only so many hours a day.", **p),
        "travel": lambda **p: _("The way from one campus to the other takes its time."),
        "order": lambda **p: _("“%(session)s” has to be over before “%(other)s” begins.", **p),
    }
    return str(said[reason["kind"]](**_spoken(reason, zone)))


def say_help(remedy: Mapping[str, Any], zone: str) -> str:
    """Return one change after which the session would have a place."""
    said: Mapping[str, Callable[..., Any]] = {
        "allow room": lambda **p: _("Allow %(room)s for it.", **p),
        "open room": lambda **p: _("Free %(room)s on %(day)s.", **p),
        "move": lambda **p: _("Move “%(session)s” to %(start)s in %(room)s.", **p),
        "allow day": lambda **p: _("Let it take place on %(day)s as well.", **p),
        "free group": lambda **p: _("Have %(group)s come on %(day)s.", **p),
        "raise limit": lambda **p: _("Allow %(group)s %(hours)s hours a day.", **p),
        "drop order": lambda **p: _("Let the modules take place in any order."),
        "shorten travel": lambda **p: _("Do without time for the way between the campuses."),
        "unpin": lambda **p: _("Let “%(session)s” move.", **p),
        "leave out": lambda **p: _("Do without “%(session)s”.", **p),
    }
    return str(said[remedy["remedy"]](**_spoken(remedy, zone)))


def _spoken(values: Mapping[str, Any], zone: str) -> dict[str, str]:
    start, hours = values.get("start"), values.get("hours")
    return {
        "session": values.get("session") or "",
        "other": values.get("other") or "",
        "group": values.get("group") or "",
        "room": values.get("room") or _("no room"),
        "day": _day(values.get("day") or ""),
        "start": write_datetime_in(to_instant(start), zone) if start is not None else "",
        "hours": write_number(hours) if hours else "",
    }


def _day(text: str) -> str:
    return write_weekday_date(date.fromisoformat(text)) if text else ""


def _hours(minutes: int) -> str:
    return write_number(round(minutes / 60, 1))


def _unplaced(fact: Fact) -> str:
    return str(_("Sessions without a place: %(count)s of %(total)s.", count=fact.number, total=fact.total))


def _overfull(fact: Fact) -> str:
    return str(
        ngettext(
            "%(room)s has %(count)s place fewer than needed for %(total)s people (sessions there: %(sessions)s).",
            "%(room)s has %(count)s places fewer than needed for %(total)s people (sessions there: %(sessions)s).",
            fact.number,
            room=fact.name,
            count=fact.number,
            total=fact.total,
            sessions=fact.other,
        )
    )


def _in_a_row(fact: Fact) -> str:
    return str(
        _(
            "%(person)s teaches %(count)s days in a row, from %(day)s.",
            person=fact.name,
            count=fact.number,
            day=_day(fact.day),
        )
    )


def _lecturer_waits(fact: Fact) -> str:
    return str(
        _(
            "%(person)s waits %(hours)s h between sessions, most on %(day)s.",
            person=fact.name,
            hours=_hours(fact.number),
            day=_day(fact.day),
        )
    )


def _trainees_wait(fact: Fact) -> str:
    return str(
        ngettext(
            "The trainees of %(course)s have one gap, of %(hours)s h on %(day)s.",
            "The trainees of %(course)s have %(count)s gaps, the longest of %(hours)s h on %(day)s.",
            fact.number,
            course=fact.name,
            count=fact.number,
            hours=_hours(fact.other),
            day=_day(fact.day),
        )
    )


def _over_hours(fact: Fact) -> str:
    return str(
        _(
            "%(person)s teaches %(hours)s h in the week from %(day)s; agreed are %(limit)s h.",
            person=fact.name,
            hours=fact.number,
            limit=fact.other,
            day=_day(fact.day),
        )
    )


def _campus_change(fact: Fact) -> str:
    return str(
        ngettext(
            "The trainees of %(course)s change campus on one day: %(day)s.",
            "The trainees of %(course)s change campus on %(count)s days, first on %(day)s.",
            fact.number,
            course=fact.name,
            count=fact.number,
            day=_day(fact.day),
        )
    )


def _many_rooms(fact: Fact) -> str:
    return str(_("%(course)s is spread over %(count)s rooms.", course=fact.name, count=fact.number))


def _long_day(fact: Fact) -> str:
    return str(
        ngettext(
            "%(course)s has one full day, of %(hours)s h: %(day)s.",
            "%(course)s has %(count)s full days, the first of %(hours)s h on %(day)s.",
            fact.number,
            course=fact.name,
            count=fact.number,
            hours=_hours(fact.other),
            day=_day(fact.day),
        )
    )


def _afternoon(fact: Fact) -> str:
    return str(
        _(
            "Lectures in the afternoon: %(count)s of %(total)s.",
            count=fact.number,
            total=fact.total,
        )
    )


def _moved(fact: Fact) -> str:
    return str(
        ngettext(
            "%(count)s session gets another time than now.",
            "%(count)s sessions get another time than now.",
            fact.number,
            count=fact.number,
        )
    )


def _lecturer_days(fact: Fact) -> str:
    return str(
        ngettext(
            "%(total)s lecturers come on %(count)s day in all.",
            "%(total)s lecturers come on %(count)s days in all.",
            fact.number,
            count=fact.number,
            total=fact.total,
        )
    )


_FACTS: Mapping[FactKind, Callable[[Fact], str]] = {
    FactKind.UNPLACED: _unplaced,
    FactKind.OVERFULL: _overfull,
    FactKind.DAYS_IN_A_ROW: _in_a_row,
    FactKind.LECTURER_WAITS: _lecturer_waits,
    FactKind.TRAINEES_WAIT: _trainees_wait,
    FactKind.OVER_HOURS: _over_hours,
    FactKind.CAMPUS_CHANGE: _campus_change,
    FactKind.MANY_ROOMS: _many_rooms,
    FactKind.LONG_DAY: _long_day,
    FactKind.AFTERNOON_LECTURES: _afternoon,
    FactKind.MOVED: _moved,
    FactKind.LECTURER_DAYS: _lecturer_days,
    FactKind.NOTHING: lambda fact: str(_("Nobody waits, every room is large enough, and no day is full.")),
}
