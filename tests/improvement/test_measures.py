from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.improvement.measures import effect, verdict
from app.improvement.types import Direction, Effect, IndicatorFacts, Measurement, Verdict

AT_LEAST, AT_MOST = Direction.AT_LEAST, Direction.AT_MOST


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"actual": 4.5, "actual_n": 26}, Verdict.MET),
        ({"actual": 4.6, "actual_n": 26}, Verdict.MET),
        ({"actual": 4.49, "actual_n": 26}, Verdict.MISSED),
        ({"actual": 4.5 - 1e-12, "actual_n": 26}, Verdict.MET),
        ({"actual": 4.5, "actual_n": 26, "direction": AT_MOST}, Verdict.MET),
        ({"actual": 4.6, "actual_n": 26, "direction": AT_MOST}, Verdict.MISSED),
        ({"actual": 4.4, "actual_n": 26, "direction": AT_MOST}, Verdict.MET),
        ({"actual": 5.0, "actual_n": 4}, Verdict.INSUFFICIENT_DATA),
        ({"actual": 1.0, "actual_n": 4}, Verdict.INSUFFICIENT_DATA),
        ({"actual": None, "actual_n": 4}, Verdict.INSUFFICIENT_DATA),
        ({"actual": 5.0, "actual_n": 5}, Verdict.MET),
        ({"actual": 5.0, "actual_n": 0, "minimum_n": None}, Verdict.INSUFFICIENT_DATA),
        ({}, Verdict.NOT_MEASURED),
        ({"actual": 4.5, "actual_n": 26, "target": None}, Verdict.NOT_MEASURED),
        ({"actual": None, "actual_n": 26}, Verdict.NOT_MEASURED),
        ({"not_measurable_because": "Forms lost"}, Verdict.NOT_MEASURABLE),
        ({"not_measurable_because": "Forms lost", "actual": 5.0, "actual_n": 26}, Verdict.NOT_MEASURABLE),
    ],
)
def test_the_verdict_of_an_indicator(facts: dict[str, Any], expected: Verdict) -> None:
    plan: dict[str, Any] = {
        "id": 1,
        "name": "Usefulness",
        "direction": AT_LEAST,
        "target": 4.5,
        "minimum_n": 5,
    }
    assert verdict(IndicatorFacts(**(plan | facts))) is expected


def figure(value: float, margin: float | None = 0.1, n: int = 30) -> Measurement:
    if margin is None:
        return Measurement(value, n)
    return Measurement(value, n, value - margin, value + margin)


@pytest.mark.parametrize(
    ("before", "after", "direction", "expected"),
    [
        (figure(4.0), figure(4.15), AT_LEAST, Effect.EFFECTIVE),
        (figure(4.0), figure(4.14), AT_LEAST, Effect.NO_EFFECT_SHOWN),
        (figure(4.0), figure(4.0), AT_LEAST, Effect.NO_EFFECT_SHOWN),
        (figure(4.0), figure(3.85), AT_LEAST, Effect.WORSE),
        (figure(4.0), figure(3.86), AT_LEAST, Effect.NO_EFFECT_SHOWN),
        (figure(4.0), figure(3.85), AT_MOST, Effect.EFFECTIVE),
        (figure(4.0), figure(4.15), AT_MOST, Effect.WORSE),
        (figure(4.0), figure(5.0, n=4), AT_LEAST, Effect.CANNOT_TELL),
        (figure(4.0, n=4), figure(5.0), AT_LEAST, Effect.CANNOT_TELL),
        (figure(4.0, None), figure(5.0), AT_LEAST, Effect.CANNOT_TELL),
        (figure(4.0), figure(5.0, None), AT_LEAST, Effect.CANNOT_TELL),
        (None, figure(5.0), AT_LEAST, Effect.CANNOT_TELL),
        (figure(4.0), None, AT_LEAST, Effect.CANNOT_TELL),
    ],
)
def test_the_effect_of_an_action(
    before: Measurement | None, after: Measurement | None, direction: Direction, expected: Effect
) -> None:
    assert effect(before, after, direction, minimum_n=5) is expected


def test_the_side_of_the_interval_that_faces_the_other_figure_counts() -> None:
    before = Measurement(0.5, 30, low=0.2, high=0.55)
    after = Measurement(0.65, 30, low=0.6, high=0.9)
    assert effect(before, after, AT_LEAST) is Effect.EFFECTIVE
    assert effect(after, before, AT_LEAST) is Effect.WORSE


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0.01, 2), st.floats(0.01, 2))
def test_turning_time_or_direction_round_turns_the_effect_round(
    one: float, other: float, margin: float, other_margin: float
) -> None:
    turned = {Effect.EFFECTIVE: Effect.WORSE, Effect.WORSE: Effect.EFFECTIVE}
    before, after = figure(one, margin), figure(other, other_margin)
    found = effect(before, after, AT_LEAST)
    assert effect(before, after, AT_MOST) is turned.get(found, found)
    assert effect(after, before, AT_LEAST) is turned.get(found, found)
