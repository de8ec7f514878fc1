"""Making one record of two that are the same person, with everything both have.

One home moves the rows of every feature, driven by the foreign keys of the tables: a feature that comes later is
moved too without writing a line, and nothing can be forgotten or done half. What the rows mean is not looked at;
where a unique key lets only one of two rows stand, the kept record's stands and learns what it did not know.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.kernel.access import Actor
from app.kernel.db import Base, session
from app.kernel.events import record
from app.kernel.transaction import check_version, flush
from app.people import rules
from app.people.commands.row_mover import RowMover, TimeClash
from app.people.errors import AtTwoPlaces, MergeStandsInTheWay
from app.people.events import PeopleMerged
from app.people.models import Person
from app.people.queries import get_merge_side
from app.people.types import MERGED_FIELDS

# Beside these, the rows of one person that say the same of overlapping days are joined.
HISTORIES = {
    "appointment": ("organisation_id", "position"),
    "role_grant": ("organisation_id", "role"),
}
# Rows that bind a person to hours: two at one time, and they are two people or one of them is wrong.
HOURS = {"engagement": ("during", "clash_reason")}


def merge_people(
    *,
    kept: Person,
    merged: Person,
    expected_versions: tuple[int, int],
    taken_over: Collection[str] = (),
    actor: Actor,
    at: datetime,
) -> Person:
    """Move everything of ``merged`` to ``kept``, with the fields ``taken_over`` (of MERGED_FIELDS), all or nothing.

    ``merged`` stays as a signpost that leads to ``kept``. Raises the first of what ``rules.merge_obstacles`` names,
    StaleVersion when one of the two was changed meanwhile, AtTwoPlaces or MergeStandsInTheWay.
    """
    _lock(kept, merged)
    check_version(kept, expected_versions[0])
    check_version(merged, expected_versions[1])
    for obstacle in rules.merge_obstacles(
        get_merge_side(kept.id, at.date()), get_merge_side(merged.id, at.date())
    ):
        raise obstacle
    merged.merged_into_id = kept.id
    # The staff code is free for the kept record only once the merged one has stepped back.
    flush()
    for name in MERGED_FIELDS:
        if name in taken_over:
            setattr(kept, name, getattr(merged, name))
    kept.sort_key = merged.sort_key if "full_name" in taken_over else kept.sort_key
    kept.search_text = rules.search_text(kept.full_name, kept.email, kept.staff_code)
    flush()
    moved = _move_everything(kept, merged)
    record(
        PeopleMerged(
            actor=actor,
            at=at,
            organisation_id=kept.organisation_id,
            subject_id=kept.id,
            kept_id=kept.id,
            merged_id=merged.id,
            moved=moved,
        )
    )
    return kept


def _lock(kept: Person, merged: Person) -> None:
    """Let no row be attached to either record while one becomes the other; by number, so that none deadlocks."""
    session.execute(
        select(Person.id).where(Person.id.in_([kept.id, merged.id])).order_by(Person.id).with_for_update()
    )
    session.refresh(kept)
    session.refresh(merged)


def _move_everything(kept: Person, merged: Person) -> dict[str, int]:
    mover = RowMover(Base.metadata, histories=HISTORIES, hours=HOURS)
    try:
        # The rows of the merged record itself stay where they are: it is what the others are moved away from.
        mover.fold("person", kept.id, merged.id)
    except TimeClash as clash:
        times = ", ".join(f"{start:%Y-%m-%d %H:%M} UTC" for start in clash.starts)
        raise AtTwoPlaces(times=times) from clash
    except IntegrityError as error:
        rule = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        raise MergeStandsInTheWay(rule=rule or "?") from error
    # The rows were moved beneath the session, which must look again.
    session.expire_all()
    return mover.moved
