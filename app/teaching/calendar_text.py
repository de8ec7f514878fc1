"""A lecturer's sessions as iCalendar (RFC 5545), written line by line.

Written here and not by a library, because a calendar program fetches its feed every hour: building an object for each
property costs many times the statement that reads the rows. The tests parse what is written with the library.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone

from app.kernel.text import LabelledEnum
from app.teaching import rules
from app.teaching.types import TeachingSession

_LINE_OCTETS = 75
_ESCAPES: dict[int, str | None] = {
    **dict.fromkeys(range(32)),
    127: None,
    ord("\n"): "\\n",
    ord("\t"): " ",
    ord("\\"): "\\\\",
    ord(";"): "\\;",
    ord(","): "\\,",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a calendar in its owner's language; ``name`` gives those of an enum's member."""

    calendar: str
    course: str
    part: str
    method: str
    companions: str
    online: str
    materials: str
    locale: str
    name: Callable[[LabelledEnum], str]


def write_calendar(sessions: Sequence[TeachingSession], words: Wording, *, host: str, base_url: str) -> bytes:
    """Return the calendar. The same rows always give the same octets, so that nothing new is told as new."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Rondo//Lecturer's sessions//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{escaped(words.calendar)}",
        f"X-WR-CALNAME:{escaped(words.calendar)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for zone, first, last in _zones(sessions):
        lines += zone_lines(zone, first, last)
    for session in sessions:
        lines += _event(session, words, host, base_url)
    lines.append("END:VCALENDAR")
    return "".join(map(folded, lines)).encode()


def escaped(text: str) -> str:
    """Return a text value: separators escaped, line breaks as ``\\n``, control characters dropped."""
    return text.replace("\r\n", "\n").translate(_ESCAPES)


def folded(line: str) -> str:
    """Return the line with its end, broken so that no part has more than 75 octets and no character is cut."""
    if len(line) * 4 <= _LINE_OCTETS or (line.isascii() and len(line) <= _LINE_OCTETS):
        return line + "\r\n"
    octets = line.encode()
    parts, start, room = [], 0, _LINE_OCTETS
    while len(octets) - start > room:
        end = start + room
        # An octet that begins with the bits 10 continues a character.
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(octets[start:end].decode())
        start, room = end, _LINE_OCTETS - 1
    parts.append(octets[start:].decode())
    return "\r\n ".join(parts) + "\r\n"


@lru_cache(maxsize=256)
def zone_lines(zone: str, first: int, last: int) -> tuple[str, ...]:
    """Return the definition of a zone for these years; one is built per zone and process."""
    component = Timezone.from_tzid(zone, first_date=date(first, 1, 1), last_date=date(last + 1, 1, 1))
    lines = component.to_ical().decode().replace("\r\n ", "").split("\r\n")
    return tuple(line for line in lines if line and not line.startswith("COMMENT:"))


def _zones(sessions: Iterable[TeachingSession]) -> list[tuple[str, int, int]]:
    years: dict[str, tuple[int, int]] = {}
    for session in sessions:
        year = session.starts_at.year
        first, last = years.get(session.time_zone, (year, year))
        # A year on either side: around New Year the place is in another year than UTC.
        years[session.time_zone] = (min(first, year - 1), max(last, year + 1))
    return [(zone, first, last) for zone, (first, last) in sorted(years.items())]


def _event(session: TeachingSession, words: Wording, host: str, base_url: str) -> list[str]:
    zone = ZoneInfo(session.time_zone)
    changed = f"{session.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    title = session.titles.get(words.locale) or session.title
    status = rules.feed_status(session.state)
    lines = [
        "BEGIN:VEVENT",
        f"UID:assignment-{session.assignment_id}@{host}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        # Both versions only ever rise, so their sum does at each change of either.
        f"SEQUENCE:{session.version + session.session_version - 2}",
        f"DTSTART;TZID={session.time_zone}:{_local(session.starts_at, zone)}",
        f"DTEND;TZID={session.time_zone}:{_local(session.ends_at, zone)}",
        f"SUMMARY:{escaped(f'{title} ({session.course_code})')}",
        f"STATUS:{status}",
        f"TRANSP:{'TRANSPARENT' if status == 'CANCELLED' else 'OPAQUE'}",
    ]
    place = ", ".join(part for part in (session.room, session.campus, session.address) if part)
    if place or session.online_url:
        lines.append(f"LOCATION:{escaped(place or session.online_url or '')}")
    if status != "CANCELLED":
        lines.append(f"DESCRIPTION:{escaped(_description(session, words))}")
    lines += [f"URL:{base_url}/my/sessions/{session.session_id}", "END:VEVENT"]
    return lines


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%Y%m%dT%H%M%S}"


def _description(session: TeachingSession, words: Wording) -> str:
    """What the token opens: course, parts, method and links; no reasons, no addresses of people, no trainees."""
    lines = [
        f"{words.course}: {session.course_titles.get(words.locale) or session.course_title}",
        f"{words.part}: {words.name(session.part)}",
        f"{words.method}: {words.name(session.method)}",
    ]
    if session.companions:
        others = ", ".join(f"{one.full_name} ({words.name(one.part)})" for one in session.companions)
        lines.append(f"{words.companions}: {others}")
    if session.online_url:
        lines.append(f"{words.online}: {session.online_url}")
    if session.materials:
        lines.append(f"{words.materials}:")
        lines += [f"{material.title} {material.url}" for material in session.materials]
    return "\n".join(lines)
