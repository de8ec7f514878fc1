"""Reading instruments, waves, invitations and results."""

from app.evaluation.queries.figures import (
    find_figures,
    get_document,
    list_beside,
    list_charts,
    read_document,
)
from app.evaluation.queries.imports import (
    find_finished_import,
    get_import,
    get_version,
    list_courses_by_title,
    list_imports,
)
from app.evaluation.queries.instruments import (
    get_instrument,
    list_instrument_choices,
    list_instruments,
    list_questions,
    list_standard_questions,
)
from app.evaluation.queries.invitations import (
    find_invitation,
    find_obstacle,
    get_my_invitation,
    list_my_evaluations,
)
from app.evaluation.queries.results import (
    find_results_obstacle,
    get_curriculum,
    item_mean,
    list_closed_waves,
    rate_of,
    response_rate,
    show_pool,
    show_results,
    shows_comments,
)
from app.evaluation.queries.waves import (
    count_answered,
    get_wave,
    has_closed_wave,
    list_due_wave_ids,
    list_open_waves,
    list_wave_ids_to_open,
    list_waves,
)
from app.evaluation.queries.years import get_year, list_houses_with_results, list_year_choices, list_years

__all__ = [
    "count_answered",
    "find_figures",
    "find_finished_import",
    "find_invitation",
    "find_obstacle",
    "find_results_obstacle",
    "get_curriculum",
    "get_document",
    "get_import",
    "get_instrument",
    "get_my_invitation",
    "get_version",
    "get_wave",
    "get_year",
    "has_closed_wave",
    "item_mean",
    "list_beside",
    "list_charts",
    "list_closed_waves",
    "list_courses_by_title",
    "list_due_wave_ids",
    "list_houses_with_results",
    "list_imports",
    "list_instrument_choices",
    "list_instruments",
    "list_my_evaluations",
    "list_open_waves",
    "list_questions",
    "list_standard_questions",
    "list_wave_ids_to_open",
    "list_waves",
    "list_year_choices",
    "list_years",
    "rate_of",
    "read_document",
    "response_rate",
    "show_pool",
    "show_results",
    "shows_comments",
]
