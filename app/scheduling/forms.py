"""Forms of the courses and their timetables."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.curriculum.types import TeachingMethod
from app.kernel.errors import DomainError, RuleBroken
from app.kernel.text import N_
from app.scheduling.errors import Busy
from app.scheduling.rules import parse_material
from app.scheduling.slots import instant, read_slot
from app.scheduling.types import Clash
from app.web.fields import EnumField, LinesField, TranslationField
from app.web.forms import BaseForm, VersionedForm

_MOST_DIGITS = 18


def number_or_none(value: object) -> int | None:
    """Return the number of what was chosen; None when nothing was."""
    text = "" if value is None else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else None


class PersonsField(SelectMultipleField):
    """Persons to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class CourseForm(VersionedForm):
    """What is known of a course."""

    version_id = SelectField(
        _l("Curriculum"),
        coerce=number_or_none,
        validators=[InputRequired(_l("Choose the curriculum that is taught."))],
        description=_l("The newest published version; its modules are copied into the course."),
    )
    organisation_id = SelectField(
        _l("Organisation"),
        coerce=number_or_none,
        validators=[InputRequired(_l("Choose who holds the course."))],
    )
    previous_course_id = SelectField(
        _l("Follows"),
        coerce=number_or_none,
        description=_l(
            "The course whose turn this one continues: its open actions and indicators are taken up."
        ),
    )
    campus_id = SelectField(
        _l("Campus"),
        coerce=number_or_none,
        description=_l("The times of the course are those of its campus."),
    )
    code = StringField(_l("Code"), [Optional(), Length(max=60)])
    title = StringField(_l("Title"), [Optional(), Length(max=300)])
    title_en = TranslationField(_l("Title in English"), locale="en", source="titles")
    title_ja = TranslationField(_l("Title in Japanese"), locale="ja", source="titles")
    starts_on = DateField(_l("First day"), [InputRequired(_l("Name the first day."))])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Name the last day."))])
    capacity = IntegerField(
        _l("Places"),
        [
            InputRequired(_l("Say how many places there are.")),
            NumberRange(1, 5000, _l("A course has between 1 and 5,000 places.")),
        ],
    )
    manager_ids = PersonsField(_l("Managers"), coerce=int, validators=[Optional()])


class ReasonForm(BaseForm):
    """Why something is called off."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(_l("Give the reason; it stays on record.")), Length(max=1000)]
    )


class ReleaseForm(BaseForm):
    """Name of a release, and what there is to say about it."""

    name = StringField(
        _l("Name of the release"), [InputRequired(_l("Give the release a name.")), Length(max=200)]
    )
    note = TextAreaField(_l("Note for the readers"), [Optional(), Length(max=2000)])


class SessionForm(VersionedForm):
    """A session on the timetable. Buttons of the page may put a free room or time in place of what was typed."""

    course_module_id = SelectField(_l("Module"), coerce=number_or_none)
    title = StringField(
        _l("Title"), [Optional(), Length(max=300)], description=_l("Left empty, the module’s title is taken.")
    )
    title_en = TranslationField(_l("Title in English"), locale="en", source="titles")
    title_ja = TranslationField(_l("Title in Japanese"), locale="ja", source="titles")
    day = DateField(_l("Day"), [InputRequired(_l("Name the day."))])
    start = TimeField(_l("From"), [InputRequired(_l("Say when it begins, such as 08:00."))])
    end = TimeField(_l("To"), [InputRequired(_l("Say when it is over, such as 10:00."))])
    room_id = SelectField(_l("Room"), coerce=number_or_none)
    online_url = StringField(
        _l("Online at"), [Optional(), Length(max=500)], description=_l("An address that begins with https://")
    )
    method = EnumField(_l("Method"), TeachingMethod, blank=N_("As the module"))
    material_lines = LinesField(
        _l("Materials"), description=_l("One a line: a title, then its address, such as Slides https://…")
    )
    clash_reason = TextAreaField(
        _l("Allow the clash because"),
        [Optional(), Length(max=500)],
        description=_l("Only if it is meant. The reason stays visible on both sessions."),
    )
    allowed_with = HiddenField()
    use_room = StringField(_l("Free room"), [Optional()])
    use_slot = StringField(_l("Free time"), [Optional()])

    clashes: tuple[Clash, ...] = ()

    def hours(self, zone: str) -> tuple[datetime, datetime]:
        """Return from when to when, by the clock of the place. Only for a form that was accepted."""
        day, start, end = self.day.data, self.start.data, self.end.data
        if day is None or start is None or end is None:
            raise ValueError("An accepted form names the day and both times.")
        return instant(day, start, zone), instant(day, end, zone)

    @property
    def materials(self) -> list[tuple[str, str]]:
        """Title and address of each material."""
        return [parse_material(line) for line in self.material_lines.data or ()]

    @property
    def named_clashes(self) -> list[int]:
        """The sessions that the page showed when the reason was asked for."""
        numbers = (number_or_none(part) for part in (self.allowed_with.data or "").split(",")[:100])
        return [number for number in numbers if number is not None]

    def take_suggestion(self, room_ids: Collection[int]) -> None:
        """Put the free room or time whose button was pressed in the place of what was typed.

        Only one of the rooms that the page offers is taken: any number can be sent.
        """
        room = number_or_none(self.use_room.data)
        if room in room_ids:
            self.room_id.data = room
        slot = read_slot(self.use_slot.data or "")
        if slot is not None:
            self.day.data, self.start.data, self.end.data = slot

    def _attach(self, error: DomainError) -> None:
        if isinstance(error, Busy) and error.clashes:
            # The page names the sessions once, beside the ways out; the field only says what it is about.
            super()._attach(RuleBroken(error.brief, field=error.field, holder=error.clashes[0].holder))
        else:
            super()._attach(error)
        if isinstance(error, Busy) and error.clashes:
            self.clashes = error.clashes
            # The reason that is now asked for covers these sessions and no others.
            self.allowed_with.data = ",".join(str(clash.session_id) for clash in error.clashes)

    def _stored_values(self, subject: object) -> dict[str, Any]:
        own = ("clash_reason", "allowed_with", "use_room", "use_slot")
        values = super()._stored_values(subject)
        return {**values, **{name: self._fields[name].data for name in own}}
