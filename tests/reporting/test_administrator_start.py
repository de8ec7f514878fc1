"""The start page of an administrator: what wants attention among accounts, roles, organisations, and the machine."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.accounts.commands.throttling import hash_email
from app.accounts.models import Account, GuardedAttempt, OneTimeLink
from app.accounts.types import AttemptKind, LinkPurpose
from app.jobs.tasks import TASKS
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from app.messaging.models import OutgoingMail
from app.organisations.models import Organisation
from app.reporting.cards import TASK_TITLES
from tests.factories.accounts import make_account, make_account_with, make_grant
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.support.pages import Page, PageClient
from tests.support.queries import QueryCounter

START = "/start/administrator"


def test_every_task_has_words() -> None:
    assert {task.name for task in TASKS} <= set(TASK_TITLES)


def test_unused_invitation_says_whether_its_link_is_good(client: PageClient) -> None:
    academy = make_organisation()
    fresh, stale, used = (_account(academy, name) for name in ("Lê Mới", "Lê Cũ", "Lê Rồi"))
    used.password_hash = "…"
    _link(fresh, hours=5)
    _link(stale, hours=-5)

    page = _start(client, academy)

    assert page.links()["Lê Mới"] == f"/accounts/{fresh.id}"
    assert page.text.count("the link is good until") == 1
    assert "Lê Cũ" in page.links()
    assert "Lê Rồi" not in page.links()


def test_held_back_account_is_shown_with_its_wait(client: PageClient) -> None:
    academy = make_organisation()
    attacked, clumsy = _account(academy, "Bùi Bị Dò"), _account(academy, "Bùi Quên")
    for account in (attacked, clumsy):
        account.password_hash = "…"
    _failures(attacked, 12)
    _failures(clumsy, 3)

    page = _start(client, academy)

    assert page.links()["Bùi Bị Dò"] == f"/accounts/{attacked.id}"
    assert "12 failed sign-ins" in page.text
    assert "held back until" in page.text
    assert "Bùi Quên" not in page.text


def test_roles_that_end_soon_and_are_not_followed(client: PageClient) -> None:
    academy = make_organisation()
    today = now().date()
    soon, later, followed = (make_person(organisation=academy, full_name=f"Đỗ {n}") for n in "ABC")
    end = today + timedelta(days=10)
    make_grant(soon, Role.LECTURER, academy, valid_to=end)
    make_grant(later, Role.LECTURER, academy, valid_to=today + timedelta(days=50))
    make_grant(followed, Role.LECTURER, academy, valid_to=end)
    make_grant(followed, Role.LECTURER, academy, valid_from=end)

    links = _start(client, academy).links()

    assert links["Đỗ A"] == f"/people/{soon.id}"
    assert not {"Đỗ B", "Đỗ C"} & set(links)


def test_account_without_a_role_leads_to_giving_one(client: PageClient) -> None:
    academy = make_organisation()
    idle, past = (_account(academy, name, role=None) for name in ("Hồ Không", "Hồ Hết"))
    make_grant(past.person, Role.LECTURER, academy, valid_to=date(2020, 1, 1))
    busy = _account(academy, "Hồ Có")
    for account in (idle, past, busy):
        account.password_hash = "…"

    links = _start(client, academy).links()

    assert links["Hồ Không"] == f"/accounts/{idle.id}/roles/new"
    assert links["Hồ Hết"] == f"/accounts/{past.id}/roles/new"
    assert "Hồ Có" not in links


def test_organisations_that_want_something(client: PageClient) -> None:
    academy = make_organisation()
    today = now().date()
    homeless = make_organisation(academy, name="Trường Không Cơ Sở")
    # At the academy the next day may have begun.
    make_course(homeless, starts_on=today, ends_on=today + timedelta(days=1))
    make_campus(make_organisation(academy, name="Trường Không Phòng"))
    make_organisation(academy, name="Trường Sắp Hết", valid_to=today + timedelta(days=20))
    make_organisation(academy, name="Trường Đã Hết", valid_to=today - timedelta(days=20))
    idle = make_organisation(academy, name="Trường Yên")
    make_room(make_campus(idle))

    page = _start(client, academy)

    assert page.links()["Trường Không Cơ Sở"] == f"/organisations/{homeless.id}"
    for words in ("Holds courses, but has no campus", "Has no room at any campus", "Its validity ends"):
        assert page.text.count(words) == 1
    assert not {"Trường Đã Hết", "Trường Yên"} & set(page.links())


def test_refused_mail_leads_to_the_account(client: PageClient) -> None:
    academy = make_organisation()
    account = _account(academy, "Vũ Thư")
    mail = _refused_mail(account)
    assert "is tried again by itself" not in _start(client, academy).text

    _job("messaging.deliver", "todo", f'{{"mail_id": {mail.id}}}')

    page = client.get(START)
    assert page.links()["Vũ Thư"] == f"/accounts/{account.id}"
    assert "refused 3 times: no such mailbox · is tried again by itself" in page.text


def test_new_house_shows_the_first_steps(client: PageClient) -> None:
    academy = make_organisation()
    assert _start(client, academy).links()["Give them campuses and rooms"] == "/organisations"

    make_room(make_campus(academy))
    assert "Give them campuses and rooms" not in client.get(START).links()

    make_organisation(academy)
    make_account_with(Role.REGISTRAR, academy)
    assert "First steps" not in client.get(START).text


def test_house_counts_what_holds_today(client: PageClient) -> None:
    academy = make_organisation()
    former = make_person(organisation=academy)
    make_grant(former, Role.LECTURER, academy, valid_to=date(2020, 1, 1))
    make_person(organisation=academy).merged_into_id = former.id

    page = _start(client, academy)

    assert "People2" in page.text
    assert "People with a role1" in page.text


def test_machine_without_a_worker_says_so(client: PageClient) -> None:
    page = _start(client, make_organisation())

    assert "No worker runs" in page.text


def test_machine_says_what_waits_and_what_failed(client: PageClient) -> None:
    session.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    _job("messaging.deliver", "todo")
    _job("enrolment.run_import", "failed")
    _job("enrolment.run_import", "failed")
    _job("teaching.tell_lecturers", "failed", failed_days_ago=40)
    _job("from.another_release", "doing")

    page = _start(client, make_organisation())

    assert "The worker runs" in page.text
    assert "Jobs that wait1" in page.text
    assert "Left by a lost worker1" in page.text
    assert "Import a list of trainees 2 times" in page.text
    assert "Tell lecturers" not in page.text


def test_machine_is_told_to_those_who_run_the_house_only(client: PageClient) -> None:
    house = make_organisation()
    branch, partner = make_organisation(house), make_organisation()

    told = ["Background work" in _start(client, place).text for place in (house, branch, partner)]

    assert told == [True, False, False]


def test_other_branches_stay_out(client: PageClient) -> None:
    elsewhere = make_organisation(make_organisation(), name="Elsewhere")
    _life(elsewhere, "Phan Ngoài")

    page = _start(client, make_organisation())

    assert "Phan Ngoài" not in page.text
    assert "Elsewhere" not in page.text


def test_page_needs_as_many_statements_for_many(client: PageClient, queries: QueryCounter) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    _life(academy, "Phan Một")
    client.get(START)
    with queries.counting():
        client.get(START)
    few = len(queries)
    for _ in range(4):
        _life(make_organisation(academy), "Phan Nhiều")

    with queries.counting():
        page = client.get(START)

    assert "Phan Nhiều" in page.text
    assert len(queries) == few <= 12


@pytest.fixture(autouse=True)
def _no_work_left_over(client: PageClient) -> Iterator[None]:
    session.execute(text("DELETE FROM procrastinate_jobs"))
    session.execute(text("DELETE FROM procrastinate_workers"))
    yield


def _start(client: PageClient, organisation: Organisation) -> Page:
    administrator = make_account_with(Role.ADMINISTRATOR, organisation)
    administrator.password_hash = "…"
    client.sign_in(administrator)
    return client.get(START)


def _account(organisation: Organisation, name: str, *, role: Role | None = Role.LECTURER) -> Account:
    account = make_account(make_person(organisation=organisation, full_name=name))
    if role is not None:
        make_grant(account.person, role, organisation)
    return account


def _link(account: Account, *, hours: int) -> None:
    at = now()
    session.add(
        OneTimeLink(
            token_hash=account.email.encode(),
            purpose=LinkPurpose.INVITATION,
            account_id=account.id,
            made_at=at - timedelta(days=3),
            expires_at=at + timedelta(hours=hours),
        )
    )
    session.flush()


def _failures(account: Account, count: int) -> None:
    for number in range(count):
        session.add(
            GuardedAttempt(
                kind=AttemptKind.SIGN_IN,
                email_hash=hash_email(account.email.upper()),
                network="192.0.2.1",
                at=now() - timedelta(seconds=number),
            )
        )
    session.flush()


def _refused_mail(account: Account) -> OutgoingMail:
    mail = OutgoingMail(
        to_address=account.email,
        to_name=account.person.full_name,
        subject="Invitation",
        text="…",
        dedupe_key=f"invitation {account.id}",
        attempts=3,
        last_error="no such mailbox",
    )
    session.add(mail)
    session.flush()
    return mail


def _job(task: str, status: str, args: str = "{}", *, failed_days_ago: int = 1) -> None:
    job_id = session.scalar(
        text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args) VALUES"
            " ('default', :task, CAST(:status AS procrastinate_job_status), CAST(:args AS jsonb)) RETURNING id"
        ),
        {"task": task, "status": status, "args": args},
    )
    if status == "failed":
        session.execute(
            text("INSERT INTO procrastinate_events (job_id, type, at) VALUES (:job_id, 'failed', :at)"),
            {"job_id": job_id, "at": now() - timedelta(days=failed_days_ago)},
        )


def _life(organisation: Organisation, name: str) -> None:
    today = now().date()
    account = _account(organisation, name)
    _failures(account, 12)
    _refused_mail(account)
    _job("enrolment.run_import", "failed")
    make_grant(account.person, Role.TRAINEE, organisation, valid_to=today + timedelta(days=3))
    _account(organisation, name, role=None)
    make_course(organisation, starts_on=today, ends_on=today + timedelta(days=1))
