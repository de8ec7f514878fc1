"""Making and changing instruments."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm.attributes import flag_modified

from app.evaluation import events, standard_instrument
from app.evaluation.errors import InstrumentFrozen, QuestionsRefused
from app.evaluation.models import Instrument, InstrumentItem
from app.evaluation.queries.instruments import list_questions
from app.evaluation.rules import check_questions, may_change_instrument
from app.evaluation.types import InstrumentState, Question
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.text import clean_name
from app.kernel.transaction import check_version, flush
from app.organisations.models import Organisation


def add_instrument(
    *,
    organisation: Organisation,
    code: str,
    title: str,
    titles: Mapping[str, str],
    introduction: str = "",
    introductions: Mapping[str, str] | None = None,
    questions: Sequence[Question] = (),
    number: int = 1,
    actor: Actor,
    at: datetime,
) -> Instrument:
    """Make a draft; raises QuestionsRefused or InstrumentCodeTaken."""
    instrument = Instrument(organisation=organisation, number=number, state=InstrumentState.DRAFT)
    instrument.code = clean_name(code)
    _describe(instrument, title, titles, introduction, introductions or {})
    session.add(instrument)
    # The items need the number that the database gives.
    flush()
    _ask(instrument, questions)
    record(
        events.InstrumentAdded(
            actor=actor,
            at=at,
            organisation_id=organisation.id,
            subject_id=instrument.id,
            code=instrument.code,
            number=number,
        )
    )
    flush()
    return instrument


def change_instrument(
    *,
    instrument: Instrument,
    expected_version: int,
    title: str,
    titles: Mapping[str, str],
    introduction: str,
    introductions: Mapping[str, str],
    questions: Sequence[Question],
    actor: Actor,
    at: datetime,
) -> Instrument:
    """Change a draft wholly: its words and its questions, in the given order.

    Raises InstrumentFrozen, QuestionsRefused or StaleVersion.
    """
    check_version(instrument, expected_version)
    if not may_change_instrument(instrument.state):
        raise InstrumentFrozen()
    _describe(instrument, title, titles, introduction, introductions)
    # The questions lie in a table of their own; whoever has the page open must still notice that they changed.
    flag_modified(instrument, "title")
    session.execute(delete(InstrumentItem).where(InstrumentItem.instrument_id == instrument.id))
    session.expire(instrument, ["items"])
    _ask(instrument, questions)
    record(
        events.InstrumentChanged(
            actor=actor, at=at, organisation_id=instrument.organisation_id, subject_id=instrument.id
        )
    )
    flush()
    session.expire(instrument, ["items"])
    return instrument


def make_next_version(*, instrument: Instrument, actor: Actor, at: datetime) -> Instrument:
    """Make a draft with the same questions under the next number."""
    latest = session.scalar(
        select(func.max(Instrument.number)).where(
            Instrument.organisation_id == instrument.organisation_id, Instrument.code == instrument.code
        )
    )
    return add_instrument(
        organisation=instrument.organisation,
        code=instrument.code,
        title=instrument.title,
        titles=instrument.titles,
        introduction=instrument.introduction,
        introductions=instrument.introductions,
        questions=list_questions(instrument),
        number=(latest or 0) + 1,
        actor=actor,
        at=at,
    )


def add_standard_instrument(*, organisation: Organisation, actor: Actor, at: datetime) -> Instrument:
    """Give an organisation the questionnaire to start with; raises InstrumentCodeTaken when it has it already."""
    return add_instrument(
        organisation=organisation,
        code=standard_instrument.CODE,
        title=standard_instrument.TITLE,
        titles=standard_instrument.TITLES,
        introduction=standard_instrument.INTRODUCTION,
        introductions=standard_instrument.INTRODUCTIONS,
        questions=standard_instrument.QUESTIONS,
        actor=actor,
        at=at,
    )


def freeze(instrument: Instrument) -> None:
    """Let an instrument stay as it is from now on."""
    instrument.state = InstrumentState.FROZEN


def _describe(
    instrument: Instrument,
    title: str,
    titles: Mapping[str, str],
    introduction: str,
    introductions: Mapping[str, str],
) -> None:
    instrument.title, instrument.titles = clean_name(title), dict(titles)
    instrument.introduction, instrument.introductions = introduction, dict(introductions)


def _ask(instrument: Instrument, questions: Sequence[Question]) -> None:
    if problems := check_questions(questions):
        raise QuestionsRefused(problems)
    session.add_all(
        InstrumentItem(
            instrument_id=instrument.id,
            position=position,
            code=question.code,
            kind=question.kind,
            text=question.text,
            texts=dict(question.texts),
            required=question.required,
            options=[{"text": option.text, "texts": dict(option.texts)} for option in question.options],
            minimum=question.minimum,
            maximum=question.maximum,
            is_reversed=question.is_reversed,
        )
        for position, question in enumerate(questions, start=1)
    )
