from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.kernel.clock import now, stopped_at

NOON = datetime(2018, 6, 1, 12, tzinfo=timezone(timedelta(hours=7)))


def test_the_clock_is_aware_and_in_utc() -> None:
    assert now().utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - now()) < timedelta(seconds=5)


def test_the_clock_can_be_stopped_and_goes_on_afterwards() -> None:
    with stopped_at(NOON):
        assert now() == NOON
        assert now().tzinfo is UTC
        with stopped_at(NOON + timedelta(days=1)):
            assert now() == NOON + timedelta(days=1)
        assert now() == NOON
    assert now() > NOON + timedelta(days=365)


def test_the_clock_is_not_stopped_at_an_instant_without_zone() -> None:
    with pytest.raises(ValueError, match="time zone"), stopped_at(NOON.replace(tzinfo=None)):
        pass
