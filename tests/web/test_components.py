"""The components on the style guide: one of each, with its style, whole and well-formed."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import render_template_string
from jinja2 import DictLoader
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, Optional

from app.kernel.pages import Page, PageRequest
from app.web import components
from app.web.conflicts import FieldConflict
from app.web.render import page as render_page
from tests.support.component_app import ROOT, make_component_app

APP = make_component_app()
FOLDER = ROOT / "templates" / "components"
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))
STYLES = sorted(path.stem for path in (ROOT / "static" / "css" / "components").glob("*.css"))
ERRORS = sorted(int(path.stem) for path in (ROOT / "templates" / "errors").glob("[0-9]*.html"))


def parse(html: str, *, strict: bool = True) -> Element:
    parser = html5lib.HTMLParser(strict=strict, namespaceHTMLElements=False)
    document: Element = parser.parse(html)
    return document


def all_templates() -> dict[str, str]:
    folder = ROOT / "templates"
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.html")}


def page(address: str) -> str:
    response = APP.test_client().get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def render(source: str, address: str = "/style-guide", **context: object) -> str:
    with APP.test_request_context(address):
        return render_template_string(source, **context)


def texts(root: Element, path: str) -> list[str]:
    return [" ".join("".join(found.itertext()).split()) for found in root.iterfind(path)]


@pytest.fixture(scope="module")
def guide() -> Element:
    return parse(page("/style-guide"))


@pytest.mark.parametrize("locale", ["vi", "en", "ja"])
def test_the_style_guide_is_well_formed_in_every_language(locale: str) -> None:
    html = page(f"/style-guide?locale={locale}")
    document = parse(html)
    assert document.get("lang") == locale
    assert len(document.findall(".//h1")) == 1


def test_the_title_begins_with_the_heading(guide: Element) -> None:
    assert texts(guide, ".//head/title") == [f"{texts(guide, './/h1')[0]} · Rondo"]


def test_no_id_is_used_twice_and_every_reference_has_its_target(guide: Element) -> None:
    ids = Counter(found.get("id") for found in guide.iter() if found.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    for attribute in ("for", "aria-describedby", "aria-labelledby", "popovertarget"):
        for found in guide.iterfind(f".//*[@{attribute}]"):
            assert set((found.get(attribute) or "").split()) <= set(ids), attribute


def test_nothing_is_inline_that_the_policy_forbids(guide: Element) -> None:
    assert guide.findall(".//style") == []
    assert [script.get("src") is not None for script in guide.findall(".//script")] == [True]
    attributes = {name for found in guide.iter() for name in found.attrib}
    assert {name for name in attributes if name == "style" or name.startswith("on")} == set()


def test_every_form_that_posts_carries_the_token(guide: Element) -> None:
    forms = guide.findall(".//form[@method='post']")
    assert len(forms) > 5
    for found in forms:
        assert [field.get("value") for field in found.iterfind(".//input[@name='csrf_token']")] == ["token"]


def test_every_input_has_a_name_for_the_reader(guide: Element) -> None:
    labelled = {label.get("for") for label in guide.iterfind(".//label")}
    for found in [*guide.iterfind(".//input"), *guide.iterfind(".//select"), *guide.iterfind(".//textarea")]:
        if found.get("type") != "hidden":
            assert found.get("id") in labelled or found.get("aria-label"), found.attrib


@pytest.mark.parametrize("name", NAMES)
def test_a_component_is_one_macro_of_its_own_name(name: str) -> None:
    macros = re.findall(r"{%-? macro ([a-z_]+)", (FOLDER / f"{name}.html").read_text("utf-8"))
    assert [macro for macro in macros if not macro.startswith("_")] == [name.replace("-", "_")]


@pytest.mark.parametrize("name", NAMES)
def test_a_component_keeps_no_word_of_the_first_reader_s_language(name: str) -> None:
    # What stands outside of the macros is evaluated once and kept for all requests.
    source = (FOLDER / f"{name}.html").read_text("utf-8")
    outside = re.sub(r"{#.*?#}|{%-? macro .*?endmacro -?%}", "", source, flags=re.DOTALL)
    assert "_(" not in outside


def test_every_component_has_its_stylesheet_and_is_shown_on_the_style_guide() -> None:
    assert set(NAMES) <= set(STYLES)
    assert set(STYLES) - set(NAMES) == {"site-header"}
    used: set[str] = set()
    waiting = ["style_guide.html", "layouts/page.html"]
    while waiting:
        source = (ROOT / "templates" / waiting.pop()).read_text("utf-8")
        new = set(re.findall(r'from "components/([a-z-]+)\.html"', source)) - used
        used |= new
        waiting += [f"components/{name}.html" for name in new]
    assert used == set(NAMES)


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_imports_a_macro_that_it_does_not_use(template: Path) -> None:
    source = template.read_text("utf-8")
    for imported in re.findall(r"{%-? from \"[^\"]+\" import ([^%]+?) -?%}", source):
        for part in imported.split(","):
            name = part.split(" as ")[-1].strip()
            assert len(re.findall(rf"\b{name}\(", source)) > 0, f"{template.name}: {name}"


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_page_says_what_happened_what_to_do_and_its_number(status: int) -> None:
    document = parse(page(f"/errors/{status}?anonymous=1"))
    said = " ".join(texts(document, ".//main"))
    assert re.search(r"[Nn]othing|Everything that was saved is safe", said)
    assert "7F3K-20" in said
    for word in ("Oops", "oops", "invalid", "submit", "Error", str(status)):
        assert word not in said


def test_an_error_page_prefers_what_the_domain_says() -> None:
    document = parse(page("/errors/409?message=Room+302+is+taken."))
    assert texts(document, ".//main//p")[0] == "Room 302 is taken."


def test_the_theme_that_was_chosen_is_in_the_page_before_any_script() -> None:
    client = APP.test_client()
    client.set_cookie("theme", "dark")
    assert 'data-theme="dark"' in client.get("/style-guide").get_data(as_text=True)
    client.set_cookie("theme", '"><script>')
    assert "data-theme=" not in client.get("/style-guide").get_data(as_text=True).split("<head>")[0]


DOCUMENT = """{% extends "layouts/print.html" %}
{% block letterhead %}Học viện{% endblock %}
{% block heading %}Attendance of TOT-07{% endblock %}
{% block content %}<p>Text</p>{% endblock %}
{% block colophon %}From the register, 3 Aug 2026{% endblock %}"""


def test_a_document_for_paper_has_its_heading_in_the_title_and_says_where_it_comes_from() -> None:
    document = parse(render(DOCUMENT))
    assert texts(document, ".//title") == ["Attendance of TOT-07 · Rondo"]
    assert texts(document, ".//div[@class='sheet__colophon']") == ["From the register, 3 Aug 2026"]


JOB = """{% extends "layouts/page.html" %}{% from "components/progress.html" import progress %}
{% block heading %}Import{% endblock %}
{% block content %}{% block progress %}
{{ progress("Import", done, 5000, "Running", true) }}
{% endblock %}{% endblock %}"""


def test_a_fragment_is_the_one_block_with_the_components_that_its_page_imports() -> None:
    app = make_component_app()
    app.jinja_env.loader = DictLoader(all_templates() | {"job.html": JOB})
    app.add_url_rule("/job", view_func=lambda: render_page("job.html", done=3120))
    whole, part = (
        app.test_client().get("/job"),
        app.test_client().get("/job", headers={"X-Fragment": "progress"}),
    )
    section = re.search(r"<section.*</section>", whole.get_data(as_text=True), re.DOTALL)
    assert section is not None
    assert part.get_data(as_text=True).strip() == section[0]
    assert "3,120 of 5,000" in section[0]


MAIL = """{% extends "layouts/email.html" %}{% block heading %}Your courses{% endblock %}
{% block content %}<p>Text</p>{% endblock %}{% block reason %}You teach.{% endblock %}"""


def test_a_mail_is_whole_and_loads_nothing() -> None:
    document = parse(render(MAIL))
    assert texts(document, ".//title") == texts(document, ".//h1") == ["Your courses"]
    assert [found.tag for found in document.iter() if "src" in found.attrib or found.tag == "link"] == []


class SmallForm(Form):
    is_stale = False
    conflict: tuple[FieldConflict, ...] = ()
    general_errors: tuple[str, ...] = ()

    version = HiddenField(default="7")
    title = StringField("Title", [InputRequired("Give it a title.")], description="As on the certificate.")
    kind = SelectField("Kind", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    seats = RadioField(
        "Seats",
        [InputRequired("Choose the seats.")],
        choices=[SelectChoice("r", "Rows"), SelectChoice("c", "Circle")],
    )
    note = TextAreaField("Note")
    place = SelectField("Place", [Optional()], choices=[SelectChoice("", "None"), SelectChoice("a", "A")])
    tell = BooleanField("Tell them")


FIELD = '{% from "components/field.html" import field %}{{ field(one, **more) }}'


def field_of(form: Form, name: str, **more: object) -> Element:
    return parse(render(FIELD, one=form[name], more=more), strict=False)


def test_a_wrong_field_names_its_help_and_its_error() -> None:
    form = SmallForm()
    form.validate()
    found = field_of(form, "title", autocomplete="off", data_kind="x").find(".//input")
    assert found is not None
    assert found.get("aria-describedby") == "title-help title-error"
    assert (found.get("aria-invalid"), found.get("autocomplete"), found.get("data-kind")) == (
        "true",
        "off",
        "x",
    )


def test_a_field_that_may_stay_empty_says_so() -> None:
    form = SmallForm()
    assert texts(field_of(form, "note"), ".//label") == ["Note (optional)"]
    assert texts(field_of(form, "title"), ".//label") == ["Title"]
    assert texts(field_of(form, "kind"), ".//label") == ["Kind"]
    assert texts(field_of(form, "place"), ".//label") == ["Place (optional)"]


def test_radio_buttons_stand_in_a_fieldset_with_the_question_as_legend() -> None:
    form = SmallForm()
    form.validate()
    found = field_of(form, "seats").find(".//fieldset")
    assert found is not None
    assert (found.get("id"), found.get("aria-describedby")) == ("seats", "seats-error")
    assert texts(found, "legend") == ["Seats"]
    assert texts(found, ".//label") == ["Rows", "Circle"]


def test_a_check_box_stands_before_its_label() -> None:
    option = field_of(SmallForm(), "tell").find(".//div[@class='field__option']")
    assert option is not None
    assert [child.tag for child in option] == ["input", "label"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("version", "hidden"), ("title", "text"), ("kind", "select"), ("seats", "choices"), ("note", "textarea"),
     ("tell", "checkbox")],
)  # fmt: skip
def test_the_kind_of_a_field_follows_its_widget(name: str, kind: str) -> None:
    assert components.field_kind(SmallForm()[name]) == kind


FORM = '{% from "components/form.html" import form as block %}{% call block(one, **more) %}{% endcall %}'


def test_a_form_brings_its_version_once() -> None:
    for more in ({}, {"version": 9}):
        found = parse(render(FORM, one=SmallForm(), more=more), strict=False)
        assert [field.get("value") for field in found.iterfind(".//input[@name='version']")] == ["7"]
    found = parse(render(FORM, one=None, more={"version": 9}), strict=False)
    assert [field.get("value") for field in found.iterfind(".//input[@name='version']")] == ["9"]


def test_a_refused_form_lists_what_is_wrong_with_links_to_the_fields() -> None:
    form = SmallForm(data={"kind": "a"})
    form.validate()
    form.general_errors = ("The room is taken.",)
    found = parse(render(FORM, one=form, more={}), strict=False)
    assert [link.get("href") for link in found.iterfind(".//ul//a")] == ["#title", "#seats"]
    assert texts(found, ".//ul/li") == [
        "The room is taken.",
        "Title: Give it a title.",
        "Seats: Choose the seats.",
    ]
    assert texts(found, ".//h2") == ["3 things have to be put right"]


def test_a_stale_form_shows_both_versions_and_no_list_of_faults() -> None:
    form = SmallForm()
    form.is_stale, form.general_errors = True, ("Stale.",)
    form.conflict = (FieldConflict("Title", "Old <b>", "New", "title", (("title", "Old <b>"),)),)
    found = parse(render(FORM, one=form, more={}), strict=False)
    assert texts(found, ".//legend") == ["Title"]
    assert texts(found, ".//label") == ["Take theirs Old <b>", "Keep mine New"]
    assert [side.get("value") for side in found.iterfind(".//input[@checked]")] == ["mine"]
    assert [kept.get("value") for kept in found.iterfind(".//input[@name='stored-title']")] == ["Old <b>"]
    assert "put right" not in " ".join(found.itertext())


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 100, [1, 2]),
        (1, 2000, [1, 2, 3, None, 40]),
        (5, 2000, [1, 2, 3, 4, 5, 6, 7, None, 40]),
        (20, 2000, [1, None, 18, 19, 20, 21, 22, None, 40]),
        (40, 2000, [1, None, 38, 39, 40]),
    ],
)
def test_the_pager_links_the_ends_and_the_neighbours(
    number: int, total: int, shown: list[int | None]
) -> None:
    assert list(components.page_numbers(Page((), PageRequest(number), total))) == shown


def test_the_address_of_a_list_keeps_its_filter() -> None:
    with APP.test_request_context("/khóa?state=open&state=held&page=3&q=qu%E1%BA%A3n"):
        address = components.url_with(page=4, sort="title", state=None)
    assert address == "/kh%C3%B3a?q=qu%E1%BA%A3n&page=4&sort=title"


TABLE = """{% from "components/table.html" import table %}
{% call(row) table(columns, listed, "Courses", export=true) %}<td>{{ row }}</td>{% endcall %}"""


def column(key: str, sort: str | None) -> SimpleNamespace:
    return SimpleNamespace(key=key, title=key.capitalize(), sort=sort, numeric=False)


def test_a_table_says_where_one_is_and_sorts_by_links() -> None:
    listed = Page(["a", "b"], PageRequest(2, 50, "code", False), 2000)
    columns = [column("code", "code"), column("title", "title"), column("state", None)]
    found = parse(render(TABLE, "/courses?page=2&sort=code", listed=listed, columns=columns), strict=False)
    assert texts(found, ".//p[@class='table-bar__count']") == ["51–100 of 2,000"]
    assert [link.get("href") for link in found.iterfind(".//thead//a")] == [
        "/courses?sort=code&desc=1",
        "/courses?sort=title",
    ]
    assert [head.get("aria-sort") for head in found.iterfind(".//thead//th")] == ["ascending", None, None]
    exports = found.findall(".//p[@class='table-bar__export']/a")
    assert [link.get("href") for link in exports] == [
        "/courses?sort=code&format=xlsx",
        "/courses?sort=code&format=csv",
    ]


def test_an_empty_table_says_what_belongs_there() -> None:
    html = render(TABLE, listed=Page((), PageRequest(), 0), columns=[])
    assert "<table" not in html
    assert "Nothing here yet." in html


@pytest.mark.parametrize(
    ("current", "parts", "alternative"),
    [
        ("plan", ["current", "todo", "todo", "todo"], "Plan, 0 of 4 phases done: no target; no source"),
        ("check", ["done", "done", "current", "todo"], "Check, 2 of 4 phases done: no target; no source"),
        ("closed", ["done"] * 4, "Closed: no target; no source"),
        (None, ["todo"] * 4, "Not started: no target; no source"),
    ],
)
def test_the_ring_is_filled_as_far_as_the_cycle_is(
    current: str | None, parts: list[str], alternative: str
) -> None:
    source = '{% from "components/ring.html" import ring %}{{ ring(current, ["no target", "no source"]) }}'
    html = render(source, current=current)
    assert re.findall(r"ring__part--(\w+)", html) == parts
    assert f'aria-label="{alternative}"' in html
    assert f"<title>{alternative}</title>" in html


@pytest.mark.parametrize(
    ("value", "percent"), [(1, 0.0), (3, 50.0), (5, 100.0), (7, 100.0), (0, 0.0), (2.5, 37.5)]
)
def test_a_value_is_placed_between_the_ends_of_its_bar(value: float, percent: float) -> None:
    assert components.position(value, 1, 5) == percent


def test_a_bar_without_width_is_empty() -> None:
    assert components.position(3, 0, 0) == 0


@pytest.mark.parametrize(
    ("length", "steps"),
    [
        (1, [4]),
        (2, [1, 7]),
        (3, [1, 4, 7]),
        (4, [1, 3, 5, 7]),
        (5, [1, 2, 4, 6, 7]),
        (7, [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_the_shades_of_a_scale_are_even_about_the_middle(length: int, steps: list[int]) -> None:
    assert [components.scale_step(index, length) for index in range(length)] == steps


def test_the_tone_of_a_state_is_its_own_or_its_word_s() -> None:
    assert [components.tone(value) for value in ("accepted", "DECLINED", "whatever", None)] == [
        "good",
        "problem",
        "quiet",
        "quiet",
    ]
    assert components.tone(SimpleNamespace(tone="attention")) == "attention"


@dataclass
class Held:
    starts_at: datetime
    title: str
    href: str | None = None
    room: str | None = "P. 1"
    lecturers: tuple[str, ...] = ("Lê Thị Hoa", "<i>")
    state: str | None = None
    note: str | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=2)


def test_lines_of_a_timetable_stand_under_the_day_of_the_place_and_are_escaped() -> None:
    late = datetime(2026, 8, 3, 18, tzinfo=UTC)
    written: list[object] = []

    def remarks(about: object) -> str:
        written.append(about)
        return "-"

    days = components.lines_by_day(
        [Held(late, "100 %s <b>", href="/a?b&c"), Held(late - timedelta(hours=9), "%(state)s", room=None)],
        "Asia/Ho_Chi_Minh",
        "[%(href)s|%(title)s|%(room)s|%(lecturers)s|%(about)s|%(hours)s%(state)s]",
        "(%(title)s|%(room)s)",
        lambda hours: f"{hours[0]:%H}-{hours[1]:%H}",
        remarks,
        str,
    )

    assert days == [
        (date(2026, 8, 3), "(%(state)s|)"),
        (date(2026, 8, 4), "[/a?b&amp;c|100 %s &lt;b&gt;|P. 1|Lê Thị Hoa, &lt;i&gt;|-|18-20]"),
    ]
    assert written == [(None, None)]
