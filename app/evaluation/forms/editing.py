"""Forms of instruments, waves and imports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    FileField,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from app.evaluation.errors import QuestionsRefused
from app.evaluation.import_plan import ImportSettings, parse_lines
from app.evaluation.types import WITH_OPTIONS, ItemKind, Option, Question
from app.kernel.errors import DomainError
from app.web.fields import EnumField, LinesField, TranslationField
from app.web.forms import BaseForm, VersionedForm

# How many empty places for further questions the page offers; saving offers as many anew.
SPARE_QUESTIONS = 3
MOST_QUESTIONS = 100


class QuestionForm(BaseForm):
    """One question of an instrument; one without text is left out."""

    position = IntegerField(_l("Its place in the order"), [Optional(), NumberRange(1, 200)])
    code = StringField(
        _l("Code"),
        [
            Optional(),
            Length(max=40),
            Regexp(r"[A-Za-z][A-Za-z0-9_-]*$", message=_l("Use letters, digits, - and _ only.")),
        ],
        description=_l("Short; figures of later courses are compared by it"),
    )
    kind = EnumField(_l("Kind"), ItemKind)
    required = BooleanField(_l("Must be answered"))
    is_reversed = BooleanField(
        _l("Worded the other way round"),
        description=_l("For an agreement scale: its answers are turned where the scale is computed"),
    )
    text = TextAreaField(_l("Question"), [Length(max=500)])
    text_en = TextAreaField(_l("Question in English"), [Length(max=500)])
    text_ja = TextAreaField(_l("Question in Japanese"), [Length(max=500)])
    options = LinesField(
        _l("Options"),
        description=_l("One a line, the lowest first. Translations after a bar: Đồng ý | Agree | そう思う"),
    )
    minimum = IntegerField(_l("Lowest number"), [Optional(), NumberRange(-1000, 1000)])
    maximum = IntegerField(_l("Highest number"), [Optional(), NumberRange(-1000, 1000)])

    def row_key(self) -> str:
        """Return the code, which is what a question is known by."""
        return str(self.code.data or "")

    def row_words(self) -> str:
        """Return the question as one line; an option stands between bars."""
        if not self.text.data:
            return ""
        parts = [
            self.code.data or "",
            gettext(self.kind.data.label) if self.kind.data else "",
            self.text.data,
            gettext("Worded the other way round") if self.is_reversed.data else "",
        ]
        return " · ".join(part for part in (*parts, *(self.options.data or ())) if part)

    def row_label(self, number: int) -> str:
        """Return how the question is called."""
        return str(gettext("Question %(number)s", number=number))

    def question(self) -> Question:
        """Return what was typed."""
        kind = self.kind.data
        has_options = kind in WITH_OPTIONS
        is_number = kind is ItemKind.NUMBER
        return Question(
            code=self.code.data or "",
            kind=kind,
            text=self.text.data or "",
            texts=_translations(en=self.text_en.data, ja=self.text_ja.data),
            required=bool(self.required.data),
            options=tuple(map(_option, self.options.data or ())) if has_options else (),
            minimum=self.minimum.data if is_number else None,
            maximum=self.maximum.data if is_number else None,
            is_reversed=bool(self.is_reversed.data),
        )


class InstrumentForm(VersionedForm):
    """A draft: its words and all of its questions on one page."""

    title = StringField(_l("Title"), [InputRequired(), Length(max=300)])
    title_en = TranslationField(_l("Title in English"), locale="en", source="titles")
    title_ja = TranslationField(_l("Title in Japanese"), locale="ja", source="titles")
    introduction = TextAreaField(_l("Introduction"), [Length(max=2000)])
    introduction_en = TextAreaField(_l("Introduction in English"), [Length(max=2000)])
    introduction_ja = TextAreaField(_l("Introduction in Japanese"), [Length(max=2000)])
    questions = FieldList(FormField(QuestionForm), label=_l("Questions"), max_entries=MOST_QUESTIONS)

    def asked(self) -> tuple[Question, ...]:
        """Return the questions that have a text, in the order of their places."""
        kept = [entry.form for entry in self.questions if entry.form.text.data]
        # A question without a place comes where it stands on the page.
        places = {id(form): form.position.data or number for number, form in enumerate(kept, start=1)}
        return tuple(form.question() for form in sorted(kept, key=lambda form: places[id(form)]))

    def introductions(self) -> dict[str, str]:
        """Return the translations of the introduction."""
        return _translations(en=self.introduction_en.data, ja=self.introduction_ja.data)

    def validate(self, *args: Any, **options: Any) -> bool:
        """Check the fields; a question that has a text needs a code."""
        is_valid = super().validate(*args, **options)
        for entry in self.questions:
            if entry.form.text.data and not entry.form.code.data:
                entry.form.code.errors = [*entry.form.code.errors, gettext("Give this question a code.")]
                is_valid = False
        return is_valid

    def offer_spare_places(self) -> None:
        """Put empty places for further questions at the end."""
        for _place in range(min(SPARE_QUESTIONS, MOST_QUESTIONS - len(self.questions))):
            self.questions.append_entry()

    def _attach(self, error: DomainError) -> None:
        super()._attach(error)
        if not isinstance(error, QuestionsRefused):
            return
        for problem in error.problems:
            for entry in self.questions:
                if entry.form.text.data and entry.form.code.data == problem.item_code:
                    message = gettext(problem.message, **problem.parameters)
                    entry.form.code.errors = [*entry.form.code.errors, message]


class StoredInstrument:
    """An instrument as its form's fields see it."""

    def __init__(self, instrument: Any, questions: Sequence[Question]) -> None:
        self.version = instrument.version
        self.title, self.titles = instrument.title, instrument.titles
        self.introduction = instrument.introduction
        self.introduction_en = instrument.introductions.get("en", "")
        self.introduction_ja = instrument.introductions.get("ja", "")
        self.questions = [
            question_values(question, position) for position, question in enumerate(questions, start=1)
        ]


