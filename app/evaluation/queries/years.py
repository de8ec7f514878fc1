"""Reading an organisation's year: a few stored rows, however many have answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.evaluation.figure_types import Comparison
from app.evaluation.models import Instrument, YearFigures
from app.evaluation.queries.instruments import questions_of_instruments
from app.evaluation.results import show_item
from app.evaluation.stored_figures import names_in, read_comparison, read_counts_of
from app.evaluation.types import ItemResult
from app.kernel.db import JsonValue, session
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
    comparisons: tuple[Comparison, ...]


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


def get_year(organisation: Organisation, year: int, instrument_id: int) -> Year:
    """Return the results of one questionnaire in the year; NotFound if there are none."""
    row = session.get(YearFigures, (organisation.id, year, instrument_id))
    if row is None:
        raise NotFound()
    asked = questions_of_instruments({instrument_id})[instrument_id]
    items, comparisons = _parts(row.figures, "items"), _parts(row.figures, "comparisons")
    names = _names(names_in(comparisons.values()), organisation.id)
    compared = (
        read_comparison(question, comparisons[code], names)
        for code, question in asked.items()
        if code in comparisons
    )
    return Year(
        instrument_id=instrument_id,
        computed_at=row.computed_at,
        waves=_whole(row.figures.get("waves")),
        n=_whole(row.figures.get("n")),
        answered=_whole(row.figures.get("answered")),
        invited=_whole(row.figures.get("invited")),
        items=tuple(
            show_item(question, read_counts_of(code, items[code]))
            for code, question in asked.items()
            if code in items
        ),
        comparisons=tuple(found for found in compared if found is not None),
    )


def _parts(stored: Mapping[str, JsonValue], name: str) -> dict[str, Mapping[str, JsonValue]]:
    found = stored.get(name)
    parts = found if isinstance(found, dict) else {}
    return {code: told for code, told in parts.items() if isinstance(told, dict)}


def _names(codes: set[str], organisation_id: int) -> dict[str, str]:
    """The titles of courses by their codes, in the organisation and below it."""
    rows = session.execute(
        select(Course.code, Course.title)
        .join(Organisation, Organisation.id == Course.organisation_id)
        .where(Course.code.in_(codes), Organisation.path.contains([organisation_id]))
    )
    return {row.code: row.title for row in rows}


def _whole(stored: JsonValue) -> int:
    return stored if isinstance(stored, int) else 0
