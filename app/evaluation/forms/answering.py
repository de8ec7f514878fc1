"""The form of an instrument, made from its questions."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Field, IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.evaluation.errors import AnswersRefused
from app.evaluation.rules import COMMENT_LENGTH
from app.evaluation.types import ItemKind, Question
from app.kernel.errors import DomainError
from app.web.forms import BaseForm
from app.web.text import translated

# More numbers than these are typed, not tapped.
_MOST_TILES = 11


class AnswerForm(BaseForm):
    """The questions of one instrument; its fields are made by ``answer_form``."""

    asked: tuple[Question, ...] = ()

    def answers(self) -> dict[str, object]:
        """Return what was answered, by the codes of the questions."""
        return {
            question.code: _value(question, field.data)
            for question, field in zip(self.asked, self, strict=True)
        }

    def parts(self) -> list[tuple[Question, Field]]:
        """Return each question with its field."""
        return list(zip(self.asked, self, strict=True))

    def _attach(self, error: DomainError) -> None:
        super()._attach(error)
        if isinstance(error, AnswersRefused):
            fields = {question.code: field for question, field in self.parts()}
            for problem in error.problems:
                if field := fields.get(problem.item_code):
                    field.errors = [*field.errors, gettext(problem.message, **problem.parameters)]


def answer_form(questions: Sequence[Question]) -> type[AnswerForm]:
    """Return the form that asks these questions in the reader's language."""
    fields = {f"q{place}": _field(question) for place, question in enumerate(questions, start=1)}
    return type("InstrumentAnswerForm", (AnswerForm,), {**fields, "asked": tuple(questions)})


def _field(question: Question) -> Any:
    label = translated(question.text, question.texts)
    must = [InputRequired(gettext("Please answer this question."))] if question.required else [Optional()]
    match question.kind:
        case ItemKind.LIKERT | ItemKind.CHOICE | ItemKind.MIDDLE:
            return _tiles(label, must, _words(question))
        case ItemKind.SEVERAL:
            choices = [SelectChoice(str(place), word) for place, word in _words(question)]
            return SelectMultipleField(label, must, choices=choices)
        case ItemKind.NUMBER:
            low, high = question.minimum or 0, question.maximum or 0
            if high - low < _MOST_TILES:
                return _tiles(label, must, [(number, str(number)) for number in range(low, high + 1)])
            return IntegerField(label, [*must, NumberRange(low, high)])
        case ItemKind.TEXT:
            return TextAreaField(label, [*must, Length(max=COMMENT_LENGTH)])


def _words(question: Question) -> list[tuple[int, str]]:
    return list(enumerate((translated(option.text, option.texts) for option in question.options), start=1))


def _tiles(label: str, must: list[Any], options: list[tuple[int, str]]) -> RadioField:
    return RadioField(label, must, choices=[SelectChoice(str(value), word) for value, word in options])


def _value(question: Question, data: object) -> object:
    if isinstance(data, list):
        return [int(place) for place in data if place.isascii() and place.isdigit()]
    is_tile = question.kind is not ItemKind.TEXT and isinstance(data, str)
    if is_tile and isinstance(data, str):
        return int(data) if data.isascii() and data.isdigit() else None
    return data
