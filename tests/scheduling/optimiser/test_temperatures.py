"""At which temperatures a search spends its time: where there is something to settle."""

import numpy as np
import pytest

from app.scheduling.optimiser.temperatures import Heat, straight

TEMPERATURES = np.array([16.0, 8.0, 4.0, 2.0, 1.0, 0.5])


def _heat(*heat: float) -> Heat:
    return Heat(TEMPERATURES, np.array(heat))


def test_a_straight_schedule_falls_by_the_same_factor() -> None:
    schedule = straight(16.0, 1.0)

    assert [schedule.at(along) for along in (0.0, 0.25, 0.5, 1.0)] == pytest.approx([16.0, 8.0, 4.0, 1.0])


@pytest.mark.parametrize(
    ("hot", "cold", "first", "last"),
    [(0.4, 0.4, 8.0, 1.0), (0.9, 0.4, 4.0, 1.0), (0.9, 0.9, 4.0, 2.0), (0.1, 0.1, 16.0, 0.5)],
)
def test_it_begins_and_ends_where_there_is_so_much_of_the_peak(
    hot: float, cold: float, first: float, last: float
) -> None:
    schedule = _heat(1.0, 5.0, 10.0, 9.0, 4.0, 1.0).schedule(hot=hot, cold=cold, focus=1.0)

    # A temperature stands for half a step around it.
    assert schedule.at(0.0) == pytest.approx(first * np.sqrt(2))
    assert schedule.at(1.0) == pytest.approx(last / np.sqrt(2))


@pytest.mark.parametrize(("focus", "share"), [(0.0, 1 / 2), (1.0, 3 / 4), (2.0, 9 / 10)])
def test_time_is_spent_where_the_heat_is(focus: float, share: float) -> None:
    """Two temperatures, three times the heat at the first."""
    schedule = Heat(np.array([2.0, 1.0]), np.array([3.0, 1.0])).schedule(hot=0.1, cold=0.1, focus=focus)

    assert schedule.at(share) == pytest.approx(np.sqrt(2.0))


def test_without_any_heat_it_cools_by_the_same_factor() -> None:
    schedule = _heat(0, 0, 0, 0, 0, 0).schedule(hot=0.9, cold=0.5, focus=1.0)

    assert [schedule.at(along) for along in (0.0, 0.2, 1.0)] == pytest.approx([16.0, 8.0, 0.5])


@pytest.mark.parametrize("count", [1, 2, 23, 24, 1_000])
def test_heat_is_the_deviation_by_the_temperature(count: int) -> None:
    """With a deviation of three times the temperature everywhere it is three everywhere."""
    temperatures = np.geomspace(10.0, 0.1, count)

    heat = Heat.of([(temperature, (3 * temperature) ** 2) for temperature in temperatures])

    assert len(heat.heat) == len(heat.temperatures) == min(count, 24)
    assert heat.heat == pytest.approx(3.0, rel=0.05)
    assert (np.diff(heat.temperatures) < 0).all()
