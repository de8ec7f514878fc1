"""Reading an organisation's year: a few stored rows, however many have answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import JSONB

from app.evaluation.figure_types import Comparison
from app.evaluation.models import Instrument, YearFigures
from app.evaluation.queries.instruments import questions_of_instruments
from app.evaluation.results import show_item
from app.evaluation.stored_figures import names_in, read_comparison, read_counts_of
from app.evaluation.types import ItemResult, Question
from app.kernel.db import session
from app.kernel.errors import NotFound
from app.organisations.models import Organisation
from app.scheduling.models import Course


@dataclass(frozen=True, slots=True)
class YearChoice:
    """A questionnaire of which an organisation's year has answers."""

    instrument_id: int
    title: str
    titles: Mapping[str, str]
    responses: int


@dataclass(frozen=True, slots=True)
class Year:
    """The results of one questionnaire in an organisation's year."""

    instrument_id: int
    computed_at: datetime
    waves: int
    n: int
    answered: int
    invited: int
    items: tuple[ItemResult, ...]
    compared: tuple[Question, ...]
    comparison: Comparison | None


def list_years(organisation_id: int) -> tuple[int, ...]:
    """Return the years of which there are results, the latest first."""
    found = session.scalars(
        select(YearFigures.year)
        .where(YearFigures.organisation_id == organisation_id)
        .distinct()
        .order_by(YearFigures.year.desc())
    )
    return tuple(found)


def list_year_choices(organisation_id: int, year: int) -> tuple[YearChoice, ...]:
    """Return the questionnaires of the year, the one that most have answered first."""
    rows = session.execute(
        select(YearFigures.instrument_id, Instrument.title, Instrument.titles, YearFigures.responses)
        .join(Instrument, Instrument.id == YearFigures.instrument_id)
        .where(YearFigures.organisation_id == organisation_id, YearFigures.year == year)
        .order_by(YearFigures.responses.desc(), YearFigures.instrument_id)
    )
    return tuple(YearChoice(*row) for row in rows)


def get_year(organisation: Organisation, year: int, instrument_id: int, code: str = "") -> Year:
    """Return the results of one questionnaire in the year, with its courses compared on the question of that code, or
    on the first that compares them; NotFound if there are none.

    Of the comparisons only that one is read: there is one for each question, as long as there are courses.
    """
    asked = questions_of_instruments({instrument_id})[instrument_id]
    row = session.execute(
        select(
            YearFigures.computed_at,
            YearFigures.figures.op("-", return_type=JSONB)("comparisons").label("figures"),
        ).where(
            YearFigures.organisation_id == organisation.id,
            YearFigures.year == year,
            YearFigures.instrument_id == instrument_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound()
    items = row.figures.get("items") or {}
    compared = [asked[found] for found in asked if found in row.figures.get("compared", [])]
    chosen = next((question for question in compared if question.code == code), next(iter(compared), None))
    return Year(
        instrument_id=instrument_id,
        computed_at=row.computed_at,
        waves=row.figures["waves"],
        n=row.figures["n"],
        answered=row.figures["answered"],
        invited=row.figures["invited"],
        items=tuple(
            show_item(question, read_counts_of(code, items[code]))
            for code, question in asked.items()
            if code in items
        ),
        compared=tuple(compared),
        comparison=None if chosen is None else _comparison(organisation.id, year, instrument_id, chosen),
    )


def _comparison(organisation_id: int, year: int, instrument_id: int, question: Question) -> Comparison | None:
    stored = session.scalar(
        select(YearFigures.figures["comparisons"][question.code]).where(
            YearFigures.organisation_id == organisation_id,
            YearFigures.year == year,
            YearFigures.instrument_id == instrument_id,
        )
    )
    if not isinstance(stored, dict):
        return None
    return read_comparison(question, stored, _names(names_in([stored]), organisation_id))


def _names(codes: set[str], organisation_id: int) -> dict[str, str]:
    """The titles of courses by their codes, in the organisation and below it."""
    rows = session.execute(
        select(Course.code, Course.title)
        .join(Organisation, Organisation.id == Course.organisation_id)
        .where(Course.code.in_(codes), Organisation.path.contains([organisation_id]))
    )
    return {row.code: row.title for row in rows}
