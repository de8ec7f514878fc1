"""The style guide: every component in every state on one page, with texts as long as real ones are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.kernel.access import STAFF
from app.kernel.errors import NotFound
from app.kernel.pages import Column, Page, PageRequest
from app.kernel.text import N_, LabelledEnum
from app.web.access import Public
from app.web.blueprint import FeatureBlueprint
from app.web.conflicts import FieldConflict
from app.web.render import page
from app.web.session import current_actor

blueprint = FeatureBlueprint("style_guide", __name__)
_OPEN = "style_guide_open"

ZONE = "Asia/Ho_Chi_Minh"


class State(LabelledEnum):
    """One state of each tone."""

    DRAFTED = "drafted", N_("Drafted")
    RUNNING = "running", N_("Running")
    ACCEPTED = "accepted", N_("Accepted")
    WAITING = "waiting", N_("Waiting")
    DECLINED = "declined", N_("Declined")


class DemonstrationForm(Form):
    """One field of each kind."""

    version = HiddenField(default="3")
    title = StringField(
        _("Title of the course"),
        [validators.InputRequired(_("Give the course a title."))],
        description=_("As it stands on the certificate."),
    )
    organisation = SelectField(
        _("Organisation"),
        choices=[
            SelectChoice("hcma", "Học viện Chính trị khu vực III"),
            SelectChoice("qn", "Trường Chính trị tỉnh Quảng Nam"),
        ],
    )
    methods = SelectMultipleField(
        _("Methods"),
        choices=[
            SelectChoice("debate", _("Debate")),
            SelectChoice("field", _("Field survey")),
            SelectChoice("case", _("Case study")),
        ],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    layout = RadioField(
        _("Layout of the room"),
        [validators.InputRequired(_("Choose how the chairs stand."))],
        choices=[
            SelectChoice("rows", _("Rows")),
            SelectChoice("groups", _("Groups of six")),
            SelectChoice("circle", _("Circle")),
        ],
    )
    first_day = DateField(_("First day"), [validators.InputRequired(_("Name the first day."))])
    begins = DateTimeLocalField(_("Opening"), [validators.Optional()])
    places = IntegerField(
        _("Places"),
        [
            validators.InputRequired(),
            validators.NumberRange(1, 200, _("A course has between 1 and 200 places.")),
        ],
    )
    password = PasswordField(
        _("Password"), [validators.Optional()], render_kw={"autocomplete": "new-password"}
    )
    roll = FileField(_("List of trainees"), description=_("XLSX or CSV, up to 5,000 rows."))
    note = TextAreaField(_("Note for the lecturers"))
    notify = BooleanField(_("Tell the lecturers by mail"))


SCALE = (_("Not at all"), _("A little"), _("Partly"), _("Mostly"), _("Completely"))


class QuestionForm(Form):
    """Two questions of a questionnaire: one with named answers, one with numbers."""

    clear = RadioField(
        "Mục tiêu của học phần được trình bày rõ ràng ngay từ đầu",
        [validators.InputRequired()],
        choices=[SelectChoice(str(number), label) for number, label in enumerate(SCALE, start=1)],
    )
    useful = RadioField(
        "Tôi có thể áp dụng ngay những gì đã học vào công việc của mình",
        choices=[SelectChoice(str(number), str(number)) for number in range(1, 6)],
    )


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A row of the list on this page."""

    id: int
    code: str
    title: str
    organisation: str
    first_day: date
    last_day: date
    places: int
    state: State


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session of the timetable on this page."""

    starts_at: datetime
    ends_at: datetime
    title: str
    room: str | None
    lecturers: tuple[str, ...]
    state: State | None
    href: str | None = "#timetable"
    note: str | None = None


TITLES = (
    "Bồi dưỡng giảng viên nguồn về quản lý khóa học theo chu trình PDCA",
    "Phương pháp giảng dạy tích cực cho giảng viên trường chính trị tỉnh",
    "Kỹ năng nghiên cứu và tư vấn chính sách",
    "Đào tạo giảng viên về phương pháp nghiên cứu tình huống",
)


def _courses() -> Page[CourseRow]:
    states = list(State)
    rows = [
        CourseRow(
            number,
            f"TOT-{number:02d}",
            TITLES[number % 4],
            "Học viện Chính trị khu vực II",
            date(2026, 8, 3) + timedelta(days=9 * number),
            date(2026, 8, 7) + timedelta(days=9 * number),
            20 + number,
            states[number % 5],
        )
        for number in range(1, 7)
    ]
    return Page(rows, PageRequest(2, 50, "code", False), 2000)


COLUMNS: tuple[Column[CourseRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code, "code"),
    Column("title", N_("Title"), lambda row: row.title, "title"),
    Column("period", N_("Period"), lambda row: row.first_day, "period"),
    Column("places", N_("Places"), lambda row: row.places, "places", numeric=True),
    Column("state", N_("State"), lambda row: row.state),
)


def _sessions() -> list[SessionRow]:
    eight = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
    hours = timedelta(hours=1)
    return [
        SessionRow(
            eight,
            eight + 3 * hours,
            "Khai giảng; chu trình PDCA trong đào tạo",
            "Hội trường A",
            ("Nguyễn Thị Hồng Ánh",),
            State.ACCEPTED,
        ),
        SessionRow(
            eight + 6 * hours,
            eight + 9 * hours,
            "Thảo luận nhóm: từ mục tiêu đến chỉ số",
            "P. 302",
            ("Trần Đức Phú", "Lê Quỳnh Như"),
            State.WAITING,
        ),
        SessionRow(
            eight + 24 * hours,
            eight + 27 * hours,
            "Nghiên cứu tình huống",
            "P. 302",
            ("Đặng Văn Ước",),
            State.DECLINED,
            note="P. 302 is taken by TOT-07, 08:00–10:00",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Example:
    """All data of the page that is not one of the above."""

    zone: str = ZONE
    states: tuple[State, ...] = tuple(State)
    at: datetime = datetime(2026, 8, 3, 1, 30, tzinfo=UTC)
    until: datetime = datetime(2026, 8, 7, 10, 0, tzinfo=UTC)
    first_day: date = date(2026, 8, 3)
    last_day: date = date(2026, 8, 7)
    answers: tuple[dict[str, Any], ...] = tuple(
        {"label": label, "count": count} for label, count in zip(SCALE, (2, 5, 14, 48, 31), strict=True)
    )
    changes: tuple[FieldConflict, ...] = (
        FieldConflict(_("Title of the course"), TITLES[0], TITLES[1], "example-title"),
        FieldConflict(_("Places"), "30", "32", "example-places"),
    )


@blueprint.get("/style-guide", access=Public("shows made-up things only; in production to staff alone"))
def show_style_guide() -> ResponseReturnValue:
    """Show every component."""
    actor = current_actor()
    if not current_app.extensions[_OPEN] and not any(actor.has_role(role) for role in STAFF):
        raise NotFound()
    wrong = DemonstrationForm(MultiDict({"places": "400", "organisation": "hcma"}))
    wrong.validate()
    return page(
        "style_guide.html",
        form=DemonstrationForm(
            prefix="right-", data={"title": TITLES[0], "layout": "groups", "methods": ["case"], "places": 30}
        ),
        wrong=wrong,
        questions=QuestionForm(prefix="questions-", data={"useful": "4"}),
        courses=_courses(),
        nothing=Page((), PageRequest(), 0),
        columns=COLUMNS,
        sessions=_sessions(),
        example=Example(),
    )


def register(app: Flask, *, open_to_all: bool = True) -> None:
    """Add the page; unless it is open to all, only staff find it."""
    app.extensions[_OPEN] = open_to_all
    app.register_blueprint(blueprint)
