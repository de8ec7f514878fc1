"""The evaluations of an organisation's year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.evaluation import exports, pictures, queries
from app.evaluation.commands.documents import ask_for_year_document
from app.evaluation.events import YearResultsExported
from app.evaluation.policies import EvaluationPermission
from app.evaluation.views.paper import year_facts, year_on_paper
from app.evaluation.views.paper_parts import told_apart
from app.evaluation.views.routes import blueprint
from app.evaluation.views.workbook import year_tables
from app.kernel.clock import now
from app.kernel.pages import Page, PageRequest
from app.kernel.reading import Leaves
from app.organisations.queries import get_organisation
from app.web.lists import list_page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.evaluation.queries.years import Year, YearChoice
    from app.organisations.models import Organisation


@blueprint.get(
    "/organisations/<int:organisation_id>/results",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=get_organisation,
)
def year_results(organisation: Organisation) -> ResponseReturnValue:
    """Show a year of the organisation and all below it, one questionnaire at a time."""
    years, year, choices, shown = _asked(organisation)
    items = shown.items if shown else ()
    known = year_facts(shown, organisation.time_zone) if shown else []
    return list_page(
        "evaluation/year_results.html",
        listed=Page(exports.result_rows(items), PageRequest(size=None), len(items)),
        columns=exports.RESULT_COLUMNS,
        file_name=f"results-{organisation.code}-{year}",
        leaves=Leaves(YearResultsExported, (organisation.id,), organisation.id),
        further=year_tables(shown, known) if shown else (),
        organisation=organisation,
        year=year,
        years=years,
        choices=choices,
        shown=shown,
        known=known,
        panels=pictures.panels(items, {}),
        comparisons=[
            (one, pictures.draw_effects(one), told_apart(one)) for one in (shown.comparisons if shown else ())
        ],
    )


@blueprint.post(
    "/organisations/<int:organisation_id>/results/document",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=get_organisation,
)
def year_document(organisation: Organisation) -> ResponseReturnValue:
    """Leave it to the worker to write the year as the reader sees it now."""
    _years, year, choices, shown = _asked(organisation)
    if shown is None:
        return redirect(url_for(".year_results", organisation_id=organisation.id))
    title = next(
        translated(choice.title, choice.titles)
        for choice in choices
        if choice.instrument_id == shown.instrument_id
    )
    document = ask_for_year_document(
        organisation=organisation,
        year=year,
        page=year_on_paper(organisation, year, shown, title),
        actor=current_actor(),
        at=now(),
    )
    return redirect(url_for(".document_show", document_id=document.id))


def _asked(
    organisation: Organisation,
) -> tuple[Sequence[int], int, Sequence[YearChoice], Year | None]:
    """The years there are, the one asked for, its questionnaires, and the results of the one asked for."""
    years = queries.list_years(organisation.id)
    year = request.args.get("year", default=years[0] if years else now().year, type=int)
    choices = queries.list_year_choices(organisation.id, year) if year in years else ()
    asked = request.args.get("instrument", type=int)
    offered = [choice.instrument_id for choice in choices]
    wanted = asked if asked in offered else next(iter(offered), None)
    if wanted is None:
        return years, year, choices, None
    return years, year, choices, queries.get_year(organisation, year, wanted, request.args.get("item", ""))
