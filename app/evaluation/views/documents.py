"""Results on paper: asking for them, seeing how far they are, fetching them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from app.evaluation import queries
from app.evaluation.commands.documents import ask_for_document
from app.evaluation.events import ResultsExported, YearResultsExported
from app.evaluation.policies import EvaluationPermission
from app.evaluation.views.paper import wave_facts, wave_on_paper
from app.evaluation.views.routes import blueprint
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.reading import note_readings
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
    paper = wave_on_paper(
        wave,
        items,
        queries.find_figures(wave),
        queries.list_beside(wave, items),
        wave_facts(wave, queries.rate_of(wave)),
        shows_comments=queries.shows_comments(wave),
    )
    document = ask_for_document(wave=wave, page=paper, actor=current_actor(), at=now())
    return redirect(url_for(".document_show", document_id=document.id))


@blueprint.get(
    "/evaluation/documents/<int:document_id>",
    access=EvaluationPermission.VIEW_RESULTS,
    subject=queries.get_document,
)
def document_show(document: ResultsDocument) -> ResponseReturnValue:
    """Show how far the document is."""
    if document.wave is not None:
        return page("evaluation/document_show.html", document=document, course=document.wave.course)
    return page("evaluation/year_document_show.html", document=document, organisation=document.organisation)


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
    wave = document.wave
    kind = YearResultsExported if wave is None else ResultsExported
    told = kind(
        actor=current_actor(),
        at=now(),
        organisation_id=document.organisation_id,
        subject_id=document.organisation_id if wave is None else wave.id,
        format="pdf",
    )
    note_readings([told])
    of = f"{document.organisation.code}-{document.year}" if wave is None else f"{wave.course.code}-{wave.id}"
    name = f"results-{of}.pdf"
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name)
