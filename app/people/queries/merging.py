"""Reading what a merge of two records needs to know."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, exists, func, literal, or_, select, union_all

from app.kernel.db import Base, session
from app.kernel.errors import NotFound
from app.people.models import Person
from app.people.queries.people import get_person
from app.people.types import PERSON_REFERENCES, MergeCount, MergeSide


@dataclass(frozen=True, slots=True)
class MergePair:
    """Two records side by side; rights are decided in the home of the one that is kept, and asked for the other."""

    kept: Person
    merged: Person

    @property
    def organisation_id(self) -> int:
        """The home of the record that is kept."""
        return self.kept.organisation_id


def get_merge_pair(person_id: int, other_id: int) -> MergePair:
    """Return both records; NotFound if one of them is missing."""
    return MergePair(get_person(person_id), get_person(other_id))


def get_merge_side(person_id: int, day: date) -> MergeSide:
    """Return what decides whether the record may be merged; NotFound if there is none."""
    account, grant = _table("account"), _table("role_grant")
    row = session.execute(
        select(
            Person.full_name,
            Person.merged_into_id,
            exists().where(account.c.person_id == Person.id),
            exists().where(
                grant.c.person_id == Person.id, or_(grant.c.valid_to.is_(None), grant.c.valid_to > day)
            ),
        ).where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    full_name, merged_into_id, has_account, holds_roles = row
    return MergeSide(person_id, full_name, merged_into_id is not None, has_account, holds_roles)


def list_merge_counts(kept_id: int, merged_id: int) -> list[MergeCount]:
    """Return how much of each kind the two records have; what neither has is left out."""
    counts = []
    for place, title in PERSON_REFERENCES.items():
        table, column = place.split(".")
        points_to = _table(table).c[column]
        counts.append(
            select(
                literal(title).label("title"),
                func.count().filter(points_to == kept_id).label("kept"),
                func.count().filter(points_to == merged_id).label("merged"),
            ).where(points_to.in_([kept_id, merged_id]))
        )
    rows = session.execute(union_all(*counts)).all()
    return [MergeCount(*row) for row in rows if row.kept or row.merged]


def _table(name: str) -> Table:
    """Return a table of a feature above, which may not be imported here: a merge looks at all that has a person."""
    return Base.metadata.tables[name]
