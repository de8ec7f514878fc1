"""What no field of any form takes, whatever its own rules."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    FloatField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from app.web.fields import LinesField
from app.web.forms import BaseForm


class AllKinds(BaseForm):
    """A field of each kind, without rules of its own."""

    title = StringField("Title", [InputRequired()])
    note = TextAreaField("Note")
    lines = LinesField("Lines")
    hidden = HiddenField()
    password = PasswordField("Password")
    whole = IntegerField("Whole")
    figure = FloatField("Figure")
    hours = DecimalField("Hours")
    day = DateField("Day")
    hour = DateTimeLocalField("Hour", format="%Y-%m-%dT%H:%M")
    chosen = SelectField("Chosen", coerce=int, validate_choice=False)


def typed(app: Flask, **values: Any) -> AllKinds:
    plain = {
        "title": "Đào tạo",
        "whole": "3",
        "figure": "1.5",
        "hours": "4",
        "day": "2027-01-05",
        "hour": "2027-01-05T08:00",
        "chosen": "1",
    }
    with app.test_request_context("/", method="POST"):
        form = AllKinds(MultiDict({**plain, **values}))
        form.validate()
    return form


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Bồi dưỡng \U0001f393 研修"),
        ("note", "first\r\n\tsecond\n"),
        ("lines", "one\ntwo"),
        ("password", "any \x07 character counts"),
        ("whole", "999999999999999"),
        ("hours", "0.25"),
        ("day", "1900-01-01"),
        ("hour", "2200-12-31T23:59"),
    ],
)
def test_what_people_write_is_taken(app: Flask, name: str, value: str) -> None:
    assert typed(app, **{name: value}).errors == {}


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("title", "Lan\x00Anh", "LanAnh"),
        ("title", "\x1b[31m", "[31m"),
        ("title", "  \u200b\u3000 ", "\u200b"),
        ("note", "x" * 20_001, "x" * 20_000),
        ("note", "\u0085", ""),
        ("lines", "one\n\x00two", ["one", "two"]),
        ("whole", "1000000000000001", None),
        ("whole", "9" * 4000, None),
        ("figure", "inf", None),
        ("figure", "nan", None),
        ("hours", "NaN", None),
        ("hours", "1e400", None),
        ("day", "0001-01-01", None),
        ("day", "9999-12-31", None),
        ("hour", "0001-01-01T00:00", None),
        ("chosen", "9223372036854775808", None),
    ],
)
def test_what_nobody_means_is_refused_in_words_and_not_kept(
    app: Flask, name: str, value: str, left: object
) -> None:
    form = typed(app, **{name: value})

    assert list(form.errors) == [name]
    assert all(str(error).endswith(".") for error in form.errors[name])
    assert form[name].data == left


def test_what_is_wrong_in_a_field_nobody_sees_is_said_at_the_top(app: Flask) -> None:
    form = typed(app, hidden="1\x00")

    assert "cannot be shown" in form.form_errors[0]
    assert form["hidden"].data == "1"


def test_numbers_of_all_kinds_have_a_reach(app: Flask) -> None:
    assert typed(app, hours="999999999999999").hours.data == Decimal(999999999999999)
