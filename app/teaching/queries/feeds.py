"""Reading calendar feeds and whom to write to."""

from collections.abc import Collection
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from app.accounts.models import Account
from app.kernel.db import session, within
from app.kernel.errors import NotFound
from app.people.models import Person
from app.teaching.models import CalendarFeed, Lecturer
from app.teaching.types import Addressee, FeedOwner


def hash_token(token: str) -> bytes:
    """Return what the database keeps of a feed's token."""
    return sha256(token.encode()).digest()


def find_live_feed(person_id: int) -> CalendarFeed | None:
    """Return the person's feed that is not revoked."""
    return session.scalar(
        select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    )


def find_feed_owner(token: str) -> FeedOwner:
    """Return whose assignments the token opens.

    NotFound, all alike, when it is unknown or revoked, or when its owner's account was disabled.
    """
    row = session.execute(_owner(), {"token": hash_token(token)}).one_or_none()
    if row is None:
        raise NotFound()
    return FeedOwner(*row)


@cache
def _owner() -> Select[*tuple[Any, ...]]:
    """Put together once, as each calendar program asks for it every hour."""
    return (
        select(Person.id, Person.full_name, Account.locale)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(CalendarFeed.token_hash == bindparam("token"), CalendarFeed.revoked_at.is_(None))
        .where(Account.disabled_at.is_(None))
    )


def list_addressees(lecturer_ids: Collection[int]) -> dict[int, Addressee]:
    """Return the lecturers who can be written to: at the account's address, else at the person's."""
    address = func.coalesce(Account.email, Person.email, "")
    rows = session.execute(
        select(Lecturer.id, Person.full_name, address, Account.locale)
        .join(Person, Person.id == Lecturer.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(within(Lecturer.id, lecturer_ids), address != "")
    )
    return {row[0]: Addressee(*row) for row in rows}
