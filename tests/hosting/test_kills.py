"""Each program of a working Rondo killed once: what was acknowledged is there, and nothing is there by half.

The same with twenty kills and larger lists: ``python -m tests.load.kills``.
"""

import sys
from pathlib import Path

import pytest

from tests.load.kill_scene import DATABASE, WEB, WORKER
from tests.load.kills import ANSWERS_A_ROUND, Strike, kill_over_and_over


@pytest.mark.skipif(sys.platform != "linux", reason="finds the programs through /proc")
def test_nothing_acknowledged_is_lost_when_programs_are_killed(tmp_path: Path) -> None:
    # The import that the worker loses is run again after half a minute; the others are struck in the meantime.
    strikes = [Strike(WORKER), Strike(WEB, amid_import=False), Strike(DATABASE, amid_import=False)]

    outcome = kill_over_and_over(tmp_path, strikes, rows=200)

    assert not outcome.findings, str(outcome.findings)
    assert outcome.refused == []
    assert outcome.acknowledged == len(strikes) * ANSWERS_A_ROUND
    assert outcome.missed == [], "the check did not find a damage done on purpose"
