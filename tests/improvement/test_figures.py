"""How figures are drawn: the ends of their scales and their digits."""

import pytest

from app.improvement.figures import drawn
from app.improvement.rules import may_write, next_state
from app.improvement.types import CycleState, IndicatorFacts, IndicatorSource, Part

I = IndicatorSource  # noqa: E741 - short, for a table
S = CycleState


@pytest.mark.parametrize(
    ("source", "unit", "target", "actual", "expected"),
    [
        (I.RESPONSE_RATE, "%", 80.0, 90.5, (0, 100, 1)),
        (I.ACTIVE_METHOD_SHARE, "%", None, None, (0, 100, 1)),
        (I.EVALUATION_MEAN, "", 4.2, 4.4, (1, 5, 2)),
        (I.EVALUATION_MEAN, "", 4.2, 0.5, (0, 5, 2)),
        (I.EVALUATION_MEAN, "", 6.0, 6.1, (1, 7, 2)),
        (I.EVALUATION_MEAN, "", 8.0, 8.5, (1, 10, 2)),
        (I.MANUAL, "%", 50.0, 60.0, (0, 100, 1)),
        (I.MANUAL, "%", 50.0, 140.0, (0, 200, 1)),
        (I.MANUAL, "hours", 30.0, 28.0, (0, 50, 0)),
        (I.MANUAL, "hours", 30.0, 28.5, (0, 50, 2)),
        (I.MANUAL, "hours", 100.0, 100.0, (0, 100, 0)),
        (I.MANUAL, "", None, None, (0, 1, 0)),
        (I.MANUAL, "points", 10.0, -30.0, (-50, 10, 0)),
    ],
)
def test_the_scale_holds_every_figure_and_ends_round(
    source: IndicatorSource,
    unit: str,
    target: float | None,
    actual: float | None,
    expected: tuple[float, float, int],
) -> None:
    shown = drawn(IndicatorFacts(1, "Figure", source=source, target=target, actual=actual), unit)
    assert (shown.minimum, shown.maximum, shown.digits) == expected


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (S.DRAFTED, S.APPROVED),
        (S.APPROVED, S.RUNNING),
        (S.RUNNING, S.CHECKING),
        (S.CHECKING, S.ACTING),
        (S.ACTING, S.CLOSED),
        (S.CLOSED, S.VERIFIED),
        (S.VERIFIED, None),
        (S.CANCELLED, None),
    ],
)
def test_the_way_forward(here: CycleState, there: CycleState | None) -> None:
    assert next_state(here) is there


@pytest.mark.parametrize(
    ("part", "states"),
    [
        (Part.PLAN, [S.DRAFTED]),
        (Part.AMENDMENTS, [S.APPROVED, S.RUNNING, S.CHECKING, S.ACTING]),
        (Part.DEVIATIONS, [S.APPROVED, S.RUNNING, S.CHECKING]),
        (Part.MEASUREMENTS, [S.RUNNING, S.CHECKING, S.ACTING]),
        (Part.FINDINGS, [S.CHECKING, S.ACTING]),
        (Part.DECISIONS, [S.CHECKING, S.ACTING]),
        (Part.NEW_ACTIONS, [S.CHECKING, S.ACTING]),
        (Part.CONCLUSION, [S.CHECKING, S.ACTING]),
        (Part.ACTIONS, [state for state in S if state is not S.CANCELLED]),
    ],
)
def test_each_part_is_written_in_its_phase(part: Part, states: list[CycleState]) -> None:
    assert [state for state in S if may_write(part, state)] == states
