"""The private calendar feed: what is written, what calendars read, and what follows a change."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Timezone

from app.accounts.models import Account
from app.curriculum.types import TeachingMethod
from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.kernel.db import session
from app.kernel.text import LabelledEnum
from app.kernel.transaction import settle
from app.scheduling.commands import cancel_session, move_session
from app.scheduling.queries import get_session
from app.scheduling.types import SessionState
from app.teaching.calendar_text import Wording, escaped, folded, write_calendar
from app.teaching.calendar_zones import zone_lines
from app.teaching.queries import get_assignment
from app.teaching.types import AssignmentState, Companion, LecturerPart, Material, TeachingSession
from tests.architecture.source import ROOT
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session
from tests.factories.teaching import make_assignment, make_calendar_feed, make_lecturer, make_lecturer_account
from tests.support.pages import PageClient

GOLDEN = ROOT / "tests" / "golden" / "calendar.ics"
AT = FIRST_MORNING - timedelta(days=20)


def english(member: LabelledEnum) -> str:
    return member.label


WORDS = Wording(
    calendar="Rondo: my sessions",
    course="Course",
    part="Part",
    method="Method",
    companions="With",
    online="Online",
    materials="Materials",
    locale="en",
    name=english,
)
SESSION = TeachingSession(
    assignment_id=7,
    version=3,
    part=LecturerPart.LEAD,
    state=AssignmentState.ACCEPTED,
    reason=None,
    proposed_at=AT,
    changed_at=datetime(2026, 7, 20, 2, 30, tzinfo=UTC),
    session_id=12,
    session_version=2,
    title="Chu trình PDCA trong đào tạo: từ mục tiêu đến chỉ số; thảo luận nhóm, nghiên cứu tình huống",
    titles={},
    starts_at=FIRST_MORNING,
    ends_at=FIRST_MORNING + timedelta(hours=2),
    session_state=SessionState.PLANNED,
    method=TeachingMethod.LECTURE,
    online_url="https://meet.example.org/a;b,c",
    course_code="TOT-2026-01",
    course_title="Bồi dưỡng giảng viên nguồn",
    course_titles={"en": "Training of trainers"},
    time_zone="Asia/Ho_Chi_Minh",
    room="P. 302",
    campus="Hà Nội",
    address="135 Nguyễn Phong Sắc\r\nCầu Giấy",
    companions=(Companion("Lê Quỳnh Như", LecturerPart.INTERPRETER, AssignmentState.PROPOSED),),
    materials=(Material("Đề cương", "https://example.org/x\\y"),),
)
BERLIN = SESSION._replace(
    assignment_id=8,
    state=AssignmentState.PROPOSED,
    starts_at=datetime(2026, 3, 30, 7, tzinfo=UTC),
    ends_at=datetime(2026, 3, 30, 9, tzinfo=UTC),
    time_zone="Europe/Berlin",
    titles={"en": "After the clock went forward"},
    companions=(),
    materials=(),
    online_url=None,
)
WITHDRAWN = SESSION._replace(assignment_id=9, state=AssignmentState.WITHDRAWN, reason="Two are enough")


def write(*sessions: TeachingSession) -> bytes:
    return write_calendar(sessions, WORDS, host="rondo.example.org", base_url="https://rondo.example.org")


def events_in(text: bytes | str) -> dict[str, Any]:
    return {str(event["UID"]): event for event in Calendar.from_ical(text).walk("VEVENT")}


def test_calendar_is_written_as_reviewed() -> None:
    assert write(SESSION, BERLIN, WITHDRAWN) == GOLDEN.read_bytes()


def test_library_reads_what_was_written() -> None:
    events = events_in(write(SESSION, BERLIN, WITHDRAWN))
    event = events["assignment-7@rondo.example.org"]

    assert event["SUMMARY"] == f"{SESSION.title} (TOT-2026-01)"
    assert event.start == SESSION.starts_at
    assert event.end == SESSION.ends_at
    assert event["LOCATION"] == "P. 302, Hà Nội, 135 Nguyễn Phong Sắc\nCầu Giấy"
    assert "With: Lê Quỳnh Như (Interpreter)" in event["DESCRIPTION"]
    assert "Đề cương https://example.org/x\\y" in event["DESCRIPTION"]
    assert (event["STATUS"], event["SEQUENCE"], event["LAST-MODIFIED"].dt) == (
        "CONFIRMED",
        3,
        SESSION.changed_at,
    )
    summer = events["assignment-8@rondo.example.org"]
    assert (summer["STATUS"], summer.start.isoformat()) == ("TENTATIVE", "2026-03-30T09:00:00+02:00")
    withdrawn = events["assignment-9@rondo.example.org"]
    assert withdrawn["STATUS"] == "CANCELLED"
    assert "Two are enough" not in write(WITHDRAWN).decode()


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Asia/Ho_Chi_Minh", 0),
        ("Europe/Berlin", 6),
        ("America/New_York", 6),
        ("Australia/Lord_Howe", 6),
        ("Asia/Kathmandu", 0),
        ("Africa/Casablanca", 6),
    ],
)
def test_zone_is_described_by_the_changes_of_its_clock(zone: str, changes: int) -> None:
    described: Any = Timezone.from_ical("\r\n".join(zone_lines(zone, 2025, 2027)) + "\r\n")
    found: list[tuple[datetime, timedelta, timedelta]] = [
        (onset.replace(tzinfo=UTC) - part["TZOFFSETFROM"].td, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td)
        for part in described.subcomponents
        for onset in (part["DTSTART"].dt, *(one.dt for one in (part["RDATE"].dts if "RDATE" in part else ())))
    ]
    before = [(at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset() for at, _, _ in found]
    after = [at.astimezone(ZoneInfo(zone)).utcoffset() for at, _, _ in found]

    assert len(found) == changes + 1
    assert before == [one[1] for one in found]
    assert after == [one[2] for one in found]


def test_every_line_has_at_most_75_octets_and_ends_as_the_standard_says() -> None:
    lines = write(SESSION, BERLIN, WITHDRAWN).split(b"\r\n")

    assert max(map(len, lines)) <= 75
    assert lines[-1] == b""
    assert not any(b"\n" in line for line in lines)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=400))
def test_folding_cuts_no_character_and_loses_nothing(text: str) -> None:
    lines = folded(text).encode().split(b"\r\n")

    assert max(map(len, lines)) <= 75
    assert lines[0] + b"".join(line[1:] for line in lines[1:]) == text.encode()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("one\r\ntwo\nthree", "one\\ntwo\\nthree"),
        ("x\rEND:VEVENT", "xEND:VEVENT"),
        ("bell\x07 tab\t.", "bell tab ."),
    ],
)
def test_text_cannot_break_out_of_its_line(text: str, written: str) -> None:
    assert escaped(text) == written


@pytest.fixture
def clock() -> Iterator[None]:
    with stopped_at(AT):
        yield


def test_feed_follows_moves_answers_and_cancellations(client: PageClient, app: Flask, clock: None) -> None:
    academy = make_organisation()
    manager = make_actor(Role.TRAINING_MANAGER, academy)
    person = make_person()
    room = make_room(make_campus(academy, name="Hà Nội"), name="P. 302")
    assignment = make_assignment(make_session(make_course(academy), room=room), make_lecturer(person))
    session_id = assignment.course_session_id
    address = f"/calendar/{make_calendar_feed(person)}.ics"

    answer = client.fetch(address)
    (uid,) = events_in(answer.data)
    first = events_in(answer.data)[uid]
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    assert first["STATUS"] == "TENTATIVE"
    assert first["LOCATION"] == "P. 302, Hà Nội"

    with app.app_context():
        later = FIRST_MORNING + timedelta(days=1)
        course_session = get_session(session_id)
        move_session(
            course_session=course_session,
            expected_version=course_session.version,
            starts_at=later,
            ends_at=later + timedelta(hours=2),
            room=None,
            room_clash_reason=None,
            actor=manager,
            at=AT + timedelta(hours=1),
        )
        settle()
    moved = events_in(client.fetch(address).data)[uid]
    assert moved.start == later
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    assert moved["LAST-MODIFIED"].dt == AT + timedelta(hours=1)
    assert "LOCATION" not in moved

    with app.app_context():
        cancel_session(
            course_session=get_session(session_id),
            reason="Typhoon",
            actor=manager,
            at=AT + timedelta(hours=2),
        )
        settle()
    cancelled = events_in(client.fetch(address).data)[uid]
    assert cancelled["STATUS"] == "CANCELLED"
    assert cancelled["SEQUENCE"] > moved["SEQUENCE"]
    with stopped_at(AT + timedelta(days=89)):
        assert uid in events_in(client.fetch(address).data)
    with stopped_at(AT + timedelta(days=91)):
        assert events_in(client.fetch(address).data) == {}


def test_unchanged_feed_is_not_sent_again(client: PageClient, clock: None) -> None:
    person = make_person()
    assignment_id = make_assignment(lecturer=make_lecturer(person)).id
    address = f"/calendar/{make_calendar_feed(person)}.ics"
    tag = client.fetch(address).headers["ETag"]

    again = client.fetch(address, expect=304, headers={"If-None-Match": tag})

    assert again.data == b""
    get_assignment(assignment_id).part = LecturerPart.ASSESSOR
    assert "Assessor" in client.fetch(address, headers={"If-None-Match": tag}).text


def test_feed_holds_the_owners_sessions_only(client: PageClient, clock: None) -> None:
    person = make_person()
    own = make_assignment(lecturer=make_lecturer(person))
    make_assignment()

    events = events_in(client.fetch(f"/calendar/{make_calendar_feed(person)}.ics").data)

    assert list(events) == [f"assignment-{own.id}@localhost"]


def test_address_of_a_disabled_account_opens_nothing(client: PageClient, clock: None) -> None:
    account, _lecturer = make_lecturer_account(make_organisation())
    address = f"/calendar/{make_calendar_feed(account.person)}.ics"
    client.fetch(address)

    session.get_one(Account, account.id).disabled_at = AT

    client.fetch(address, expect=404)


def test_address_is_shown_once_and_replaced_and_closed(client: PageClient) -> None:
    academy = make_organisation()
    account, _lecturer = make_lecturer_account(academy)
    client.sign_in(account)
    first = _address_on(client.post("/my/calendar", expect=200).html)
    client.another().fetch(first)

    second = _address_on(client.post("/my/calendar", expect=200).html)

    client.another().fetch(first, expect=404)
    client.another().fetch(second)
    assert second not in client.get("/my/assignments").html
    client.post("/my/calendar/close")
    client.another().fetch(second, expect=404)
    client.another().fetch("/calendar/unknown.ics", expect=404)


def _address_on(html: str) -> str:
    found = re.search(r'value="http://localhost(/calendar/[\w-]{40,}\.ics)"', html)
    assert found is not None
    return found[1]
