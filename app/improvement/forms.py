"""Forms of the improvement."""

import math
from typing import Any

from babel.numbers import get_decimal_symbol
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FloatField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from app.improvement.types import (
    CauseCategory,
    Decision,
    Direction,
    FindingKind,
    IndicatorSource,
    KirkpatrickLevel,
)
from app.kernel.text import N_
from app.web.fields import EnumField, LinesField
from app.web.forms import VersionedForm, locale_code

_TEXT = 4000
_DIGITS = 3


class FigureField(FloatField):
    """A number, with a decimal point or comma.

    One that was calculated is shown with few digits, and stays as exact as it was if nobody changes what is shown.
    """

    # A browser's own field for numbers shows nothing when it is given a comma.
    widget = TextInput()

    def __init__(self, label: Any, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, render_kw={"inputmode": "decimal"}, **options)

    def _value(self) -> str:
        """What was typed, else the number without needless digits."""
        return str(self.raw_data[0]) if self.raw_data else _written(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; what is no number is said so."""
        text = str(valuelist[0]).strip().replace(",", ".") if valuelist else ""
        if not text:
            self.data = None
            return
        if text == _written(self.object_data).replace(",", "."):
            self.data = self.object_data
            return
        try:
            self.data = float(text)
        except ValueError:
            self.data = math.nan
        if not math.isfinite(self.data):
            self.data = None
            raise ValueError(gettext("Write a number, for example 4.2."))


def _written(value: float | None) -> str:
    """The number as the reader writes it, without separators between thousands."""
    if value is None:
        return ""
    text = f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")
    return text.replace(".", get_decimal_symbol(locale_code()))


def number_or_none(value: object) -> int | None:
    """The number of what was chosen; None for nothing."""
    return None if value in ("", None, "None") else int(str(value))


class ObjectiveForm(VersionedForm):
    """What the turn wants to reach."""

    text = TextAreaField(_l("Objective"), [InputRequired(), Length(max=_TEXT)])
    level = EnumField(
        _l("Kirkpatrick level"),
        KirkpatrickLevel,
        description=_l("At least one objective has to go beyond reaction."),
    )


class IndicatorForm(VersionedForm):
    """A measured objective."""

    name = StringField(_l("Indicator"), [InputRequired(), Length(max=300)])
    objective_id = SelectField(_l("Objective"), coerce=number_or_none, validators=[Optional()])
    source = EnumField(_l("Source"), IndicatorSource, description=_l("Where the figure comes from."))
    source_key = SelectField(
        _l("Evaluation item"),
        validators=[Optional()],
        description=_l("Only for the mean of an evaluation item."),
    )
    unit = StringField(
        _l("Unit"),
        [Length(max=20)],
        description=_l("Only for figures entered by hand, for example % or hours."),
    )
    direction = EnumField(_l("Direction"), Direction)
    target = FigureField(_l("Target"), [Optional()], description=_l("Shares are in percent, for example 80."))
    minimum_n = IntegerField(
        _l("Minimum n"),
        [Optional(), NumberRange(1, 100_000)],
        description=_l("With fewer cases the result is “insufficient data”, never “met”."),
    )
    baseline = FigureField(_l("Baseline"), [Optional()], description=_l("Where the figure stands today."))
    baseline_none_because = StringField(_l("No baseline, because"), [Length(max=500)])


class AmendmentForm(VersionedForm):
    """A change of a locked target."""

    target = FigureField(_l("New target"), [InputRequired()])
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(), Length(max=_TEXT)],
        description=_l("It stays on record, with the old target, beside the result."),
    )


class DeviationForm(VersionedForm):
    """What went otherwise than planned."""

    text = TextAreaField(_l("What went otherwise than planned"), [InputRequired(), Length(max=_TEXT)])
    noticed_on = DateField(_l("Noticed on"), [InputRequired()])
    course_session_id = SelectField(_l("Session"), coerce=number_or_none, validators=[Optional()])


class MeasurementForm(VersionedForm):
    """A figure entered by hand."""

    actual = FigureField(_l("Figure"), [InputRequired()])
    actual_n = IntegerField(
        _l("n"),
        [InputRequired(), NumberRange(0, 10_000_000)],
        description=_l("How many cases the figure rests on."),
    )
    actual_low = FigureField(_l("Lower end of the 95 % interval"), [Optional()])
    actual_high = FigureField(_l("Upper end of the 95 % interval"), [Optional()])


class NotMeasurableForm(VersionedForm):
    """Why there is no figure."""

    not_measurable_because = TextAreaField(
        _l("Not measurable, because"), [InputRequired(), Length(max=_TEXT)]
    )


class FindingForm(VersionedForm):
    """A gap or a strength."""

    kind = EnumField(_l("Kind"), FindingKind)
    text = TextAreaField(_l("What was found"), [InputRequired(), Length(max=_TEXT)])
    indicator_id = SelectField(_l("Indicator"), coerce=number_or_none, validators=[Optional()])
    evidence = TextAreaField(_l("Evidence"), [Length(max=_TEXT)], description=_l("What shows it."))
    cause_category = EnumField(
        _l("Cause: category"),
        CauseCategory,
        blank=N_("Not known yet"),
        description=_l("A gap needs a category, or the chain of whys."),
    )
    whys = LinesField(
        _l("Why? Ask five times"),
        description=_l("One answer a line; each line is the reason of the one above."),
    )
    cause = TextAreaField(_l("The cause in one sentence"), [Length(max=_TEXT)])


class DecisionForm(VersionedForm):
    """What becomes of a finding."""

    decision = EnumField(_l("Decision"), Decision)
    decision_reason = TextAreaField(
        _l("Reason"), [Length(max=_TEXT)], description=_l("Needed when the finding is accepted as it is.")
    )


class ConclusionForm(VersionedForm):
    """What the turn leaves behind."""

    standard_changed = TextAreaField(
        _l("Standard changed"),
        [Length(max=_TEXT)],
        description=_l("Which chapter of the handbook, which template, which rule is different now."),
    )
    standard_none_because = TextAreaField(_l("No standard changed, because"), [Length(max=_TEXT)])
    trainee_summary = TextAreaField(
        _l("You said, we did"),
        [Length(max=_TEXT)],
        description=_l("For the trainees: what they told us, and what we made of it."),
    )


class ActionForm(VersionedForm):
    """An answer to a finding."""

    title = StringField(_l("Action"), [InputRequired(), Length(max=500)])
    finding_id = SelectField(_l("Answers the finding"), coerce=number_or_none, validators=[Optional()])
    owner_id = SelectField(_l("Owner"), coerce=number_or_none, validators=[Optional()])
    due_on = DateField(_l("Due on"), [Optional()])
    indicator_id = SelectField(
        _l("Indicator that will show its effect"), coerce=number_or_none, validators=[Optional()]
    )


class DoneForm(VersionedForm):
    """What shows that an action is done."""

    evidence = TextAreaField(
        _l("Evidence"),
        [InputRequired(), Length(max=_TEXT)],
        description=_l("What shows that it is done: a document, a date, a place to look at."),
    )


class ReasonForm(VersionedForm):
    """A step that has to say why."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(), Length(max=_TEXT)], description=_l("It stays on record.")
    )


class StepForm(VersionedForm):
    """A step forward; it needs no more than the version it was decided upon."""


class TakeOverForm(VersionedForm):
    """Which action of the turn before is taken over."""

    action_id = IntegerField(_l("Action"), [InputRequired()])
