"""Forms of the planning."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.planning.stored import write_levels
from app.planning.types import Closed, Level, Spell, TeachingTimes, Wish
from app.scheduling.slots import read_day
from app.web.fields import LinesField
from app.web.forms import BaseForm, VersionedForm

SECONDS = (15, 60, 300)
_PREFIX = "level_"


class LevelField(IntegerField):
    """A slider from "does not matter" to "very important"."""

    widget = widgets.RangeInput()


class LevelForm(BaseForm):
    """The weights: a slider for each wish."""

    @property
    def levels(self) -> dict[Wish, Level]:
        """The weights as they were set. Only for a form that was accepted."""
        return {wish: Level(self[_PREFIX + wish.value].data) for wish in Wish}

    @property
    def sliders(self) -> list[Any]:
        """The fields of the weights."""
        return [self[_PREFIX + wish.value] for wish in Wish]


for _wish in Wish:
    setattr(
        LevelForm,
        _PREFIX + _wish.value,
        LevelField(
            _l(_wish.label),
            [
                InputRequired(_l("Say how much it matters.")),
                NumberRange(
                    min(Level), max(Level), _l("A weight goes from “does not matter” to “very important”.")
                ),
            ],
        ),
    )


def level_values(levels: Mapping[Wish, Level]) -> dict[str, int]:
    """Return weights as a form is filled with them."""
    return {_PREFIX + name: value for name, value in write_levels(levels).items()}


class ProposeForm(LevelForm):
    """What is to be proposed, and how long to look for it."""

    first = DateField(_l("From"), [InputRequired(_l("Name the first day."))])
    last = DateField(_l("To"), [InputRequired(_l("Name the last day."))])
    seconds = SelectField(
        _l("Search for"),
        coerce=int,
        description=_l(
            "A longer search finds better timetables. You may stop it at any time; the best is kept."
        ),
    )
    moving = BooleanField(
        _l("Sessions that have a place may move too"),
        description=_l(
            "Otherwise only sessions without room and link get a place, and hours that modules lack."
        ),
    )

    def validate_last(self, field: Any) -> None:
        """Refuse days in the wrong order, and more than a year."""
        if self.first.data and field.data and not 0 <= (field.data - self.first.data).days <= 400:
            raise ValidationError(_l("The last day comes after the first, and at most a year later."))


class DaysField(SelectMultipleField):
    """Days of the week to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class TimesForm(LevelForm, VersionedForm):
    """Teaching times and weights of an organisation."""

    weekdays = DaysField(_l("Teaching days"), coerce=int)
    morning_from = TimeField(_l("Morning from"), [InputRequired(_l("Say when it begins, such as 08:00."))])
    morning_to = TimeField(_l("Morning to"), [InputRequired(_l("Say when it is over, such as 10:00."))])
    afternoon_from = TimeField(
        _l("Afternoon from"), [InputRequired(_l("Say when it begins, such as 08:00."))]
    )
    afternoon_to = TimeField(_l("Afternoon to"), [InputRequired(_l("Say when it is over, such as 10:00."))])
    session_minutes = IntegerField(
        _l("Longest session in minutes"),
        [
            InputRequired(_l("Say how long a session may be.")),
            NumberRange(30, 480, _l("Between 30 and 480 minutes.")),
        ],
        description=_l("Hours that a module lacks are cut into sessions of about this length."),
    )
    hours_a_day = IntegerField(
        _l("Most hours a day"),
        [
            InputRequired(_l("Say how many hours a day may have.")),
            NumberRange(1, 12, _l("Between 1 and 12 hours.")),
        ],
        description=_l("For trainees and for lecturers."),
    )
    travel_minutes = IntegerField(
        _l("Minutes from one campus to another"),
        [
            InputRequired(_l("Say how long the way takes.")),
            NumberRange(0, 240, _l("Between 0 and 240 minutes.")),
        ],
    )
    in_order = BooleanField(_l("Modules of a course follow each other in their order"))
    closed = LinesField(
        _l("Closed days"),
        description=_l("One a line: first day, last day, name; such as 2027-02-04 2027-02-10 Tết."),
    )

    def validate_closed(self, field: Any) -> None:
        """Refuse lines that name no days."""
        for line in field.data or ():
            if read_closed(line) is None:
                raise ValidationError(_l("Each line begins with two days, such as 2027-02-04 2027-02-10."))

    def validate_weekdays(self, field: Any) -> None:
        """Refuse a week without teaching."""
        if not field.data:
            raise ValidationError(_l("Choose at least one day."))

    def validate_afternoon_to(self, field: Any) -> None:
        """Refuse hours in the wrong order."""
        marks = self._marks
        if marks and not marks[0] < marks[1] <= marks[2] < marks[3]:
            raise ValidationError(_l("The four times come one after the other."))

    def validate_session_minutes(self, field: Any) -> None:
        """Refuse a length for which neither half of the day has the time."""
        if field.data and self._marks:
            begin, noon, after, end = self._marks
            longest = end - begin if noon == after else max(noon - begin, end - after)
            if field.data > longest > 0:
                raise ValidationError(
                    _l(
                        "Neither morning nor afternoon is that long; the longer one has %(count)s minutes.",
                        count=longest,
                    )
                )

    @property
    def _marks(self) -> list[int]:
        """When the two halves of the day begin and end, in minutes after midnight; empty unless all are said."""
        fields = (self.morning_from, self.morning_to, self.afternoon_from, self.afternoon_to)
        said = [one.data for one in fields]
        return [] if None in said else [_minute(one) for one in said]

    @property
    def times(self) -> TeachingTimes:
        """The teaching times as they were set. Only for a form that was accepted."""
        return TeachingTimes(
            levels=self.levels,
            weekdays=tuple(sorted(self.weekdays.data or ())),
            hours=(
                (_minute(self.morning_from.data), _minute(self.morning_to.data)),
                (_minute(self.afternoon_from.data), _minute(self.afternoon_to.data)),
            ),
            session_minutes=self.session_minutes.data or 0,
            hours_a_day=self.hours_a_day.data or 0,
            travel_minutes=self.travel_minutes.data or 0,
            in_order=bool(self.in_order.data),
            closed=tuple(found for line in self.closed.data or () if (found := read_closed(line))),
        )


