"""Pages of the sessions."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.kernel.clock import stopped_at
from app.organisations.models import Organisation
from app.scheduling.models import AllowedClash, CourseSession
from app.scheduling.types import SessionState
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_engagement, make_session
from tests.support.pages import PageClient

HOUR = timedelta(hours=1)
MORNING: dict[str, Any] = {"title": "Opening", "day": "2026-08-03", "start": "08:00", "end": "10:00"}


@pytest.mark.usefixtures("manager")
def test_session_is_scheduled_in_the_time_of_the_place(
    client: PageClient, academy: Organisation, db: Session
) -> None:
    course = make_course(academy)
    address = f"/courses/{course.id}/sessions/new"

    answer = client.send(
        client.get(address),
        {
            **MORNING,
            "title": "",
            "course_module_id": str(course.modules[1].id),
            "material_lines": "Slides https://example.org/slides",
        },
        address=address,
    )

    assert "“Module 2” was scheduled." in client.follow(answer).text
    made = db.scalars(select(CourseSession)).one()
    assert (made.starts_at, made.ends_at) == (FIRST_MORNING, FIRST_MORNING + 2 * HOUR)
    assert made.method is course.modules[1].method
    assert [material.title for material in made.materials] == ["Slides"]


@pytest.mark.usefixtures("manager")
def test_session_form_says_what_is_wrong(client: PageClient, academy: Organisation) -> None:
    address = f"/courses/{make_course(academy).id}/sessions/new"
    page = client.get(address)

    backwards = client.send(page, {**MORNING, "end": "08:00"}, address=address, expect=422)
    nameless = client.send(page, {**MORNING, "title": ""}, address=address, expect=422)
    unsafe = client.send(page, {**MORNING, "online_url": "javascript:alert(1)"}, address=address, expect=422)

    assert any("The end must come after the start" in error for error in backwards.errors)
    assert any("Give it a title" in error for error in nameless.errors)
    assert any("is no web address" in error for error in unsafe.errors)


@pytest.fixture
def clash(academy: Organisation, manager: Account) -> dict[str, Any]:
    """A course whose opening wants a room that another course of the academy has."""
    campus = make_campus(academy)
    room, free = make_room(campus, name="Hall A"), make_room(campus, name="Hall B")
    make_session(make_course(academy, code="OTHER"), title="Panel", room=room)
    return {"course": make_course(academy, campus=campus), "room": room, "free": free}


def _clashing(client: PageClient, clash: dict[str, Any]) -> tuple[str, Any]:
    address = f"/courses/{clash['course'].id}/sessions/new"
    wanted = {**MORNING, "room_id": str(clash["room"].id)}
    return address, client.send(client.get(address), wanted, address=address, expect=422)


def test_clash_is_shown_on_the_form_with_the_other_session(client: PageClient, clash: dict[str, Any]) -> None:
    _address, refused = _clashing(client, clash)

    assert "Room: Hall A is taken at this time." in " ".join(refused.errors)
    assert refused.text.count("Hall A: “Panel” of OTHER, 3 Aug 2026, 08:00–10:00") == 1
    assert "2026-08-03" not in refused.text
    assert "Take Hall B, 40 places" in refused.text
    assert "Take 3 Aug 2026, 10:00–12:00" in refused.text
    assert refused.form("clash_reason").values["title"] == ["Opening"]


def test_clash_is_solved_by_another_free_room(client: PageClient, clash: dict[str, Any], db: Session) -> None:
    address, refused = _clashing(client, clash)

    client.send(refused, {"use_room": str(clash["free"].id)}, address=address)

    made = db.scalars(select(CourseSession).where(CourseSession.course_id == clash["course"].id)).one()
    assert made.room_id == clash["free"].id


def test_clash_is_solved_by_another_slot(client: PageClient, clash: dict[str, Any], db: Session) -> None:
    address, refused = _clashing(client, clash)

    client.send(refused, {"use_slot": "2026-08-03/10:00/12:00"}, address=address)

    made = db.scalars(select(CourseSession).where(CourseSession.course_id == clash["course"].id)).one()
    assert (made.room_id, made.starts_at) == (clash["room"].id, FIRST_MORNING + 2 * HOUR)


def test_clash_is_allowed_with_a_reason_that_stays_on_the_timetable(
    client: PageClient, clash: dict[str, Any], db: Session
) -> None:
    address, refused = _clashing(client, clash)

    client.send(refused, {"clash_reason": "The hall is divided"}, address=address)

    allowed = db.scalars(select(AllowedClash)).one()
    timetable = client.get(f"/courses/{clash['course'].id}/timetable").text
    assert "Hall A is shared with “Panel” of OTHER: The hall is divided" in timetable
    other = client.get(f"/sessions/{allowed.other_session_id}").text
    assert "Hall A is shared with “Opening”" in other


def test_reason_does_not_cover_a_session_that_came_meanwhile(
    client: PageClient, clash: dict[str, Any]
) -> None:
    address, refused = _clashing(client, clash)
    make_session(
        make_course(clash["course"].organisation, code="THIRD"),
        title="Third",
        room=clash["room"],
        room_clash_reason="Also divided",
    )

    again = client.send(refused, {"clash_reason": "The hall is divided"}, address=address, expect=422)

    assert "“Third” of THIRD" in again.text


@pytest.mark.usefixtures("manager")
def test_session_of_a_course_out_of_sight_only_makes_the_room_busy(
    client: PageClient, academy: Organisation
) -> None:
    room = make_room(make_campus(academy), name="Hall A")
    make_session(make_course(make_organisation()), title="Secret", room=room)
    address = f"/courses/{make_course(academy).id}/sessions/new"

    refused = client.send(
        client.get(address), {**MORNING, "room_id": str(room.id)}, address=address, expect=422
    )

    assert any("Hall A is taken at this time." in error for error in refused.errors)
    assert "Hall A is busy" in refused.text
    assert "Secret" not in refused.html


@pytest.mark.usefixtures("manager")
def test_room_out_of_scope_is_not_offered_nor_taken(client: PageClient, academy: Organisation) -> None:
    address = f"/courses/{make_course(academy).id}/sessions/new"

    client.send(client.get(address), {**MORNING, "room_id": str(make_room().id)}, address=address, expect=422)


@pytest.mark.usefixtures("manager")
def test_session_is_moved_and_a_page_left_open_shows_both_versions(
    client: PageClient, academy: Organisation
) -> None:
    course_session = make_session(make_course(academy), title="Opening")
    address = f"/sessions/{course_session.id}/edit"
    left_open = client.get(address)
    moved = client.send(client.get(address), {"start": "13:00", "end": "15:30"}, address=address)

    answer = client.send(left_open, {"start": "09:00"}, address=address, expect=409)

    assert "13:00–15:30" in client.follow(moved).text
    assert "13:00" in answer.text


@pytest.mark.usefixtures("manager")
def test_lecturer_elsewhere_is_named_on_the_form(client: PageClient, academy: Organisation) -> None:
    person, course = make_person(full_name="Lê Thị Hoa"), make_course(academy)
    moving, fixed = (
        make_session(course),
        make_session(course, starts_at=FIRST_MORNING + 5 * HOUR, title="Fixed"),
    )
    make_engagement(moving, person)
    make_engagement(fixed, person)
    address = f"/sessions/{moving.id}/edit"

    refused = client.send(
        client.get(address), {"start": "13:00", "end": "15:00"}, address=address, expect=422
    )
    solved = client.send(refused, {"clash_reason": "Only opens it"}, address=address)

    assert any("Lê Thị Hoa is busy at this time." in error for error in refused.errors)
    assert "Lê Thị Hoa: “Fixed”" in refused.text
    assert "Lê Thị Hoa is shared with “Fixed”" in client.follow(solved).text


@pytest.mark.usefixtures("manager")
def test_session_is_held_or_cancelled_with_a_reason(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    held, off = make_session(course), make_session(course, starts_at=FIRST_MORNING + 3 * HOUR)

    with stopped_at(FIRST_MORNING + HOUR):
        client.send(client.get(f"/sessions/{off.id}"), {"reason": "Ill"}, address="")
        early = client.post(f"/sessions/{off.id}/held", expect=422)
        client.post(f"/sessions/{held.id}/held")

    assert "held or cancelled already" in early.text
    assert "Ill" in client.get(f"/sessions/{off.id}").text
    assert "Held" in client.get(f"/sessions/{held.id}").text


@pytest.mark.usefixtures("manager")
def test_all_past_sessions_are_marked_at_once(client: PageClient, academy: Organisation, db: Session) -> None:
    course = make_course(academy)
    make_session(course)
    make_session(course, starts_at=FIRST_MORNING + 3 * HOUR)

    with stopped_at(FIRST_MORNING + 10 * HOUR):
        page = client.get(f"/courses/{course.id}/timetable")
        assert "Mark 2 past sessions as held" in page.text
        client.post(f"/courses/{course.id}/sessions/held")

    assert {s.state for s in db.scalars(select(CourseSession))} == {SessionState.HELD}
