"""Columns of the audit trail."""

from app.audit.reading import ReadableEntry
from app.kernel.pages import Column
from app.kernel.text import N_

TRAIL_COLUMNS: tuple[Column[ReadableEntry], ...] = (
    Column("at", N_("When"), lambda entry: entry.at, sort="at"),
    Column("who", N_("Who"), lambda entry: entry.who),
    Column("role", N_("In the role"), lambda entry: entry.role),
    Column("action", N_("What"), lambda entry: entry.action),
    Column("about", N_("About"), lambda entry: entry.about),
    Column("reason", N_("Reason"), lambda entry: entry.reason),
    Column("details", N_("Details"), lambda entry: _details(entry)),
)


def _details(entry: ReadableEntry) -> str:
    details = [f"{label}: {value}" for label, value in entry.details]
    changes = [f"{c.row}, {c.label}: {c.before} → {c.after}" for c in entry.changes]
    return "; ".join([*details, *changes])
