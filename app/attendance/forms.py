"""Forms of the attendance."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import Length, Optional

from app.attendance.types import Entry, Mark, RegisterState, Sheet
from app.web.forms import VersionedForm


class RegisterForm(VersionedForm):
    """The register of a session: for each trainee a mark and a note."""

    reason = TextAreaField(_l("Why it stays incomplete"), [Length(max=500)])

    def entries(self) -> Mapping[int, Entry]:
        """Return what was entered, by person."""
        found: dict[int, Entry] = {}
        for name, field in self._fields.items():
            if name.startswith("mark_"):
                number = name.removeprefix("mark_")
                note = self._fields[f"note_{number}"].data or ""
                found[int(number)] = Entry(Mark(field.data) if field.data else None, note)
        return found


class StoredRegister:
    """A register as the form's fields see it."""

    def __init__(self, sheet: Sheet) -> None:
        self.version = sheet.version
        self.reason = sheet.reason if sheet.state is RegisterState.INCOMPLETE else ""
        for line in sheet.lines:
            setattr(self, f"mark_{line.person_id}", line.entry.mark.value if line.entry.mark else None)
            setattr(self, f"note_{line.person_id}", line.entry.note)


def register_form(sheet: Sheet, labels: Mapping[Mark, str]) -> type[RegisterForm]:
    """Return the form with the fields of everybody in the register."""
    fields: dict[str, Any] = {}
    for line in sheet.lines:
        choices = [SelectChoice(mark.value, label) for mark, label in labels.items()]
        fields[f"mark_{line.person_id}"] = RadioField(line.full_name, [Optional()], choices=choices)
        fields[f"note_{line.person_id}"] = StringField(line.full_name, [Length(max=300)])
    return type("RegisterForm", (RegisterForm,), fields)
