"""Hostile files: whatever is uploaded, under whatever name, is read or refused in words."""

import io

import pytest
from sqlalchemy.orm import Session

from app.kernel.db import session
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.evaluation import make_instrument
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import make_course
from tests.security.crawl import ask, make_account_with_all_roles
from tests.support.pages import Page, PageClient

HEADINGS = "Họ và tên,Ngày sinh,Thư điện tử,Đơn vị,Event,usefulness\n"
NAMES = (
    "../../etc/passwd.csv",
    "a\x00.csv",
    "list.csv\r\nX-Broken: 1",
    "\u202evsc.exe",
    "x" * 5000 + ".csv",
    "=cmd|' /C calc'!A0.csv",
    "<script>.csv",
    ".csv",
)
CONTENTS = (
    b"",
    b"\x00" * 1000,
    b"\xff\xfe\x00\xd8",
    HEADINGS.encode(),
    (HEADINGS + "Lan,01/01/0001,a@b.vn,X,Spring,Yes\n").encode(),
    (HEADINGS + "Lan,31/12/9999,a@b.vn,X,Spring,9999999999999999999999\n").encode(),
    (HEADINGS + '=1+1,2958466,"a@b.vn",X,<script>,Yes\n').encode(),
    (HEADINGS + "\u2028,99999999,x,X,{{7*7}},%(x)s\n").encode(),
    (HEADINGS + "L" * 40_000 + ",,,,,\n").encode(),
    ("a," * 5000 + "\n").encode(),
    b'"' + b"x\n" * 5000,
    b"PK\x03\x04" + b"\x00" * 200,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
)


@pytest.mark.parametrize("place", range(max(len(NAMES), len(CONTENTS))))
def test_upload_is_read_or_refused_in_words(client: PageClient, db: Session, place: int) -> None:
    organisation = make_organisation()
    client.sign_in(make_account_with_all_roles(organisation))
    course = make_course(organisation)
    version = make_published_version(make_curriculum(make_program(organisation)))
    instrument = make_instrument(organisation)
    session.commit()
    settings = {
        "organisation": str(organisation.id),
        "curriculum_version": str(version.id),
        "instrument": str(instrument.id),
        "period": "2020",
        "event_column": "Event",
        "date_column": "Ngày sinh",
        "unnamed_event": "None",
    }

    for address, fields in (
        (f"/courses/{course.id}/trainees/import", {}),
        ("/evaluation/import", settings),
    ):
        file = (io.BytesIO(CONTENTS[place % len(CONTENTS)]), NAMES[place % len(NAMES)])
        answer = ask(client, "POST", address, {**fields, "file": file})
        if answer.status_code == 302:
            answer = ask(client, "GET", answer.headers["Location"])
            assert answer.status_code == 200, address
        else:
            assert answer.status_code == 422, address
            assert Page(answer).errors, address
        assert "X-Broken" not in answer.headers