def times_values(times: TeachingTimes) -> dict[str, Any]:
    """Return teaching times as a form is filled with them."""
    (morning_from, morning_to), *rest = times.hours
    afternoon_from, afternoon_to = rest[-1] if rest else (morning_to, morning_to)
    return {
        **level_values(times.levels),
        "weekdays": list(times.weekdays),
        "morning_from": _clock(morning_from),
        "morning_to": _clock(morning_to),
        "afternoon_from": _clock(afternoon_from),
        "afternoon_to": _clock(afternoon_to),
        "session_minutes": times.session_minutes,
        "hours_a_day": times.hours_a_day,
        "travel_minutes": times.travel_minutes,
        "in_order": times.in_order,
        "closed": [" ".join(one).strip() for one in times.closed],
    }


class AwayForm(BaseForm):
    """Who cannot come, from when to when, and until when sessions may be moved because of it."""

    who = RadioField(_l("Who cannot come?"), [InputRequired(_l("Choose who cannot come."))])
    spell = RadioField(
        _l("When?"),
        [InputRequired(_l("Say when."))],
        choices=[SelectChoice(one.value, _l(one.label)) for one in Spell],
    )
    first = DateField(_l("First day"), [Optional()])
    last = DateField(_l("Last day"), [Optional()])
    until = DateField(
        _l("Sessions may be moved until"),
        [InputRequired(_l("Name the last day on which a session may be."))],
        description=_l("From tomorrow on, within the days of their courses."),
    )
    reason = StringField(_l("Reason"), [Optional(), Length(max=300)])

    def validate_last(self, field: Any) -> None:
        """Ask for both days where several are meant, in their order and not more than a year."""
        if self.spell.data != Spell.DAYS.value:
            return
        if not self.first.data or not field.data:
            raise ValidationError(_l("Name the first and the last day."))
        if not 0 <= (field.data - self.first.data).days <= 400:
            raise ValidationError(_l("The last day comes after the first, and at most a year later."))

    @property
    def person_id(self) -> int | None:
        """The lecturer who was chosen. Only for a form that was accepted."""
        return self._chosen("p")

    @property
    def room_id(self) -> int | None:
        """The room that was chosen. Only for a form that was accepted."""
        return self._chosen("r")

    def _chosen(self, kind: str) -> int | None:
        value = self.who.data or ""
        return int(value[1:]) if value.startswith(kind) else None


def read_closed(line: str) -> Closed | None:
    """Return the closed days that a line names, such as ``2027-02-04 2027-02-10 Tết``; None if it names none."""
    first, _space, rest = line.strip().partition(" ")
    last, _space, name = rest.strip().partition(" ")
    try:
        if read_day(first) > read_day(last):
            return None
    except ValueError:
        return None
    return Closed(first, last, name.strip())


def _minute(clock: time | None) -> int:
    return clock.hour * 60 + clock.minute if clock else 0


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