class InstrumentStartForm(BaseForm):
    """A new instrument, before its questions."""

    organisation = SelectField(_l("Organisation"), coerce=int)
    code = StringField(
        _l("Code"),
        [InputRequired(), Length(max=40)],
        description=_l("Versions of one instrument share it"),
    )
    title = StringField(_l("Title"), [InputRequired(), Length(max=300)])
    with_standard = BooleanField(_l("Begin with the standard questions"), default=True)


class WaveForm(VersionedForm):
    """A collection about a course. Both hours are those of the course's zone."""

    title = StringField(_l("Title"), [InputRequired(), Length(max=200)])
    instrument = SelectField(_l("Instrument"), coerce=int)
    opens_at = DateTimeLocalField(
        _l("Opens"), [InputRequired()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    closes_at = DateTimeLocalField(
        _l("Closes"), [InputRequired()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )

    def window(self, time_zone: str) -> tuple[datetime, datetime]:
        """Return both hours as instants."""
        zone = ZoneInfo(time_zone)
        opens_at, closes_at = self.opens_at.data, self.closes_at.data
        if opens_at is None or closes_at is None:
            raise ValueError("The window is asked for before the form was accepted.")
        return opens_at.replace(tzinfo=zone), closes_at.replace(tzinfo=zone)


class PeriodForm(BaseForm):
    """From which to which day waves closed that are pooled."""

    first = DateField(_l("Closed from"), [Optional()], name="from")
    last = DateField(_l("Closed until"), [Optional()], name="to")


class EvaluationImportForm(BaseForm):
    """A file of past answers and how it is read."""

    file = FileField(_l("File (XLSX or CSV)"), [InputRequired()])
    organisation = SelectField(_l("Organisation that held the courses"), coerce=int)
    curriculum_version = SelectField(_l("Curriculum of the courses"), coerce=int)
    instrument = SelectField(_l("Instrument"), coerce=int)
    period = StringField(
        _l("Name of the period"), [InputRequired(), Length(max=200)], description=_l("For example: 2016-2018")
    )
    event_column = StringField(
        _l("Column with the event"), [Length(max=200)], description=_l("Each event becomes a course")
    )
    other_event_column = StringField(
        _l("Column with events typed by hand"),
        [Length(max=200)],
        description=_l("Where it is filled in, it goes before the other column"),
    )
    unnamed_event = StringField(_l("Course for answers without an event"), [InputRequired(), Length(max=200)])
    date_column = StringField(
        _l("Column with the day of the answer"),
        [Length(max=200)],
        description=_l("Only the first and the last day of an event are kept"),
    )
    earliest_close = DateField(
        _l("No collection closed before"),
        [Optional()],
        description=_l("For a file that follows upon another one"),
    )
    columns = LinesField(
        _l("Further columns"), description=_l("One a line: heading in the file = code of the question")
    )
    words = LinesField(
        _l("Further words"), description=_l("One a line: word in the file = word of the instrument")
    )
    events = LinesField(
        _l("Events spelled in several ways"),
        description=_l("One a line: name in the file = name that counts"),
    )

    def settings(self) -> ImportSettings:
        """Return how the file is to be read; raises UnreadableSettings."""
        return ImportSettings(
            event_column=self.event_column.data or "",
            other_event_column=self.other_event_column.data or "",
            date_column=self.date_column.data or "",
            earliest_close=self.earliest_close.data,
            unnamed_event=self.unnamed_event.data or "",
            columns=parse_lines(self.columns.data or ()),
            words=parse_lines(self.words.data or ()),
            events=parse_lines(self.events.data or ()),
        )


def question_values(question: Question, position: int) -> dict[str, Any]:
    """Return a question as the fields of its form show it."""
    return {
        "position": position,
        "code": question.code,
        "kind": question.kind,
        "required": question.required,
        "text": question.text,
        "text_en": question.texts.get("en", ""),
        "text_ja": question.texts.get("ja", ""),
        "options": [_line(option) for option in question.options],
        "minimum": question.minimum,
        "maximum": question.maximum,
        "is_reversed": question.is_reversed,
    }


def _line(option: Option) -> str:
    parts = [option.text, option.texts.get("en", ""), option.texts.get("ja", "")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def _option(line: str) -> Option:
    text, *others = (part.strip() for part in line.split("|"))
    return Option(text, _translations(**dict(zip(("en", "ja"), others, strict=False))))


def _translations(**texts: str | None) -> dict[str, str]:
    return {locale: text for locale, text in texts.items() if text}
