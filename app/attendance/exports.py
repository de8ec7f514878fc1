"""Columns of the overview of a course's attendance."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from app.attendance.types import Mark, RegisterRow, TraineeRow
from app.kernel.pages import Column
from app.kernel.text import N_

LEADING: tuple[Column[TraineeRow], ...] = (
    Column("name", N_("Name"), lambda row: row.full_name, sort="name"),
    Column("share", N_("Attendance"), lambda row: row.share.value, sort="share", numeric=True),
)


def matrix_columns(
    sessions: Sequence[RegisterRow], zone: str, *, titles: bool = True
) -> tuple[Column[TraineeRow], ...]:
    """Return a column for each session after the name and the share; without titles it is headed by its time."""
    place = ZoneInfo(zone)
    return LEADING + tuple(
        Column(
            f"session_{session.session_id}",
            f"{session.starts_at.astimezone(place):%d/%m %H:%M} {session.title if titles else ''}".strip(),
            partial(_mark, session.session_id),
        )
        for session in sessions
    )


def _mark(session_id: int, row: TraineeRow) -> Mark | None:
    return row.marks.get(session_id)
