"""Finding who on record may be the same person."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, literal, or_, select

from app.kernel.db import session
from app.kernel.text import fold
from app.organisations.models import Organisation
from app.people.models import Person
from app.people.rules import is_similar_name, likeness
from app.people.types import DuplicateCandidate, Identity, Likeness

_MOST_CANDIDATES = 8
# More are looked at than are shown: the trigrams only find, the rules decide.
_MOST_LOOKED_AT = 40


def find_duplicates(
    full_name: str,
    birth_date: date | None,
    email: str | None,
    *,
    staff_code: str | None = None,
    organisation_id: int | None = None,
    except_id: int | None = None,
) -> list[DuplicateCandidate]:
    """Return who on record, in whatever organisation, may be this person: the surest first.

    Same staff code or e-mail address, or same name (without accents) and birth date, count as the same person;
    same and similar names are hints.
    """
    entered = Identity(full_name, birth_date, email, staff_code, organisation_id)
    rows: dict[int, Row[*tuple[Any, ...]]] = {row[0]: row for row in session.execute(_surely_alike(entered))}
    rows |= {row[0]: row for row in session.execute(_similarly_named(full_name))}
    found = [_candidate(entered, row) for number, row in rows.items() if number != except_id]
    order = list(Likeness)
    return sorted(
        (candidate for candidate in found if candidate is not None),
        key=lambda candidate: (order.index(candidate.likeness), candidate.id),
    )[:_MOST_CANDIDATES]


def _candidates() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.full_name,
            Person.birth_date,
            Person.email,
            Person.staff_code,
            Person.organisation_id,
            Organisation.name,
            Organisation.names,
        )
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.merged_into_id.is_(None))
    )


def _surely_alike(entered: Identity) -> Select[*tuple[Any, ...]]:
    reasons: list[ColumnElement[bool]] = [false()]
    if entered.email:
        reasons.append(func.lower(Person.email) == entered.email.lower())
    if entered.staff_code and entered.organisation_id:
        reasons.append(
            and_(Person.organisation_id == entered.organisation_id, Person.staff_code == entered.staff_code)
        )
    if entered.birth_date:
        same_name = Person.search_text.startswith(fold(entered.full_name), autoescape=True)
        reasons.append(and_(Person.birth_date == entered.birth_date, same_name))
    return _candidates().where(or_(*reasons)).order_by(Person.id).limit(_MOST_CANDIDATES)


def _similarly_named(full_name: str) -> Select[*tuple[Any, ...]]:
    name = literal(fold(full_name))
    return (
        _candidates()
        .where(name.op("<%")(Person.search_text))
        .order_by(func.word_similarity(name, Person.search_text).desc(), Person.id)
        .limit(_MOST_LOOKED_AT)
    )


def _candidate(entered: Identity, row: Row[*tuple[Any, ...]]) -> DuplicateCandidate | None:
    number, full_name, birth_date, email, staff_code, organisation_id, home, homes = row
    reason = likeness(entered, Identity(full_name, birth_date, email, staff_code, organisation_id))
    other_spelling = fold(full_name) != fold(entered.full_name)
    if reason is None and other_spelling and is_similar_name(full_name, entered.full_name):
        reason = Likeness.SIMILAR_NAME
    if reason is None:
        return None
    return DuplicateCandidate(number, full_name, birth_date, organisation_id, home, homes, reason)
