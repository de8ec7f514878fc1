"""Pages of the timetable and its releases."""

from datetime import date, timedelta

import pytest

from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.organisations.models import Organisation
from tests.factories.accounts import make_account, make_account_with
from tests.factories.organisations import make_campus, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_engagement, make_session
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

HOUR = timedelta(hours=1)


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
def test_release_speaks_the_reader_s_language_and_says_online(
    client: PageClient, academy: Organisation
) -> None:
    course = make_course(academy)
    make_session(
        course,
        title="Khai giảng",
        titles={"en": "Opening"},
        room=None,
        online_url="https://meet.example.org/1",
    )
    address = f"/courses/{course.id}/release"

    released = client.follow(client.send(client.get(address), {"name": "First plan"}, address=address))

    assert any("Opening" in row[1] and row[2] == "Online" for row in released.rows() if len(row) > 2)
    assert "Khai giảng" not in released.text


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
