"""Reading instruments."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from app.evaluation import standard_instrument
from app.evaluation.models import Instrument, InstrumentItem
from app.evaluation.policies import EvaluationPermission
from app.evaluation.types import InstrumentRow, InstrumentState, Option, Question
from app.kernel.access import Actor
from app.kernel.db import JsonValue, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Organisation


def get_instrument(instrument_id: int) -> Instrument:
    """Return the instrument with its items; NotFound if there is none."""
    found = session.get(
        Instrument,
        instrument_id,
        options=[selectinload(Instrument.items), selectinload(Instrument.organisation)],
    )
    if found is None:
        raise NotFound()
    return found


def list_questions(instrument: Instrument) -> tuple[Question, ...]:
    """Return the instrument's items in order, as they are read."""
    return tuple(map(question_of, session.execute(_questions(), {"instrument": instrument.id})))


@cache
def _questions() -> Select[*tuple[Any, ...]]:
    """Plain columns, put together once: whoever answers a questionnaire waits for this three times."""
    return (
        select(
            InstrumentItem.code,
            InstrumentItem.kind,
            InstrumentItem.text,
            InstrumentItem.texts,
            InstrumentItem.required,
            InstrumentItem.options,
            InstrumentItem.minimum,
            InstrumentItem.maximum,
            InstrumentItem.is_reversed,
        )
        .where(InstrumentItem.instrument_id == bindparam("instrument"))
        .order_by(InstrumentItem.position)
    )


def list_standard_questions() -> tuple[Question, ...]:
    """Return the questions that an instrument may begin with."""
    return standard_instrument.QUESTIONS


def questions_of_instruments(instrument_ids: Collection[int]) -> dict[int, dict[str, Question]]:
    """Return, for each instrument, its items by their code."""
    found: dict[int, dict[str, Question]] = {number: {} for number in instrument_ids}
    items = session.scalars(
        select(InstrumentItem)
        .where(within(InstrumentItem.instrument_id, instrument_ids))
        .order_by(InstrumentItem.instrument_id, InstrumentItem.position)
    )
    for item in items:
        found[item.instrument_id][item.code] = question_of(item)
    return found


def question_of(item: InstrumentItem | Row[*tuple[Any, ...]]) -> Question:
    """Return one item as it is read."""
    return Question(
        code=item.code,
        kind=item.kind,
        text=item.text,
        texts=item.texts,
        required=item.required,
        options=tuple(_option(option) for option in item.options),
        minimum=item.minimum,
        maximum=item.maximum,
        is_reversed=item.is_reversed,
    )


def _option(stored: JsonValue) -> Option:
    if not isinstance(stored, Mapping):
        return Option(str(stored))
    texts = stored.get("texts")
    translations = texts if isinstance(texts, Mapping) else {}
    return Option(str(stored["text"]), {locale: str(text) for locale, text in translations.items()})


def list_instruments(actor: Actor, request: PageRequest) -> Page[InstrumentRow]:
    """Return the instruments in the actor's scope: filter ``state``, search by code and title."""
    items = (
        select(InstrumentItem.instrument_id, func.count().label("asked"))
        .group_by(InstrumentItem.instrument_id)
        .subquery()
    )
    statement = (
        select(
            Instrument.id,
            Instrument.code,
            Instrument.number,
            Instrument.title,
            Instrument.titles,
            Instrument.state,
            Organisation.name,
            func.coalesce(items.c.asked, 0),
        )
        .join(Organisation, Organisation.id == Instrument.organisation_id)
        .outerjoin(items, items.c.instrument_id == Instrument.id)
        .where(within(Instrument.organisation_id, actor.organisations_for(EvaluationPermission.VIEW)))
    )
    if request.search:
        wanted = f"%{request.search.replace('%', '').replace('_', '')}%"
        statement = statement.where(or_(Instrument.title.ilike(wanted), Instrument.code.ilike(wanted)))
    if request.filter("state") in set(InstrumentState):
        statement = statement.where(Instrument.state == InstrumentState(request.filter("state")))
    return paginate(
        statement,
        request,
        order={
            "code": (Instrument.code, Instrument.number),
            "title": Instrument.title,
            "organisation": (Organisation.name, Instrument.code),
            "state": (Instrument.state, Instrument.code),
        },
        default="code",
        tie=Instrument.id,
        row=lambda row: InstrumentRow(*row),
    )


def list_instrument_choices(organisation_ids: Collection[int]) -> Sequence[Instrument]:
    """Return the instruments of these organisations that have items, the latest version of each first."""
    return session.scalars(
        select(Instrument)
        .where(
            within(Instrument.organisation_id, organisation_ids),
            select(InstrumentItem.id).where(InstrumentItem.instrument_id == Instrument.id).exists(),
        )
        .order_by(Instrument.title, Instrument.number.desc(), Instrument.id)
    ).all()
