"""One use is one use, however many come at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from app.accounts.commands.first_run import make_first_run_link
from app.accounts.commands.links import make_link
from app.accounts.models import Account, AccountSession
from app.accounts.types import LinkPurpose
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.transaction import undo, unit_of_work
from app.organisations.models import Organisation
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient

AT_ONCE = 8


def race(app: Flask, address: str, fields: dict[str, str]) -> Counter[int]:
    start = Barrier(AT_ONCE)

    def send(_number: int) -> int:
        client = PageClient(app)
        data = client._with_token(dict(fields))
        start.wait(10)
        return client._client.post(address, data=data).status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return Counter(threads.map(send, range(AT_ONCE)))


def count(of: type[Account] | type[AccountSession] | type[Organisation]) -> int:
    undo()
    return session.scalar(select(func.count()).select_from(of)) or 0


def test_eight_use_one_link_and_one_gets_in(committed: None, app: Flask) -> None:
    account = make_account_with(Role.LECTURER, make_organisation())
    token = make_link(purpose=LinkPurpose.INVITATION, account=account, life=timedelta(days=3), at=now())
    session.commit()
    undo()

    answers = race(app, f"/password/{token}", {"password": PASSWORD, "again": PASSWORD})

    # Whoever comes while the first is being answered finds it on the form, whoever comes later on the page.
    assert answers[302] == 1
    assert answers[404] + answers[422] == 7
    assert count(AccountSession) == 1


def test_eight_set_up_the_house_and_one_does(committed: None, app: Flask) -> None:
    with unit_of_work():
        token = make_first_run_link(at=now())

    answers = race(
        app,
        f"/first-run/{token}",
        {
            "kind": "headquarters",
            "name": "Học viện",
            "code": "HV",
            "time_zone": "Asia/Ho_Chi_Minh",
            "full_name": "Lê Đầu Tiên",
            "email": "dau@example.org",
            "password": PASSWORD,
            "again": PASSWORD,
        },
    )

    assert answers[302] == 1
    assert answers[404] + answers[422] == 7
    assert (count(Account), count(Organisation)) == (1, 1)
