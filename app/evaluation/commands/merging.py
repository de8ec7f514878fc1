"""What becomes of waves when two records were one person."""

from sqlalchemy import func, select

from app.evaluation.models import Invitation, SealedAnswer, Wave
from app.evaluation.types import WaveState
from app.kernel.db import session
from app.kernel.transaction import flush


def recount_invited(*, person_id: int) -> None:
    """Count anew who is invited to the open waves of somebody whose two invitations have become one.

    Results that are out do not change any more. When both had answered, the answers stay two: nobody can tell whose
    they are, and no share is to be above the whole.
    """
    open_waves = session.scalars(
        select(Wave)
        .join(Invitation, Invitation.wave_id == Wave.id)
        .where(Invitation.person_id == person_id, Wave.state == WaveState.OPEN)
        .order_by(Wave.id)
        .with_for_update(of=Wave, key_share=True)
    ).all()
    for wave in open_waves:
        wave.invited_count = max(_count(Invitation, wave), _count(SealedAnswer, wave))
    flush()


def _count(kind: type[Invitation] | type[SealedAnswer], wave: Wave) -> int:
    counted = select(func.count()).select_from(kind).where(kind.wave_id == wave.id)
    return session.scalar(counted) or 0
