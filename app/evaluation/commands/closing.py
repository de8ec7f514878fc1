"""What closing a wave stores, from whichever source the answers come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import SystemRandom
from uuid import uuid4

from sqlalchemy import delete, insert, update

from app.evaluation.models import Comment, Invitation, Response, SealedAnswer, Wave
from app.evaluation.queries.instruments import list_questions
from app.evaluation.results import count_answers, stored_form
from app.evaluation.types import Answer, ItemKind, WaveState
from app.kernel.db import session
from app.kernel.tasks import defer
from app.kernel.transaction import flush

_chance = SystemRandom()


def store_results(
    wave: Wave, sheets: Sequence[Mapping[str, Answer]], *, closed_at: datetime, counted_at: datetime
) -> None:
    """Store the answers without their order, and the results; the wave is closed after it.

    What would tell in which order people answered goes: the sealed rows, the key, and the age of the marks
    on the invitations.
    """
    items = [question.item for question in list_questions(wave.instrument)]
    texts = {item.code for item in items if item.kind is ItemKind.TEXT}
    _store_responses(wave.id, sheets, texts)
    _store_comments(wave.id, sheets, texts)
    wave.results = stored_form(count_answers(items, sheets), n=len(sheets))
    wave.response_count = len(sheets)
    wave.state, wave.closed_at, wave.counted_at = WaveState.CLOSED, closed_at, counted_at
    wave.public_key = wave.sealed_private_key = None
    session.execute(delete(SealedAnswer).where(SealedAnswer.wave_id == wave.id))
    session.execute(
        update(Invitation).where(Invitation.wave_id == wave.id).values(answered=Invitation.answered)
    )
    flush()
    # The counts are there at once; what takes longer to work out follows.
    defer("evaluation.compute_figures", {}, queueing_lock="evaluation.compute_figures")


def _store_responses(wave_id: int, sheets: Sequence[Mapping[str, Answer]], texts: set[str]) -> None:
    rows = [
        {
            "id": uuid4(),
            "wave_id": wave_id,
            "answers": {code: answer for code, answer in sheet.items() if code not in texts},
        }
        for sheet in sheets
    ]
    _chance.shuffle(rows)
    if rows:
        session.execute(insert(Response), rows)


def _store_comments(wave_id: int, sheets: Sequence[Mapping[str, Answer]], texts: set[str]) -> None:
    rows = [
        {"id": uuid4(), "wave_id": wave_id, "item_code": code, "text": str(answer)}
        for sheet in sheets
        for code, answer in sheet.items()
        if code in texts
    ]
    _chance.shuffle(rows)
    if rows:
        session.execute(insert(Comment), rows)
