"""Pages of results: of one wave, and of a curriculum's waves together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask.typing import ResponseReturnValue

from app.evaluation import exports, pictures, queries
from app.evaluation.events import PooledResultsExported, ResultsExported
from app.evaluation.forms import PeriodForm
from app.evaluation.policies import EvaluationPermission
from app.evaluation.views.paper import wave_facts
from app.evaluation.views.routes import blueprint
from app.evaluation.views.workbook import pool_tables, wave_tables
from app.kernel.pages import Page, PageRequest
from app.kernel.reading import Leaves
from app.scheduling.queries import get_course
from app.web.lists import list_page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.curriculum.models import Curriculum
    from app.evaluation.models import Wave
    from app.scheduling.models import Course


@blueprint.get(
    "/evaluation/waves/<int:wave_id>/results",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=queries.get_wave,
)
def wave_results(wave: Wave) -> ResponseReturnValue:
    """Show the results of a closed wave, or why there are none."""
    items = queries.show_results(wave)
    reading = queries.find_figures(wave)
    beside = queries.list_beside(wave, items)
    known = wave_facts(wave, queries.rate_of(wave)) if items else []
    return list_page(
        "evaluation/wave_results.html",
        listed=Page(exports.wave_rows(items, reading), PageRequest(size=None), len(items)),
        columns=exports.RESULT_COLUMNS,
        file_name=f"results-{wave.course.code}-{wave.id}",
        leaves=Leaves(ResultsExported, (wave.organisation_id,), wave.id),
        further=wave_tables(items, reading, beside, known) if items else (),
        known=known,
        course=wave.course,
        wave=wave,
        items=items,
        questions={item.question.code: item.question for item in items},
        reading=reading,
        beside=beside,
        panels=pictures.panels(items, beside),
        obstacle=queries.find_results_obstacle(wave),
        shows_comments=queries.shows_comments(wave),
    )


@blueprint.get(
    "/curricula/<int:curriculum_id>/results",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=queries.get_curriculum,
)
def pooled_results(curriculum: Curriculum) -> ResponseReturnValue:
    """Show all closed waves of a curriculum's courses together, to whoever may see results of its owner."""
    return _pooled(curriculum)


@blueprint.get(
    "/courses/<int:course_id>/evaluation/together",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=get_course,
)
def pooled_with_course(course: Course) -> ResponseReturnValue:
    """Show a course's curriculum as a whole, as far as the reader may see: it may belong to another organisation."""
    return _pooled(course.curriculum_version.curriculum)


def _pooled(curriculum: Curriculum) -> ResponseReturnValue:
    form = PeriodForm(request.args)
    is_clear = form.validate()
    first, last = (form.first.data, form.last.data) if is_clear else (None, None)
    pool = queries.show_pool(curriculum, current_actor(), first, last)
    over_time = queries.list_charts(curriculum.id, current_actor())
    return list_page(
        "evaluation/pooled_results.html",
        listed=Page(exports.result_rows(pool.items), PageRequest(size=None), len(pool.items)),
        columns=exports.RESULT_COLUMNS,
        file_name=f"results-{curriculum.code}",
        leaves=Leaves(PooledResultsExported, (curriculum.organisation_id,), curriculum.id),
        further=pool_tables(over_time),
        curriculum=curriculum,
        pool=pool,
        panels=pictures.panels(pool.items, {}),
        form=form,
        over_time=[(one, [(chart, pictures.draw_line(chart)) for chart in one.charts]) for one in over_time],
    )
