"""Reading an organisation's year: a few stored rows, however many have answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB

from app.evaluation.figure_types import ComparedKind, Comparison, Name
from app.evaluation.models import Instrument, YearFigures
from app.evaluation.policies import EvaluationPermission
from app.evaluation.queries.instruments import questions_of_instruments
from app.evaluation.results import show_item
from app.evaluation.stored_figures import names_in, read_comparison, read_counts_of
from app.evaluation.types import ItemResult, Question
from app.kernel.access import Actor
from app.kernel.db import session, within
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
    method: int
    compared: tuple[Question, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def compared_on(self) -> Question | None:
        """The question on which courses and organisations are compared."""
        return self.comparisons[0].question if self.comparisons else None


def list_years(organisation_id: int) -> tuple[int, ...]:
    """Return the years of which there are results, the latest first."""
    found = session.scalars(
        select(YearFigures.year)
        .where(YearFigures.organisation_id == organisation_id)
        .distinct()
        .order_by(YearFigures.year.desc())
    )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class HouseWithResults:
    """An organisation that has results, and the latest year of them."""

    id: int
    name: str
    names: Mapping[str, str]
    year: int


def list_houses_with_results(actor: Actor) -> tuple[HouseWithResults, ...]:
    """Return where the reader's right to see results begins, as far as there are any."""
    roles = EvaluationPermission.VIEW_RESULTS.roles
    roots = {grant.organisation_id for grant in actor.grants if grant.role in roles}
    rows = session.execute(
        select(Organisation.id, Organisation.name, Organisation.names, func.max(YearFigures.year))
        .join(YearFigures, YearFigures.organisation_id == Organisation.id)
        .where(within(Organisation.id, roots))
        .group_by(Organisation.id)
        .order_by(Organisation.path)
    )
    return tuple(HouseWithResults(*row) for row in rows)


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
    """Return the results of one questionnaire in the year, with courses and organisations compared on the question of
    that code, or on the first that compares them; NotFound if there are none.

    Of the comparisons only those are read: there are some for each question, as long as there are courses.
    """
    asked = questions_of_instruments({instrument_id})[instrument_id]
    row = session.execute(
        select(
            YearFigures.computed_at,
            YearFigures.method,
            YearFigures.figures.op("-", return_type=JSONB)("comparisons")
            .op("-", return_type=JSONB)("organisations")
            .label("figures"),
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
        method=row.method,
        compared=tuple(compared),
        comparisons=() if chosen is None else _comparisons(organisation.id, year, instrument_id, chosen),
    )


def _comparisons(
    organisation_id: int, year: int, instrument_id: int, question: Question
) -> tuple[Comparison, ...]:
    stored = session.execute(
        select(
            YearFigures.figures["comparisons"][question.code],
            YearFigures.figures["organisations"][question.code],
        ).where(
            YearFigures.organisation_id == organisation_id,
            YearFigures.year == year,
            YearFigures.instrument_id == instrument_id,
        )
    ).one()
    names = {ComparedKind.COURSE: _courses, ComparedKind.ORGANISATION: _organisations}
    found = (
        read_comparison(kind, question, told, names[kind](names_in([told]), organisation_id))
        for kind, told in zip(ComparedKind, stored, strict=True)
        if isinstance(told, dict)
    )
    return tuple(comparison for comparison in found if comparison is not None)


def _courses(codes: set[str], organisation_id: int) -> dict[str, Name]:
    """The titles of courses by their codes, in the organisation and below it."""
    rows = session.execute(
        select(Course.code, Course.title, Course.titles)
        .join(Organisation, Organisation.id == Course.organisation_id)
        .where(Course.code.in_(codes), Organisation.path.contains([organisation_id]))
    )
    return {code: Name(title, titles) for code, title, titles in rows}


def _organisations(codes: set[str], organisation_id: int) -> dict[str, Name]:
    """The names of organisations by their codes, the organisation itself and those below it."""
    rows = session.execute(
        select(Organisation.code, Organisation.name, Organisation.names).where(
            Organisation.code.in_(codes), Organisation.path.contains([organisation_id])
        )
    )
    return {code: Name(name, names) for code, name, names in rows}
