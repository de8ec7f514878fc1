"""The small academy in which the stories are lived, and the passing of its time."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import psycopg
import xlsxwriter
from sqlalchemy.engine import make_url

from app.accounts.passwords import Passwords
from app.curriculum.models import CurriculumVersion
from app.curriculum.types import TeachingMethod, VersionState
from app.evaluation.types import InstrumentState
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from app.organisations.models import Organisation, Room
from app.organisations.types import OrganisationKind
from app.teaching.models import Lecturer
from tests.factories.accounts import make_account, make_grant
from tests.factories.curriculum import make_curriculum, make_draft_version, make_module, make_program
from tests.factories.evaluation import make_instrument
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.teaching import make_lecturer
from tests.journeys.conftest import Rondo

PASSWORD = "a long sentence that only tests know"


@dataclass(frozen=True)
class Academy:
    """What is there when the story begins."""

    organisation: Organisation
    version: CurriculumVersion
    room: Room
    other_room: Room
    lecturer: Lecturer


def make_academy() -> Academy:
    """Store an academy with a curriculum, two rooms and the people who can sign in."""
    passwords = Passwords(time_cost=1, memory_kib=64, parallelism=1)
    academy = make_organisation(
        kind=OrganisationKind.HEADQUARTERS, code="HV", name="Học viện", names={"en": "Academy"}
    )
    campus = make_campus(academy, name="Cơ sở Hà Nội")
    rooms = [make_room(campus, name=name, capacity=40) for name in ("P.301", "P.302")]
    version = make_draft_version(
        make_curriculum(make_program(academy, code="TOT"), code="TOT-1", title="Phương pháp giảng dạy"),
        modules=0,
    )
    make_module(version, position=1, title="Thảo luận nhóm", method=TeachingMethod.GROUP_DISCUSSION, hours=4)
    version.state, version.published_at = VersionState.PUBLISHED, now()
    make_instrument(academy, code="END", title="Cuối lớp", state=InstrumentState.DRAFT)
    people = {
        "manager": Role.TRAINING_MANAGER,
        "quality": Role.QUALITY_OFFICER,
        "lecturer": Role.LECTURER,
    }
    found = {}
    for name, role in people.items():
        person = make_person(
            full_name=f"Trần Thử {name.title()}", email=f"{name}@example.org", organisation=academy
        )
        make_account(person, password_hash=passwords.hash(PASSWORD), locale="en")
        make_grant(person, role, academy)
        found[name] = person
    lecturer = make_lecturer(found["lecturer"])
    session.commit()
    return Academy(academy, version, rooms[0], rooms[1], lecturer)


def trainee_list(count: int) -> bytes:
    """Return a workbook with Vietnamese headings, as schools send them."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        for column, heading in enumerate(("TT", "Họ và tên", "Ngày sinh", "Email", "Đơn vị", "Chức vụ")):
            sheet.write(0, column, heading)
        for number in range(1, count + 1):
            row = (
                number,
                f"Lê Thị Thử {number}",
                f"{number:02d}/03/1985",
                f"trainee{number}@example.org",
                "HV",
                "Giảng viên",
            )
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    return file.getvalue()


def let_pass(rondo: Rondo, time: timedelta) -> None:
    """Let time pass for all that is planned: everything that lies on a date is moved back by it.

    The clock of the installation is the machine's own and cannot be turned; so its calendar is.
    """
    url = make_url(rondo.urls.owner_url)
    with psycopg.connect(
        host=str(url.query["host"]), dbname=url.database, user=url.username, port=url.port or 5432
    ) as connection:
        connection.execute(
            "UPDATE course_session SET during = tstzrange(lower(during) - %s, upper(during) - %s)",
            (time, time),
        )
        connection.execute(
            "UPDATE course SET starts_on = starts_on - %s, ends_on = ends_on - %s", (time.days,) * 2
        )
        connection.execute(
            "UPDATE wave SET opens_at = opens_at - %s, closes_at = closes_at - %s", (time, time)
        )
