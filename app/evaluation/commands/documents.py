"""Results on paper: asking for them, keeping what was written, and letting go of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.evaluation.events import ResultsDocumentAsked, YearDocumentAsked
from app.evaluation.figure_types import DocumentState
from app.evaluation.models import ResultsDocument, Wave
from app.kernel.access import Actor
from app.kernel.db import JsonValue, session
from app.kernel.errors import NotFound
from app.kernel.events import Event, record
from app.kernel.tasks import defer
from app.kernel.transaction import flush
from app.organisations.models import Organisation

# Long enough to fetch it; it can be asked for again at any time.
KEPT = timedelta(days=7)


def ask_for_document(
    *, wave: Wave, page: Mapping[str, JsonValue], actor: Actor, at: datetime
) -> ResultsDocument:
    """Leave it to the worker to write these results on paper; ``page`` is what its reader may see now."""
    told = ResultsDocumentAsked(actor=actor, at=at, organisation_id=wave.organisation_id, subject_id=wave.id)
    document = ResultsDocument(organisation_id=wave.organisation_id, wave=wave, page=dict(page))
    return _ask(document, told, at)


def ask_for_year_document(
    *, organisation: Organisation, year: int, page: Mapping[str, JsonValue], actor: Actor, at: datetime
) -> ResultsDocument:
    """Leave it to the worker to write an organisation's year on paper, as its reader sees it now."""
    told = YearDocumentAsked(actor=actor, at=at, organisation_id=organisation.id, subject_id=organisation.id)
    return _ask(ResultsDocument(organisation_id=organisation.id, year=year, page=dict(page)), told, at)


def _ask(document: ResultsDocument, told: Event, at: datetime) -> ResultsDocument:
    if told.actor.person_id is None:
        raise NotFound()
    session.execute(delete(ResultsDocument).where(ResultsDocument.asked_at < at - KEPT))
    document.asked_by_id, document.asked_at = told.actor.person_id, at
    document.state = DocumentState.WAITING
    session.add(document)
    # The job names the document by the number that the database gives.
    flush()
    record(told)
    defer("evaluation.write_document", {"document_id": document.id})
    return document


def page_of(document_id: int) -> Mapping[str, JsonValue] | None:
    """Return what is to be written; none when that is done, or nobody wants it any more."""
    return session.scalar(select(ResultsDocument.page).where(ResultsDocument.id == document_id))


def keep_document(*, document_id: int, content: bytes | None) -> None:
    """Keep what was written, or that nothing could be."""
    document = session.get(ResultsDocument, document_id)
    if document is None:
        return
    document.state = DocumentState.FAILED if content is None else DocumentState.WRITTEN
    document.content, document.page = content, None
    flush()
