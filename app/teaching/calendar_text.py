"""A lecturer's sessions as iCalendar (RFC 5545), written line by line.

Written here and not by a library, because a calendar program fetches its feed every hour: building an object for each
property costs many times the statement that reads the rows. The tests parse what is written with the library.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.kernel.text import LabelledEnum
from app.teaching import rules
from app.teaching.calendar_zones import place_of, zone_lines
from app.teaching.types import TeachingSession

_LINE_OCTETS = 75
_SPECIAL = re.compile("[\x00-\x1f\x7f\\\\;,]")
_ESCAPES = {"\n": "\\n", "\t": " ", "\\": "\\\\", ";": "\\;", ",": "\\,"}


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
    writer = _Writer(words, host, base_url)
    events = map(writer.event, sessions)
    return "".join([*map(folded, lines), *events, "END:VCALENDAR\r\n"]).encode()


def escaped(text: str) -> str:
    """Return a text value: separators escaped, line breaks as ``\\n``, control characters dropped."""
    if not _SPECIAL.search(text):
        return text
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], ""), text)


def folded(line: str) -> str:
    """Return the line with its end, broken so that no part has more than 75 octets and no character is cut."""
    if len(line) <= _LINE_OCTETS and line.isascii():
        return line + "\r\n"
    octets = line.encode()
    if len(octets) <= _LINE_OCTETS:
        return line + "\r\n"
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


def _zones(sessions: Iterable[TeachingSession]) -> list[tuple[str, int, int]]:
    years: dict[str, tuple[int, int]] = {}
    for session in sessions:
        year = session.starts_at.year
        first, last = years.get(session.time_zone, (year, year))
        # A year on either side: around New Year the place is in another year than UTC.
        years[session.time_zone] = (min(first, year - 1), max(last, year + 1))
    return [(zone, first, last) for zone, (first, last) in sorted(years.items())]


class _Writer:
    """Writes the events of one calendar. What many sessions share, such as the place, is written once."""

    def __init__(self, words: Wording, host: str, base_url: str) -> None:
        self._words = words
        self._host = host
        self._base_url = base_url
        self._places: dict[tuple[str | None, ...], str] = {}
        self._descriptions: dict[tuple[object, ...], str] = {}

    def event(self, session: TeachingSession) -> str:
        """Return the session's lines."""
        zone = place_of(session.time_zone)
        changed = f"{_clock(session.changed_at.astimezone(UTC))}Z"
        status = rules.feed_status(session.state)
        is_off = status == "CANCELLED"
        title = session.titles.get(self._words.locale) or session.title
        # Lines whose length is known need no folding; SEQUENCE is the sum of two versions that only ever rise.
        return (
            f"BEGIN:VEVENT\r\n{folded(f'UID:assignment-{session.assignment_id}@{self._host}')}"
            f"DTSTAMP:{changed}\r\nLAST-MODIFIED:{changed}\r\n"
            f"SEQUENCE:{session.version + session.session_version - 2}\r\n"
            f"DTSTART;TZID={session.time_zone}:{_clock(session.starts_at.astimezone(zone))}\r\n"
            f"DTEND;TZID={session.time_zone}:{_clock(session.ends_at.astimezone(zone))}\r\n"
            f"STATUS:{status}\r\nTRANSP:{'TRANSPARENT' if is_off else 'OPAQUE'}\r\n"
            f"{folded(f'SUMMARY:{escaped(title)} ({escaped(session.course_code)})')}{self._place_line(session)}"
            f"{'' if is_off else self._description_line(session)}"
            f"{folded(f'URL:{self._base_url}/my/sessions/{session.session_id}')}END:VEVENT\r\n"
        )

    def _place_line(self, session: TeachingSession) -> str:
        parts = (session.room, session.campus, session.address, session.online_url)
        written = self._places.get(parts)
        if written is None:
            place = ", ".join(part for part in parts[:3] if part) or session.online_url or ""
            written = self._places[parts] = folded(f"LOCATION:{escaped(place)}") if place else ""
        return written

    def _description_line(self, session: TeachingSession) -> str:
        course = session.course_titles.get(self._words.locale) or session.course_title
        # All that the description is made of.
        parts = (
            course,
            session.part,
            session.method,
            session.companions,
            session.online_url,
            session.materials,
        )
        written = self._descriptions.get(parts)
        if written is None:
            text = escaped(_description(session, course, self._words))
            written = self._descriptions[parts] = folded(f"DESCRIPTION:{text}")
        return written


def _clock(instant: datetime) -> str:
    # As %Y%m%dT%H%M%S, in a fraction of the time.
    day = 10_000 * instant.year + 100 * instant.month + instant.day
    return f"{day:08}T{10_000 * instant.hour + 100 * instant.minute + instant.second:06}"


def _description(session: TeachingSession, course: str, words: Wording) -> str:
    """What the token opens: course, parts, method and links; no reasons, no addresses of people, no trainees."""
    lines = [
        f"{words.course}: {course}",
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
