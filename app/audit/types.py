"""Words of the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.kernel.access import Role
from app.kernel.db import JsonValue


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a row as it was and as it is since."""

    row: str
    label: str
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One fact of the trail, to be read."""

    id: int
    at: datetime
    who: str
    person_id: int | None
    role: Role | None
    action: str
    subject: str
    subject_id: int | None
    reason: str | None
    details: dict[str, JsonValue]
    changes: Sequence[FieldChange]
    request_id: str | None
