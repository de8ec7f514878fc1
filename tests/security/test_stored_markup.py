"""Every text of the database is markup, a template and a formula at once: pages, lists and calendars only show it."""

import csv
import io
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP

import pytest
from flask import Flask
from sqlalchemy import Column, Connection, Enum, Text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.kernel.clock import now
from app.kernel.db import Base, session
from app.messaging.transport import compose
from app.messaging.types import Letter, Mail
from tests.architecture.subjects import make_subjects
from tests.factories.accounts import make_account
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.teaching import make_calendar_feed, make_lecturer
from tests.security.crawl import addresses, ask, make_account_with_all_roles
from tests.support.pages import Page, PageClient

PROBE = "xss-probe"
PAYLOAD = f"=1+1\"'`></textarea></title><{PROBE} onx=1>{{{{ 7*7 }}}}%(x)s&lt;\u2028"
# A clock, a language and a web address have to be ones: none of them is ever stored unchecked.
CHOSEN = frozenset({"time_zone", "locale", "online_url"})
# So many of the pages show something of what was changed; were there fewer, nothing would be proven.
FEWEST_PAGES = 70
HEADS = {
    "from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
    "content-transfer-encoding",
}  # fmt: skip


@pytest.fixture
def poisoned(client: PageClient, connection: Connection, db: Session) -> dict[str, int]:
    organisation = make_organisation()
    subjects = make_subjects(organisation)
    client.sign_in(make_account_with_all_roles(organisation))
    session.commit()
    changed = [column for column in _texts() if _poison(connection, column)]
    session.expire_all()
    assert len(changed) > 60, [str(column) for column in changed]
    return subjects


def test_no_page_takes_a_text_for_markup(app: Flask, client: PageClient, poisoned: dict[str, int]) -> None:
    shown, broken = 0, []
    for address in addresses(app, poisoned):
        answer = ask(client, "GET", address)
        if answer.status_code >= 500:
            broken.append(f"{address}: {answer.status_code}")
        if answer.mimetype != "text/html":
            continue
        page = Page(answer)
        shown += PROBE in page.html
        if any(_is_alive(element.tag, dict(element.attrib)) for element in page.tree.iter()):
            broken.append(address)

    assert broken == []
    assert shown >= FEWEST_PAGES


def test_no_export_holds_a_formula(app: Flask, client: PageClient, poisoned: dict[str, int]) -> None:
    exports, formulas = 0, []
    for address in addresses(app, poisoned):
        answer = ask(client, "GET", f"{address}?format=csv")
        if answer.mimetype != "text/csv":
            continue
        exports += 1
        name = answer.headers["Content-Disposition"]
        assert re.fullmatch(r"attachment; filename=[^\r\n]+", name)
        cells = [cell for row in csv.reader(io.StringIO(answer.get_data(as_text=True))) for cell in row]
        formulas += [f"{address}: {cell}" for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]

    assert formulas == []
    assert exports >= 12


def test_calendar_keeps_to_its_lines(client: PageClient, db: Session, connection: Connection) -> None:
    person = make_person()
    make_account(person)
    make_lecturer(person)
    token = make_calendar_feed(person)
    _poison(connection, Base.metadata.tables["person"].c.full_name)

    feed = client.fetch(f"/calendar/{token}.ics").get_data(as_text=True)

    assert all(re.match(r"[A-Z-]+[:;]| ", line) for line in feed.split("\r\n") if line)


@pytest.mark.parametrize("name", [PAYLOAD, "Lan, <all@evil.example>", "a" * 300, '"'])
def test_name_stays_in_its_place_in_a_letter(name: str) -> None:
    mail = Mail("key", "lan@example.org", name, Letter(name, "Hello"), now())

    read = message_from_bytes(bytes(compose(mail, "Rondo <rondo@example.org>")), policy=SMTP)

    assert {key.lower() for key in read} == HEADS
    assert [address.addr_spec for address in read["To"].addresses] == ["lan@example.org"]


def _texts() -> Iterator[Column[object]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, Text) and not isinstance(column.type, Enum)
            if (is_text or column.name in ("names", "titles", "texts")) and column.name not in CHOSEN:
                yield column


def _poison(connection: Connection, column: Column[object]) -> bool:
    """Write the payload into every row; a column that the database guards is left as it is."""
    value = dict.fromkeys(("vi", "en", "ja"), PAYLOAD) if isinstance(column.type, JSONB) else PAYLOAD
    point = connection.begin_nested()
    try:
        rows = connection.execute(update(column.table).values({column.name: value})).rowcount
    except DBAPIError:
        point.rollback()
        return False
    point.commit()
    return bool(rows)


def _is_alive(tag: object, attributes: dict[str, str]) -> bool:
    hot = any(name.lower().startswith("on") for name in attributes)
    linked = str(attributes.get("href", "")).strip().lower()
    return tag == PROBE or hot or linked.startswith(("javascript:", "data:", "=1+1"))
