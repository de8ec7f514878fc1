"""How the trail is written and read."""

from collections.abc import Mapping

from app.audit.types import FieldChange
from app.kernel.db import JsonValue

# Nobody reads more at one look; the export and the trail itself hold all.
MOST_CHANGES_SHOWN = 100


def flatten_changes(changes: Mapping[str, JsonValue]) -> list[FieldChange]:
    """Return the changes of a unit of work field by field, as many as anybody reads."""
    flat: list[FieldChange] = []
    for row, fields in changes.items():
        if not isinstance(fields, dict):
            continue
        for label, pair in fields.items():
            before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
            flat.append(FieldChange(row, label, before, after))
            if len(flat) == MOST_CHANGES_SHOWN:
                return flat
    return flat


def changes_of(changes: list[FieldChange], subject: str, subject_id: int) -> list[FieldChange]:
    """Return those changes that are of the thing itself; all when its row is called otherwise."""
    own = [
        c
        for c in changes
        if c.row.rpartition(" ")[2] == str(subject_id) and subject.replace(" ", "_") in c.row
    ]
    return own or changes
