"""Why sessions have no place, and what would help, in words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.planning.grid import to_instant
from app.web.filters import write_datetime_in, write_number, write_weekday_date

_DAYS_TOLD = 4
_BY_DAY = ("group away", "room closed")


def say_reasons(reasons: Iterable[Mapping[str, Any]], zone: str) -> list[str]:
    """Return the reasons as sentences, each once.

    The days on which the same person or room is not free become one; so do the sessions of a module, by their title.
    """
    found: dict[tuple[Any, ...], tuple[Mapping[str, Any], list[str]]] = {}
    for number, reason in enumerate(reasons):
        whole = reason["kind"] in _BY_DAY
        key = (reason["kind"], reason["group"], reason["room"]) if whole else (number,)
        found.setdefault(key, (reason, []))[1].append(reason.get("day") or "")
    return list(dict.fromkeys(_say(reason, _days(days), zone) for reason, days in found.values()))


def each_once(answers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the answers, without those that say the same of another session of the same title."""
    found: list[Mapping[str, Any]] = []
    said: list[dict[str, Any]] = []
    for answer in answers:
        told = {name: value for name, value in answer.items() if name != "key"}
        if told not in said:
            said.append(told)
            found.append(answer)
    return found


def say_help(remedy: Mapping[str, Any], zone: str) -> str:
    """Return one change after which the session would have a place."""
    said: Mapping[str, Callable[..., Any]] = {
        "allow room": lambda **p: _("Allow %(room)s for it.", **p),
        "open room": lambda **p: _("Free %(room)s on %(day)s.", **p),
        "move": lambda **p: _("Move “%(session)s” to %(start)s in %(room)s.", **p),
        "allow day": lambda **p: _(
            "Let it take place on %(day)s as well, although that is no day of the course or no teaching day.",
            **p,
        ),
        "free group": lambda **p: _("Have %(group)s come on %(day)s.", **p),
        "more hours": lambda **p: _("Agree on more hours a week with %(group)s.", **p),
        "raise limit": lambda **p: _("Allow %(group)s %(hours)s hours a day.", **p),
        "drop order": lambda **p: _("Let the modules take place in any order."),
        "shorten travel": lambda **p: _("Do without time for the way between the campuses."),
        "unpin": lambda **p: _("Let “%(session)s” move.", **p),
        "leave out": lambda **p: _("Do without “%(session)s”.", **p),
    }
    without: Mapping[str, Callable[..., Any]] = {
        "allow room": lambda **p: _("Hold it without a room, online for instance."),
        "move": lambda **p: _("Move “%(session)s” to %(start)s.", **p),
    }
    say = (
        said[remedy["remedy"]]
        if remedy.get("room")
        else without.get(remedy["remedy"], said[remedy["remedy"]])
    )
    return str(say(**_spoken(remedy, _days([remedy.get("day") or ""]), zone)))


def _say(reason: Mapping[str, Any], days: str, zone: str) -> str:
    said: Mapping[str, Callable[..., Any]] = {
        "starts": lambda **p: _(
            "“%(session)s” may only begin on the days of its course, within the teaching hours.", **p
        ),
        "rooms": lambda **p: _("“%(session)s” needs a room.", **p),
        "pin": lambda **p: _("“%(session)s” stands fixed.", **p),
        "group away": lambda **p: _("Not free at the times in question: %(group)s on %(day)s.", **p),
        "room closed": lambda **p: _("Taken or closed at the times in question: %(room)s on %(day)s.", **p),
        "week full": lambda **p: _(
            "In the week from %(day)s %(group)s teaches as many hours as were agreed (%(hours)s).", **p
        ),
        "booking": lambda **p: (
            _("“%(session)s” takes place on %(start)s in %(room)s.", **p)
            if p["room"]
            else _("“%(session)s” takes place on %(start)s.", **p)
        ),
        "presence": lambda **p: _("“%(session)s” has to take place as well.", **p),
        "limit": lambda **p: (
            _("No more than %(hours)s hours a day: %(group)s.", **p)
            if p["hours"]
            else _("%(group)s may have only so many hours a day.", **p)
        ),
        "travel": lambda **p: _("The way from one campus to the other takes its time."),
        "order": lambda **p: _("“%(session)s” has to be over before “%(other)s” begins.", **p),
    }
    return str(said[reason["kind"]](**_spoken(reason, days, zone)))


def _spoken(values: Mapping[str, Any], days: str, zone: str) -> dict[str, str]:
    start, hours = values.get("start"), values.get("hours")
    group = values.get("group") or ""
    return {
        "session": values.get("session") or "",
        "other": values.get("other") or "",
        "group": str(_("the trainees of %(courses)s", courses=group)) if values.get("trainees") else group,
        "room": values.get("room") or "",
        "day": days,
        "start": write_datetime_in(to_instant(start), zone) if start is not None else "",
        "hours": write_number(hours) if hours else "",
    }


def _days(texts: Iterable[str]) -> str:
    """A few days one by one, many by the first and the last of them."""
    days = sorted(date.fromisoformat(text) for text in texts if text)
    if len(days) <= _DAYS_TOLD:
        return "; ".join(write_weekday_date(day) for day in days)
    first, last = write_weekday_date(days[0]), write_weekday_date(days[-1])
    return str(_("%(count)s days from %(first)s to %(last)s", count=len(days), first=first, last=last))
