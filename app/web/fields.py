"""Fields that the features share."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Length, Optional, ValidationError

from app.kernel.text import LabelledEnum


class EnumField(SelectField):
    """A choice among the members of an enum, in the reader's language; ``data`` is a member or None."""

    def __init__(
        self,
        label: Any,
        enum: type[LabelledEnum],
        *,
        blank: str | None = None,
        members: Iterable[LabelledEnum] | None = None,
        **options: Any,
    ) -> None:
        self._enum = enum
        self._members = tuple(members or enum)
        self._blank = blank
        super().__init__(label, choices=self._named, coerce=self._member, **options)

    def _named(self) -> list[tuple[str, str]]:
        named = [(member.value, gettext(member.label)) for member in self._members]
        return [("", gettext(self._blank)), *named] if self._blank is not None else named

    def _member(self, value: object) -> LabelledEnum | None:
        return None if value in ("", None) else self._enum(str(value))

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not among the members."""
        if self.data is None and self._blank is not None:
            return
        if self.data not in self._members:
            raise ValidationError(gettext("Choose one of the list."))

    def iter_choices(self) -> Iterator[Choice]:
        """Yield the members, the chosen one marked."""
        chosen = self._value()
        for value, label in self._named():
            yield Choice(value, label, value == chosen, {})

    def _value(self) -> str:
        return self.data.value if isinstance(self.data, LabelledEnum) else ""


class TranslationField(StringField):
    """A translation of a name into one language, kept in the mapping ``source`` of the thing."""

    def __init__(self, label: Any, *, locale: str, source: str, **options: Any) -> None:
        super().__init__(label, [Optional(), Length(max=300)], **options)
        self.locale = locale
        self.source = source


class LinesField(TextAreaField):
    """A list of texts, one a line; blank lines are dropped."""

    def _value(self) -> str:
        return "\n".join(self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Split what was typed."""
        text = valuelist[0] if valuelist else ""
        self.data: Any = [line.strip() for line in text.splitlines() if line.strip()]


def translations_of(form: Iterable[Field], source: str) -> dict[str, str]:
    """Return the translations typed in the form's fields of the given source, blanks left out."""
    fields = [field for field in form if isinstance(field, TranslationField) and field.source == source]
    return {field.locale: field.data.strip() for field in fields if field.data and field.data.strip()}
