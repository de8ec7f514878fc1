"""Forms of the programs and curricula."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.curriculum.types import ModuleDraft, TeachingMethod
from app.web.fields import EnumField, TranslationField, translations_of
from app.web.forms import BaseForm, VersionedForm

MOST_MODULES = 80
_BLANK_ROWS = 2
_YEARS = (1900, 2200)
_LEAST_HOURS, _MOST_HOURS = Decimal("0.25"), Decimal(2000)


class ProgramForm(VersionedForm):
    """What is known of a program."""

    code = StringField(_l("Code"), [InputRequired(), Length(max=40)])
    title = StringField(_l("Title"), [InputRequired(), Length(max=300)])
    title_en = TranslationField(_l("Title in English"), locale="en", source="titles")
    title_ja = TranslationField(_l("Title in Japanese"), locale="ja", source="titles")
    purpose = TextAreaField(_l("Purpose"), [Length(max=4000)], description=_l("What the program is to reach"))
    first_year = IntegerField(_l("First year"), [Optional(), NumberRange(*_YEARS)])
    last_year = IntegerField(
        _l("Last year"), [Optional(), NumberRange(*_YEARS)], description=_l("Empty while it goes on")
    )


class NewProgramForm(ProgramForm):
    """A program to be begun, with its owner."""

    organisation_id = SelectField(_l("Owner"), coerce=int)


class CurriculumForm(VersionedForm):
    """The names of a curriculum."""

    code = StringField(_l("Code"), [InputRequired(), Length(max=40)])
    title = StringField(_l("Title"), [InputRequired(), Length(max=300)])
    title_en = TranslationField(_l("Title in English"), locale="en", source="titles")
    title_ja = TranslationField(_l("Title in Japanese"), locale="ja", source="titles")


class NewCurriculumForm(CurriculumForm):
    """A curriculum to be begun, in its program."""

    program_id = SelectField(_l("Program"), coerce=int)


class HoursField(DecimalField):
    """Hours, written with a point or, as in Vietnam, with a comma."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read both ways of writing a part of an hour."""
        written = [text.replace(",", ".") for text in valuelist if text.strip()]
        self.data = None
        super().process_formdata(written)

    def _value(self) -> str:
        """Show what was typed, else the hours without idle zeros."""
        if self.raw_data or self.data is None:
            return str(self.raw_data[0]) if self.raw_data else ""
        return f"{self.data.normalize():f}"


class ModuleForm(BaseForm):
    """One module in the list of a draft; a row without title, hours and objectives is blank and is left out."""

    id = HiddenField()
    position = IntegerField(_l("Number"), [Optional()])
    title = StringField(_l("Title"), [Length(max=300)])
    title_en = TranslationField(_l("Title in English"), locale="en", source="titles")
    title_ja = TranslationField(_l("Title in Japanese"), locale="ja", source="titles")
    hours = HoursField(_l("Hours"))
    method = EnumField(_l("Method"), TeachingMethod)
    objectives = TextAreaField(_l("Objectives"), [Length(max=4000)])
    remove = BooleanField(_l("Remove this module"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written in it."""
        return not (
            self.title.data or self.objectives.data or (self.hours.raw_data and any(self.hours.raw_data))
        )

    def row_key(self) -> str:
        """Return the number of the module on record."""
        return str(self.id.data or "")

    def row_words(self) -> str:
        """Return the module as one line."""
        if self.is_left_out:
            return ""
        hours = f"{self.hours.data.normalize():f}" if self.hours.data else "–"
        return (
            f"{self.title.data} · {hours} · {gettext(self.method.data.label)} · {self.objectives.data or ''}"
        )

    def row_label(self, number: int) -> str:
        """Return how the module is called."""
        return str(gettext("Module %(number)s", number=number))

    @property
    def is_left_out(self) -> bool:
        """Whether the row makes no module."""
        return self.is_blank or bool(self.remove.data)

    def validate_title(self, field: StringField) -> None:
        """A module that is kept has a title."""
        if not self.is_left_out and not field.data:
            raise ValidationError(gettext("Write a title."))

    def validate_hours(self, field: HoursField) -> None:
        """A module that is kept takes time."""
        if self.is_left_out or field.errors:
            return
        if field.data is None or not _LEAST_HOURS <= field.data <= _MOST_HOURS:
            raise ValidationError(gettext("Write the hours, for example 4 or 1.5."))

    def draft(self) -> ModuleDraft:
        """Return the module as it was entered."""
        number = str(self.id.data or "")
        return ModuleDraft(
            title=self.title.data or "",
            titles=translations_of(self, "titles"),
            hours=self.hours.data or Decimal(0),
            method=self.method.data,
            objectives=self.objectives.data or "",
            position=self.position.data,
            id=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None,
        )


class VersionForm(VersionedForm):
    """All modules of a draft on one page, with blank rows at the end for further ones."""

    note = TextAreaField(
        _l("What is new in this version"),
        [Length(max=2000)],
        description=_l("For those who use the last one"),
    )
    modules = FieldList(FormField(ModuleForm), max_entries=MOST_MODULES)

    def add_blank_rows(self) -> None:
        """Offer room for further modules."""
        for _number in range(min(_BLANK_ROWS, MOST_MODULES - len(self.modules))):
            self.modules.append_entry()

    def drafts(self) -> list[ModuleDraft]:
        """Return the modules that are to stand."""
        return [row.form.draft() for row in self.modules if not row.form.is_left_out]
