"""Results on paper: asking for them, seeing how far they are, fetching them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.evaluation import queries
from app.evaluation.commands.documents import ask_for_document
from app.evaluation.events import ResultsExported
from app.evaluation.policies import EvaluationPermission
from app.evaluation.views.paper import page_of
from app.evaluation.views.routes import blueprint
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.reading import note_readings
from app.web.filters import write_datetime_in, write_number, write_percent
from app.web.render import page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.evaluation.models import ResultsDocument, Wave


@blueprint.post(
    "/evaluation/waves/<int:wave_id>/document",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=queries.get_wave,
)
def wave_document(wave: Wave) -> ResponseReturnValue:
    """Leave it to the worker to write what the reader sees now."""
    items = queries.show_results(wave)
    if not items:
        return redirect(url_for(".wave_results", wave_id=wave.id))
    paper = page_of(wave, items, queries.find_figures(wave), queries.list_beside(wave, items), _facts(wave))
    document = ask_for_document(wave=wave, page=paper, actor=current_actor(), at=now())
    return redirect(url_for(".document_show", document_id=document.id))


@blueprint.get(
    "/evaluation/documents/<int:document_id>",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=queries.get_document,
)
def document_show(document: ResultsDocument) -> ResponseReturnValue:
    """Show how far the document is."""
    return page("evaluation/document_show.html", document=document, course=document.wave.course)


@blueprint.get(
    "/evaluation/documents/<int:document_id>/file",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=queries.get_document,
)
def document_file(document: ResultsDocument) -> ResponseReturnValue:
    """Hand the document out, and put on record that it left."""
    content = queries.read_document(document)
    if content is None:
        raise NotFound()
    told = ResultsExported(
        actor=current_actor(),
        at=now(),
        organisation_id=document.organisation_id,
        subject_id=document.wave_id,
        format="pdf",
    )
    note_readings([told])
    name = f"results-{document.wave.course.code}-{document.wave_id}.pdf"
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def _facts(wave: Wave) -> list[tuple[str, str]]:
    rate = queries.rate_of(wave)
    return [
        (gettext("Answers"), write_number(wave.response_count or 0)),
        (
            gettext("Invited"),
            gettext("not known") if wave.invited_count is None else write_number(wave.invited_count),
        ),
        (gettext("Response rate"), write_percent(rate.value) if rate else gettext("not known")),
        (gettext("Closed"), write_datetime_in(wave.closed_at, wave.course.time_zone)),
        (
            gettext("Asked with"),
            gettext("%(code)s, version %(number)s", code=wave.instrument.code, number=wave.instrument.number),
        ),
    ]
