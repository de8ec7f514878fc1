"""What the clock does: open waves whose window has begun, close those whose window has ended."""

import logging

from app.evaluation import commands, queries
from app.kernel.access import SYSTEM
from app.kernel.clock import now
from app.kernel.errors import RuleBroken
from app.kernel.transaction import unit_of_work

logger = logging.getLogger(__name__)


def keep_windows(secret: str) -> None:
    """Open and close what is due, each wave by itself, so that one that cannot be does not stop the others."""
    at = now()
    with unit_of_work():
        to_open, to_close = queries.list_wave_ids_to_open(at), queries.list_due_wave_ids(at)
    for wave_id in to_open:
        _open(wave_id, secret)
    for wave_id in to_close:
        _close(wave_id, secret)


def _open(wave_id: int, secret: str) -> None:
    try:
        with unit_of_work():
            commands.open_wave(wave=queries.get_wave(wave_id), secret=secret, actor=SYSTEM, at=now())
    except RuleBroken as refusal:
        # Its page shows that it is still planned, and the button there says why.
        logger.info("Wave %s was not opened: %s", wave_id, refusal.message)


def _close(wave_id: int, secret: str) -> None:
    try:
        with unit_of_work():
            commands.close_wave(wave=queries.get_wave(wave_id), secret=secret, actor=SYSTEM, at=now())
    except RuleBroken as refusal:
        logger.warning("Wave %s was not closed: %s", wave_id, refusal.message)
