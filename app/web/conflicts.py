"""Two versions of one thing, field by field: what is stored, what was typed, and the choice between them.

The page of a conflict carries what is stored as hidden fields beside what was typed, so that the choice needs no
script, and is about what the reader saw. ``with_choices`` puts the chosen values where a form looks for them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, FileField, FormField, HiddenField

CHOICE, STORED = "take-", "stored-"
THEIRS, MINE = "theirs", "mine"


class FieldConflict(NamedTuple):
    """A field that somebody else stored one way while the reader typed it another."""

    label: str
    stored: str
    typed: str
    name: str
    values: tuple[tuple[str, str], ...] = ()
    """What the form would send if nothing but the stored version had been typed."""
    take: str = MINE
    """Which of the two is chosen before the reader chooses."""


class Row(Protocol):
    """One row of a list of rows within a form."""

    def row_key(self) -> str:
        """Return what makes two versions of the row the same row; empty for one that is new."""
        ...

    def row_words(self) -> str:
        """Return the row as one line; empty when the row is left out."""
        ...

    def row_label(self, number: int) -> str:
        """Return how the row is called."""
        ...


def with_choices(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the fields with those whose stored version was chosen put in the place of what was typed."""
    chosen = [
        name.removeprefix(CHOICE)
        for name, value in sent.items()
        if name.startswith(CHOICE) and value == THEIRS
    ]
    if not chosen:
        return sent
    kept = [(name, value) for name, value in sent.items(multi=True) if not _belongs(name, chosen)]
    stored = [
        (name.removeprefix(STORED), value)
        for name, value in sent.items(multi=True)
        if name.startswith(STORED) and _belongs(name.removeprefix(STORED), chosen)
    ]
    return MultiDict(kept + stored)


def conflicts_between(typed: Mapping[str, Field], stored: Mapping[str, Field]) -> Iterator[FieldConflict]:
    """Yield the differences of two fillings of one form, in the order of its fields."""
    for name, field in typed.items():
        if name not in stored or isinstance(field, HiddenField | FileField):
            continue
        if isinstance(field, FieldList):
            yield from _row_conflicts(field, stored[name])
        elif words_of(field) != words_of(stored[name]):
            yield FieldConflict(
                str(field.label.text),
                words_of(stored[name]),
                words_of(field),
                field.name,
                tuple(_values(stored[name], stored[name].name)),
            )


def words_of(field: Any) -> str:
    """Return what a field holds as its reader sees it."""
    if getattr(field, "choices", None):
        return ", ".join(str(label) for _value, label, selected, *_ in field.iter_choices() if selected)
    if isinstance(field, BooleanField):
        return str(gettext("Yes") if field.data else gettext("No"))
    value = field._value() if hasattr(field, "_value") else field.data
    return "" if value is None else str(value)


def _row_conflicts(typed: Any, stored: Any) -> Iterator[FieldConflict]:
    """Yield the rows that differ. One that only the other version has is taken unless the reader says otherwise."""
    theirs: dict[str, Any] = {entry.form.row_key(): entry for entry in stored}
    for number, entry in enumerate(typed, start=1):
        other = theirs.pop(entry.form.row_key(), None)
        was, now = (other.form.row_words() if other else ""), entry.form.row_words()
        if was != now:
            values = tuple(_values(other, entry.name)) if other else ()
            yield FieldConflict(entry.form.row_label(number), was, now, entry.name, values)
    for number, entry in enumerate(theirs.values(), start=len(typed.entries) + 1):
        name = f"{typed.name}-{typed.last_index + number - len(typed.entries)}"
        yield FieldConflict(
            entry.form.row_label(number),
            entry.form.row_words(),
            "",
            name,
            tuple(_values(entry, name)),
            THEIRS,
        )


def _values(field: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values that a browser would send for the field, under the given name."""
    if isinstance(field, FormField):
        for short_name, inner in field.form._fields.items():
            yield from _values(inner, f"{name}-{short_name}")
    elif isinstance(field, BooleanField):
        yield from [(name, "y")] if field.data else []
    elif getattr(field, "choices", None):
        yield from ((name, str(value)) for value, _label, selected, *_ in field.iter_choices() if selected)
    elif hasattr(field, "_value"):
        yield name, str(field._value())
    elif field.data is not None:
        yield name, str(field.data)


def _belongs(name: str, chosen: list[str]) -> bool:
    return any(name == field or name.startswith(f"{field}-") for field in chosen)
