"""What no field of any form may hold, whatever its own rules: it could not be stored, reckoned with or read."""

import re
import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from wtforms import Field, FileField, PasswordField

from app.kernel.errors import RuleBroken
from app.kernel.text import UnreadableCharacter
from app.web.form_messages import OUR_WORDS

# Fields with a limit of their own stay far below; this one is for those that have none.
LONGEST_TEXT = 20_000
LARGEST_NUMBER = 10**15
YEARS = range(1900, 2201)

# NUL has no place in PostgreSQL's texts, and the others none in anybody's: but for tab and line breaks.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = f"{string.whitespace}\u00a0\u00ad\u200b\u2060\u3000\ufeff"


class BeyondLimits(RuleBroken):
    """A value is longer, larger, earlier or later than anything that is meant."""


def hold_within_limits(field: Field) -> RuleBroken | None:
    """Return what is wrong with what was typed in the field; None when nothing is.

    What is wrong is taken out of the field as well: its page is shown again, and may look for what was typed.
    """
    if isinstance(field, PasswordField):
        # Never shown, and stored as a hash only: every character counts.
        return None
    if isinstance(field, FileField):
        is_text = isinstance(field.data, str) and field.data != ""
        return BeyondLimits(OUR_WORDS["This field is required."]) if is_text else None
    problem = next(filter(None, map(_text_problem, _texts(field.raw_data))), None)
    if problem is not None:
        field.raw_data = [_readable(part) for part in field.raw_data or ()]
        field.data = _readable(field.data)
    elif (problem := _value_problem(field.data)) is not None:
        field.data = None
    return problem


def missing_words(field: Field) -> RuleBroken | None:
    """Return what is wrong with a field that must be filled in and got nothing that can be seen."""
    is_blank = isinstance(field.data, str) and not field.data.strip(_INVISIBLE)
    if field.flags.required and is_blank and not isinstance(field, PasswordField):
        return BeyondLimits(OUR_WORDS["This field is required."])
    return None


def _texts(parts: object) -> Iterator[str]:
    yield from (part for part in (parts if isinstance(parts, list | tuple) else ()) if isinstance(part, str))


def _readable(value: object) -> object:
    if isinstance(value, str):
        return _UNREADABLE.sub("", value)[:LONGEST_TEXT]
    if isinstance(value, list):
        return [_readable(part) for part in value]
    return value


def _text_problem(text: str) -> RuleBroken | None:
    if len(text) > LONGEST_TEXT:
        return BeyondLimits(OUR_WORDS["Field cannot be longer than %(max)d character."], max=LONGEST_TEXT)
    found = _UNREADABLE.search(text)
    if found is None:
        return None
    return UnreadableCharacter(code=f"U+{ord(found[0]):04X}", position=found.start() + 1)


def _value_problem(value: object) -> RuleBroken | None:
    if isinstance(value, list):
        return next(filter(None, map(_value_problem, value)), None)
    if isinstance(value, date):
        day = BeyondLimits(OUR_WORDS["Not a valid date value."])
        return None if value.year in YEARS else day
    if isinstance(value, Decimal) and not value.is_finite():
        return BeyondLimits(OUR_WORDS["Not a valid decimal value."])
    # No number at all lies on neither side.
    if isinstance(value, int | float | Decimal) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        message = OUR_WORDS["Number must be between %(min)s and %(max)s."]
        return BeyondLimits(message, min=-LARGEST_NUMBER, max=LARGEST_NUMBER)
    return None
