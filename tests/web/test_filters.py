from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from app.kernel.periods import DatePeriod, Period
from app.kernel.text import N_, LabelledEnum
from app.web import filters
from tests.support.component_app import make_component_app

ZONE = "Asia/Ho_Chi_Minh"
APP = make_component_app()


class Colour(LabelledEnum):
    RED = "red", N_("Red")


@pytest.fixture(autouse=True)
def _request() -> object:
    with APP.test_request_context():
        yield


def at(day: int, hour: int, minute: int = 0, *, month: int = 8) -> datetime:
    """An instant of 2026, in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "day", "written"),
    [
        ("en", date(2026, 8, 3), "3 Aug 2026"),
        ("vi", date(2026, 8, 3), "03/8/2026"),
        ("vi", date(2026, 2, 14), "14/02/2026"),
        ("vi", date(2026, 12, 14), "14/12/2026"),
        ("ja", date(2026, 8, 3), "2026年8月3日"),
    ],
)
def test_a_day_is_written_as_its_language_writes_it(locale: str, day: date, written: str) -> None:
    with force_locale(locale):
        assert filters.write_date(day) == written


@pytest.mark.parametrize(
    ("locale", "last", "written"),
    [
        ("en", date(2026, 8, 3), "3 Aug 2026"),
        ("en", date(2026, 8, 7), "3–7 Aug 2026"),
        ("en", date(2026, 10, 2), "3 Aug – 2 Oct 2026"),
        ("en", date(2027, 1, 2), "3 Aug 2026 – 2 Jan 2027"),
        ("vi", date(2026, 8, 7), "03–07/8/2026"),
        ("vi", date(2026, 10, 2), "03/8–02/10/2026"),
        ("vi", date(2027, 1, 2), "03/8/2026 – 02/01/2027"),
        ("ja", date(2026, 8, 7), "2026年8月3日～7日"),
        ("ja", date(2026, 10, 2), "2026年8月3日～10月2日"),
        ("ja", date(2027, 1, 2), "2026年8月3日～2027年1月2日"),
    ],
)
def test_a_period_of_days_says_month_and_year_once(locale: str, last: date, written: str) -> None:
    with force_locale(locale):
        assert filters.write_period((date(2026, 8, 3), last)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (DatePeriod(date(2026, 8, 3), date(2026, 8, 8)), "3–7 Aug 2026"),
        (DatePeriod(date(2026, 8, 3)), "from 3 Aug 2026"),
        (Period(at(3, 1), at(3, 4, 30)), "3 Aug 2026, 08:00–11:30"),
        (Period(at(2, 17), at(7, 17)), "3–7 Aug 2026"),
        ((at(3, 1), at(4, 4)), "3 Aug 2026, 08:00 – 4 Aug 2026, 11:00"),
        ((at(31, 18, month=7), None), "from 1 Aug 2026"),
        ((None, None), "–"),
    ],
)
def test_a_period_is_written_in_the_zone_of_the_place(value: Period, written: str) -> None:
    assert filters.write_period(value, ZONE) == written


def test_an_instant_is_written_as_the_clock_of_the_place_shows_it() -> None:
    late = at(3, 18, 5)
    assert filters.write_datetime_in(late, ZONE) == "4 Aug 2026, 01:05"
    assert filters.write_datetime_in(late, "Europe/Berlin") == "3 Aug 2026, 20:05"
    assert filters.write_period((late, at(3, 19)), "Europe/Berlin") == "3 Aug 2026, 20:05–21:00"
    assert filters.write_time(late, ZONE) == "01:05"
    assert filters.write_time(time(7, 30)) == "07:30"
    assert filters.write_date(late, ZONE) == "4 Aug 2026"


@pytest.mark.parametrize(
    ("locale", "written"),
    [("en", "Monday, 3 Aug 2026"), ("vi", "03/8/2026"), ("ja", "2026年8月3日")],
)
def test_a_day_with_its_weekday(locale: str, written: str) -> None:
    with force_locale(locale):
        assert written in filters.write_weekday_date(date(2026, 8, 3))


@pytest.mark.parametrize(
    ("locale", "value", "digits", "written"),
    [
        ("en", 1234567, None, "1,234,567"),
        ("vi", 1234567, None, "1.234.567"),
        ("vi", 4.3, 2, "4,30"),
        ("ja", Decimal("4.126"), 2, "4.13"),
        ("en", 4.5, 0, "4"),
        ("vi", -0.001, 2, "0,00"),
        ("en", -0.5, 0, "0"),
        ("en", -0.006, 2, "-0.01"),
    ],
)
def test_a_number_is_written_as_its_language_writes_it(
    locale: str, value: float, digits: int | None, written: str
) -> None:
    with force_locale(locale):
        assert filters.write_number(value, digits) == written


def test_a_share_is_written_as_a_percentage() -> None:
    assert filters.write_percent(0.785) == "78%"
    assert filters.write_percent(0.785, 1) == "78.5%"
    with force_locale("vi"):
        assert filters.write_percent(0.785, 1) == "78,5%"


def test_the_label_of_a_member_is_shown_and_other_values_as_they_are() -> None:
    assert [filters.write_label(value) for value in (Colour.RED, "as it is", 3)] == ["Red", "as it is", "3"]


@pytest.mark.parametrize(
    "write",
    [
        filters.write_date,
        filters.write_weekday_date,
        filters.write_time,
        filters.write_datetime_in,
        filters.write_number,
        filters.write_percent,
        filters.write_label,
    ],
)
def test_nothing_is_written_as_a_dash(write: object) -> None:
    assert callable(write)
    assert write(None) == "–"


def test_text_becomes_paragraphs_and_never_markup() -> None:
    text = "Một <b>dòng</b>\r\ndòng hai\n\n\n\nđoạn hai"
    assert filters.write_paragraphs(text) == (
        "<p>Một &lt;b&gt;dòng&lt;/b&gt;<br>dòng hai</p>\n<p>đoạn hai</p>"
    )
    assert filters.write_paragraphs(None) == ""


def test_every_filter_is_given_to_the_templates() -> None:
    app = Flask("bare")
    filters.register(app)
    names = {
        "date",
        "weekday_date",
        "time",
        "datetime_in",
        "period",
        "number",
        "percent",
        "label",
        "paragraphs",
    }
    assert names <= set(app.jinja_env.filters)
