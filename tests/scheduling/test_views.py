"""Pages of the courses, the sessions and the timetable."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.organisations.models import Organisation
from app.scheduling.models import AllowedClash, Course, CourseSession
from app.scheduling.types import SessionState
from tests.factories.accounts import make_account, make_account_with
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_engagement, make_session
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

HOUR = timedelta(hours=1)
MORNING: dict[str, Any] = {"title": "Opening", "day": "2026-08-03", "start": "08:00", "end": "10:00"}


@pytest.fixture
def academy(db: Session) -> Organisation:
    return make_organisation(name="Academy")


@pytest.fixture
def manager(client: PageClient, academy: Organisation) -> Account:
    account = make_account_with(Role.TRAINING_MANAGER, academy, full_name="Phạm Thị Lan")
    client.sign_in(account)
    return account


@pytest.mark.usefixtures("manager")
def test_list_shows_the_courses_of_the_branch_latest_first(client: PageClient, academy: Organisation) -> None:
    make_course(
        make_organisation(academy), title="Earlier", starts_on=date(2020, 1, 6), ends_on=date(2020, 1, 7)
    )
    make_course(academy, title="Later")
    make_course(title="Elsewhere")

    assert [row[1] for row in client.get("/courses").rows()] == ["Later", "Earlier"]


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=boi+duong", ["Bồi dưỡng giảng viên"]),
        ("year=2020", ["Bồi dưỡng giảng viên"]),
        ("state=cancelled", ["Called off"]),
        ("state=over", ["Bồi dưỡng giảng viên"]),
        ("year=nonsense&organisation=-1&curriculum=x", ["Called off", "Bồi dưỡng giảng viên"]),
        ("sort=title&desc=1", ["Called off", "Bồi dưỡng giảng viên"]),
        ("sort=title", ["Bồi dưỡng giảng viên", "Called off"]),
    ],
)
def test_list_is_filtered_and_sorted_by_the_address(
    client: PageClient, academy: Organisation, query: str, found: list[str]
) -> None:
    make_course(academy, title="Bồi dưỡng giảng viên", starts_on=date(2020, 3, 2), ends_on=date(2020, 3, 6))
    make_course(academy, title="Called off", cancelled_at=FIRST_MORNING, cancel_reason="Flood")

    assert [row[1] for row in client.get(f"/courses?{query}").rows()] == found


@pytest.mark.usefixtures("manager")
def test_list_filters_by_organisation_below_and_by_curriculum(
    client: PageClient, academy: Organisation
) -> None:
    school = make_organisation(academy)
    here, below = make_course(academy, title="Here"), make_course(school, title="Below")
    curriculum = here.curriculum_version.curriculum_id

    assert [row[1] for row in client.get(f"/courses?organisation={school.id}").rows()] == ["Below"]
    assert [row[1] for row in client.get(f"/courses?curriculum={curriculum}").rows()] == ["Here"]
    assert below.id


@pytest.mark.usefixtures("manager")
def test_list_needs_as_many_queries_for_many_courses(
    client: PageClient, academy: Organisation, queries: QueryCounter
) -> None:
    make_session(make_course(academy))
    client.get("/courses")
    with queries.counting():
        client.get("/courses")
    few = len(queries)
    for _ in range(4):
        make_session(make_course(academy))

    with queries.counting():
        assert len(client.get("/courses").rows()) == 5

    assert len(queries) == few <= 12


@pytest.mark.usefixtures("manager")
def test_export_holds_what_the_list_shows(client: PageClient, academy: Organisation) -> None:
    make_course(academy, code="TOT-1", title="=cmd()")
    make_course(academy, code="LOP-2")

    table = client.fetch("/courses?q=tot&format=csv").get_data(as_text=True)

    assert [line.split(",")[:2] for line in table.splitlines()[1:]] == [["TOT-1", "'=cmd()"]]


def test_course_is_made_of_a_curriculum_in_one_step(
    client: PageClient, academy: Organisation, manager: Account, db: Session
) -> None:
    version = make_published_version(
        make_curriculum(make_program(academy), code="TOT", title="Training of trainers"), modules=2
    )
    page = client.get(f"/courses/new?version={version.id}")

    answer = client.send(
        page,
        {"organisation_id": str(academy.id), "starts_on": "2026-09-07", "ends_on": "2026-09-11"},
        address="/courses/new",
    )

    shown = client.follow(answer)
    assert shown.heading == "Training of trainers"
    assert "TOT-2026-01" in shown.text
    assert manager.person.full_name in shown.text
    assert [row[0] for row in shown.rows()] == ["1. Module 1", "2. Module 2"]
    assert db.scalars(select(Course)).one().capacity == 30


@pytest.mark.usefixtures("manager")
def test_course_form_says_what_is_missing_and_loses_nothing(
    client: PageClient, academy: Organisation
) -> None:
    version = make_published_version(make_curriculum(make_program(academy)))
    page = client.get(f"/courses/new?version={version.id}")

    answer = client.send(
        page,
        {
            "organisation_id": str(academy.id),
            "title": "Kept",
            "starts_on": "2026-09-11",
            "ends_on": "2026-09-07",
        },
        address="/courses/new",
        expect=422,
    )

    assert any("cannot come before the first" in error for error in answer.errors)
    assert answer.form("title").values["title"] == ["Kept"]


@pytest.mark.usefixtures("manager")
def test_course_is_not_given_to_an_organisation_of_another_branch(
    client: PageClient, academy: Organisation
) -> None:
    version = make_published_version(make_curriculum(make_program(academy)))
    values = {
        "version_id": str(version.id),
        "organisation_id": str(make_organisation().id),
        "starts_on": "2026-09-07",
        "ends_on": "2026-09-11",
        "capacity": "30",
    }

    client.post("/courses/new", values, expect=422)


def test_director_reads_and_changes_nothing(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    course_session = make_session(course)
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    for address in (
        f"/courses/{course.id}",
        f"/courses/{course.id}/timetable",
        f"/sessions/{course_session.id}",
    ):
        assert not [form for form in client.get(address).forms() if form.action.startswith("/courses")]
    for address in (f"/courses/{course.id}/edit", f"/sessions/{course_session.id}/edit"):
        client.get(address, expect=403)
    client.post(f"/sessions/{course_session.id}/held", expect=403)


@pytest.mark.usefixtures("manager")
def test_course_of_another_branch_does_not_exist(client: PageClient) -> None:
    course_session = make_session()

    client.get(f"/courses/{course_session.course_id}", expect=404)
    client.get(f"/courses/{course_session.course_id}/timetable", expect=404)
    client.post(f"/sessions/{course_session.id}/cancel", {"reason": "x"}, expect=404)


@pytest.mark.usefixtures("manager")
def test_edit_left_open_over_another_change_shows_both(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy, title="First title")
    address = f"/courses/{course.id}/edit"
    left_open = client.get(address)
    client.send(client.get(address), {"title": "Their title"}, address=address)

    answer = client.send(left_open, {"title": "My title"}, address=address, expect=409)

    assert "Their title" in answer.text
    assert "My title" in answer.text


@pytest.mark.usefixtures("manager")
def test_course_is_cancelled_with_a_reason_only(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    make_session(course, title="Lost")
    page = client.get(f"/courses/{course.id}")

    refused = client.send(page, {"reason": ""}, address="", expect=422)
    answer = client.send(page, {"reason": "Flood in the province"}, address="")

    assert "Give the reason; it stays on record." in refused.text
    assert "Flood in the province" in client.follow(answer).text
    assert "Cancelled" in client.get(f"/courses/{course.id}/timetable").text


@pytest.mark.usefixtures("manager")
def test_overview_says_what_still_has_to_be_done(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    make_session(course, course_module=course.modules[0])

    with stopped_at(FIRST_MORNING - HOUR):
        shown = client.get(f"/courses/{course.id}").text

    assert "Nobody manages this course yet" in shown
    assert "Sessions without a lecturer: 1" in shown
    assert "Sessions without room and link: 1" in shown
    assert "Modules with hours that are not scheduled yet: 3" in shown
    assert "2 missing" in shown
    assert "The timetable has not been released yet" in shown


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

    assert any("Hall A is taken by “Panel” of OTHER" in error for error in refused.errors)
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

    assert any("“Third” of THIRD" in error for error in again.errors)


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

    assert any("Hall A is busy" in error for error in refused.errors)
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

    assert any("Lê Thị Hoa is at “Fixed”" in error for error in refused.errors)
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


@pytest.mark.usefixtures("manager")
def test_long_timetable_is_turned_week_by_week(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy, ends_on=date(2026, 8, 28))
    for week in range(4):
        make_session(course, title=f"Week {week}", starts_at=FIRST_MORNING + timedelta(weeks=week))

    with stopped_at(FIRST_MORNING + timedelta(weeks=1)):
        page = client.get(f"/courses/{course.id}/timetable")
    later = client.get(page.links()["Later week"])

    assert ("Week 1" in page.text, "Week 2" in page.text) == (True, False)
    assert "Week 2" in later.text
    client.get(f"/courses/{course.id}/timetable?week=nonsense")


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("page", ["", "/timetable", "/timetable/print", "/releases", "/sessions/new"])
def test_pages_need_as_many_queries_for_many_sessions(
    client: PageClient, academy: Organisation, queries: QueryCounter, page: str
) -> None:
    course = make_course(academy, campus=make_campus(academy))

    def one_more(hours: int) -> None:
        room = make_room(course.campus)
        made = make_session(course, starts_at=FIRST_MORNING + hours * HOUR, hours=1, room=room)
        make_engagement(made, make_person())

    one_more(0)
    client.get(f"/courses/{course.id}{page}")
    with queries.counting():
        client.get(f"/courses/{course.id}{page}")
    few = len(queries)
    for hours in range(1, 5):
        one_more(hours)

    with queries.counting():
        client.get(f"/courses/{course.id}{page}")

    assert len(queries) == few <= 12, queries.statements


@pytest.mark.usefixtures("manager")
def test_release_is_kept_and_later_changes_are_listed(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    moving = make_session(course, title="Moving")
    make_session(course, title="Staying", starts_at=FIRST_MORNING + 3 * HOUR)
    address = f"/courses/{course.id}/release"
    first = client.follow(client.send(client.get(address), {"name": "First plan"}, address=address))
    edit = f"/sessions/{moving.id}/edit"
    client.send(client.get(edit), {"start": "07:00", "end": "08:00"}, address=edit)

    draft = client.get(f"/courses/{course.id}/timetable")
    second = client.follow(client.send(client.get(address), {"name": "Second plan"}, address=address))

    assert first.heading == "First plan"
    assert "1 change since “First plan”" in draft.text
    assert "Moving: 3 Aug 2026, 08:00–10:00 → 3 Aug 2026, 07:00–08:00" in second.text
    before = client.get(client.get(f"/courses/{course.id}/releases").links()["First plan"])
    assert "08:00–10:00" in before.text
    assert "There is a newer release" in before.text


@pytest.mark.usefixtures("manager")
def test_nothing_new_is_not_released(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    address = f"/courses/{course.id}/release"
    empty = client.send(client.get(address), {"name": "Empty"}, address=address, expect=422)
    make_session(course)
    client.send(client.get(address), {"name": "First"}, address=address)

    again = client.send(client.get(address), {"name": "Again"}, address=address, expect=422)

    assert "There is no session to release yet" in empty.text
    assert "Nothing has changed since the last release" in again.text


def test_release_is_read_by_whoever_is_bound_to_the_course_and_by_nobody_else(
    client: PageClient, academy: Organisation
) -> None:
    course = make_course(academy)
    trainee = make_account()
    make_engagement(make_session(course), trainee.person)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    address = f"/courses/{course.id}/release"
    release = client.send(client.get(address), {"name": "Plan"}, address=address).response.headers["Location"]

    assert client.another().sign_in(trainee).get(release).heading == "Plan"
    client.another().sign_in(trainee).get(f"{release}/print")
    client.another().sign_in(make_account()).get(release, expect=404)
