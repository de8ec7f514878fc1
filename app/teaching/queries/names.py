"""How lecturers are called on the audit trail."""

from collections.abc import Collection

from sqlalchemy import select

from app.kernel.access import Actor
from app.kernel.db import session, within
from app.people.models import Person
from app.teaching.models import Lecturer
from app.teaching.policies import TeachingPermission


def name_lecturers(actor: Actor, lecturer_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those lecturers whom the actor may see."""
    rows = session.execute(
        select(Lecturer.id, Person.full_name)
        .join(Person, Person.id == Lecturer.person_id)
        .where(
            within(Lecturer.id, lecturer_ids),
            within(Person.organisation_id, actor.organisations_for(TeachingPermission.VIEW)),
        )
    )
    return {row.id: row.full_name for row in rows}
