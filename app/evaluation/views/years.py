"""The evaluations of an organisation's year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask.typing import ResponseReturnValue

from app.evaluation import exports, pictures, queries
from app.evaluation.events import YearResultsExported
from app.evaluation.policies import EvaluationPermission
from app.evaluation.views.routes import blueprint
from app.kernel.clock import now
from app.kernel.pages import Page, PageRequest
from app.kernel.reading import Leaves
from app.organisations.queries import get_organisation
from app.web.lists import list_page

if TYPE_CHECKING:
    from app.organisations.models import Organisation


@blueprint.get(
    "/organisations/<int:organisation_id>/results",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=get_organisation,
)
def year_results(organisation: Organisation) -> ResponseReturnValue:
    """Show a year of the organisation and all below it, one questionnaire at a time."""
    years = queries.list_years(organisation.id)
    year = request.args.get("year", default=years[0] if years else now().year, type=int)
    choices = queries.list_year_choices(organisation.id, year) if year in years else ()
    asked = request.args.get("instrument", type=int)
    offered = [choice.instrument_id for choice in choices]
    wanted = asked if asked in offered else next(iter(offered), None)
    shown = (
        None if wanted is None else queries.get_year(organisation, year, wanted, request.args.get("item", ""))
    )
    items = shown.items if shown else ()
    return list_page(
        "evaluation/year_results.html",
        listed=Page(exports.result_rows(items), PageRequest(size=None), len(items)),
        columns=exports.RESULT_COLUMNS,
        file_name=f"results-{organisation.code}-{year}",
        leaves=Leaves(YearResultsExported, (organisation.id,), organisation.id),
        organisation=organisation,
        year=year,
        years=years,
        choices=choices,
        shown=shown,
        panels=pictures.panels(items, {}),
        drawn=pictures.draw_effects(shown.comparison) if shown and shown.comparison else None,
    )
