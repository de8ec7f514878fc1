"""How people are called on the audit trail."""

from collections.abc import Collection

from sqlalchemy import select

from app.kernel.access import Actor
from app.kernel.db import session, within
from app.people.models import Person
from app.people.policies import PersonPermission


def name_people(actor: Actor, person_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those people whom the actor may see."""
    rows = session.execute(
        select(Person.id, Person.full_name).where(
            within(Person.id, person_ids),
            within(Person.organisation_id, actor.organisations_for(PersonPermission.VIEW)),
        )
    )
    return {row.id: row.full_name for row in rows}
