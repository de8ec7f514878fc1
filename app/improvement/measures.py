"""What measurements say: about a target, and about the effect of an action."""

import math

from app.improvement.types import Direction, Effect, IndicatorFacts, Measurement, Verdict

# Means are sums of floating-point numbers; a mean of exactly 4.2 must reach a target of 4.2.
_TOLERANCE = 1e-9


def verdict(indicator: IndicatorFacts) -> Verdict:
    """What the indicator's measurement says about its target; never “met” below its minimum n."""
    if indicator.not_measurable_because:
        return Verdict.NOT_MEASURABLE
    if indicator.actual_n is not None and indicator.actual_n < (indicator.minimum_n or 1):
        return Verdict.INSUFFICIENT_DATA
    if indicator.actual is None or indicator.actual_n is None or indicator.target is None:
        return Verdict.NOT_MEASURED
    above = indicator.actual - indicator.target
    surplus = -above if indicator.direction is Direction.AT_MOST else above
    return Verdict.MET if surplus >= -_TOLERANCE else Verdict.MISSED


def effect(
    before: Measurement | None, after: Measurement | None, direction: Direction, *, minimum_n: int = 1
) -> Effect:
    """What the same indicator shows from one turn to the next, with the uncertainty of both.

    The 95 % interval of the difference is composed from the intervals of the two figures (Zou and Donner's
    method of variance estimates recovery); an effect is claimed only when it leaves zero out.
    """
    if before is None or after is None or min(before.n, after.n) < minimum_n:
        return Effect.CANNOT_TELL
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return Effect.CANNOT_TELL
    difference = after.value - before.value
    low = difference - math.hypot(after.value - after.low, before.high - before.value)
    high = difference + math.hypot(after.high - after.value, before.value - before.low)
    if direction is Direction.AT_MOST:
        low, high = -high, -low
    if low > 0:
        return Effect.EFFECTIVE
    return Effect.WORSE if high < 0 else Effect.NO_EFFECT_SHOWN
