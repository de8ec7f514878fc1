"""Columns of the audit trail."""

import json

from flask_babel import gettext

from app.audit.types import TrailEntry
from app.kernel.pages import Column
from app.kernel.text import N_

TRAIL_COLUMNS: tuple[Column[TrailEntry], ...] = (
    Column("at", N_("When"), lambda entry: entry.at, sort="at"),
    Column("who", N_("Who"), lambda entry: entry.who),
    Column("role", N_("In the role"), lambda entry: entry.role),
    Column("action", N_("What"), lambda entry: gettext(entry.action)),
    Column("subject", N_("About"), lambda entry: about(entry)),
    Column("reason", N_("Reason"), lambda entry: entry.reason),
    Column("details", N_("Details"), lambda entry: _details(entry)),
)


def about(entry: TrailEntry) -> str:
    """Return the thing that it happened to, in the reader's language."""
    number = f" {entry.subject_id}" if entry.subject_id is not None else ""
    return f"{gettext(entry.subject)}{number}"


def _details(entry: TrailEntry) -> str:
    details = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.details.items()]
    changes = [f"{c.row} {c.label}: {c.before} → {c.after}" for c in entry.changes]
    return "; ".join([*details, *changes])
