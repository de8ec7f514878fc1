"""How figures are drawn and compared: the ends of a scale, how exact a figure is, the effect between two turns."""

import math
from collections.abc import Iterable

from app.improvement.measures import effect, verdict
from app.improvement.read_models import IndicatorShown
from app.improvement.types import Direction, Effect, IndicatorFacts, IndicatorSource, Measurement, Verdict

_SHARES = frozenset(
    {IndicatorSource.RESPONSE_RATE, IndicatorSource.ATTENDANCE, IndicatorSource.ACTIVE_METHOD_SHARE}
)
_SCALE_ENDS = (5.0, 7.0, 10.0)


def drawn(indicator: IndicatorFacts, unit: str) -> IndicatorShown:
    """How the indicator is drawn."""
    figures = [
        float(figure)
        for figure in (
            indicator.target,
            indicator.baseline,
            indicator.actual,
            indicator.actual_low,
            indicator.actual_high,
        )
        if figure is not None
    ]
    minimum, maximum = _ends(indicator.source, unit, figures)
    return IndicatorShown(verdict(indicator), minimum, maximum, digits_of(indicator.source, unit, figures))


def _ends(source: IndicatorSource | None, unit: str, figures: Iterable[float]) -> tuple[float, float]:
    lowest, highest = min(figures, default=0.0), max(figures, default=0.0)
    if source in _SHARES or (unit == "%" and lowest >= 0 and highest <= 100):
        return 0.0, 100.0
    if source is IndicatorSource.EVALUATION_MEAN and highest <= _SCALE_ENDS[-1]:
        return min(1.0, math.floor(lowest)), next(end for end in _SCALE_ENDS if highest <= end)
    return -_round_up(-lowest) if lowest < 0 else 0.0, _round_up(highest)


def _round_up(figure: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 and so on; 1 for nothing."""
    if figure <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(figure))
    return next(step * power for step in (1, 2, 5, 10) if figure <= step * power * (1 + 1e-9))


def digits_of(source: IndicatorSource | None, unit: str, figures: Iterable[float]) -> int:
    """How many digits a figure is written with: no more than it can bear, the same for all of an indicator."""
    if source in _SHARES or unit == "%":
        return 1
    if source is IndicatorSource.EVALUATION_MEAN:
        return 2
    return 0 if all(figure.is_integer() for figure in figures) else 2


def effect_between(before: IndicatorFacts | None, after: IndicatorFacts | None) -> Effect:
    """What an indicator shows from one turn to the next; nothing can be told without figures of both."""
    if before is None or after is None or before.direction is None:
        return Effect.CANNOT_TELL
    told = {Verdict.MET, Verdict.MISSED}
    if verdict(before) not in told or verdict(after) not in told:
        return Effect.CANNOT_TELL
    return effect(
        _measurement(before),
        _measurement(after),
        after.direction or Direction.AT_LEAST,
        minimum_n=max(before.minimum_n or 1, after.minimum_n or 1),
    )


def _measurement(indicator: IndicatorFacts) -> Measurement | None:
    """The figure with its interval. Hours are all counted, so their share has none but itself."""
    if indicator.actual is None or indicator.actual_n is None:
        return None
    low, high = indicator.actual_low, indicator.actual_high
    if indicator.source is IndicatorSource.ACTIVE_METHOD_SHARE:
        low = high = indicator.actual
    return Measurement(indicator.actual, indicator.actual_n, low, high)
