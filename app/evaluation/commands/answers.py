"""Taking an answer: once for each invitation, sealed, in the same act that marks the invitation as answered."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from app.evaluation.commands.waves import refuse
from app.evaluation.errors import AnswersRefused
from app.evaluation.models import Invitation, SealedAnswer, Wave
from app.evaluation.queries.instruments import list_questions
from app.evaluation.rules import check_answers, given_answers, may_answer
from app.evaluation.sealing import seal, sheet_size
from app.kernel.db import session
from app.kernel.transaction import flush


def give_answer(*, invitation: Invitation, answers: Mapping[str, object], at: datetime) -> None:
    """Keep what was answered, sealed to the wave's key. Nothing records when, and no event is made of it.

    Raises WaveRefused (answered already, not open yet, closed) or AnswersRefused.
    """
    wave = _held_open(invitation.wave_id)
    locked = _locked(invitation)
    refuse(
        wave,
        may_answer(
            wave.state,
            opens_at=wave.opens_at,
            closes_at=wave.closes_at,
            already_answered=locked.answered,
            now=at,
        ),
    )
    items = [question.item for question in list_questions(wave.instrument)]
    if problems := check_answers(items, answers):
        raise AnswersRefused(problems)
    sheet = given_answers(items, answers)
    sealed = seal(wave.public_key or b"", sheet, size=sheet_size(items))
    session.add(SealedAnswer(id=uuid4(), wave_id=wave.id, sealed=sealed))
    locked.answered = True
    flush()


def _held_open(wave_id: int) -> Wave:
    """Return the wave, which cannot be closed before this answer is in or refused."""
    statement = select(Wave).where(Wave.id == wave_id).with_for_update(read=True, key_share=True, of=Wave)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def _locked(invitation: Invitation) -> Invitation:
    statement = select(Invitation).where(Invitation.id == invitation.id).with_for_update(of=Invitation)
    return session.scalars(statement.execution_options(populate_existing=True)).one()
