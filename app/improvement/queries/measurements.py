"""Figures for indicators, read from where they are kept."""

from typing import assert_never

from sqlalchemy import func, select

from app.attendance.queries import attendance_share
from app.evaluation.figure_types import Target
from app.evaluation.queries import item_mean, response_rate
from app.evaluation.statistics import wilson_interval
from app.evaluation.types import InsufficientData
from app.improvement.models import Cycle, Indicator
from app.improvement.types import Direction, IndicatorSource, Measurement, TooFew
from app.kernel.db import session
from app.scheduling.models import CourseSession
from app.scheduling.queries import active_method_share
from app.scheduling.types import SessionState


def read_figure(indicator: Indicator, course_id: int) -> Measurement | TooFew | None:
    """Return what the indicator's source says of the course; None when it says nothing, or nothing by itself.

    Shares are in percent.
    """
    match indicator.source:
        case IndicatorSource.MANUAL:
            return None
        case IndicatorSource.EVALUATION_MEAN:
            return _item_mean(course_id, indicator.source_key or "")
        case IndicatorSource.RESPONSE_RATE:
            return _share(response_rate(course_id))
        case IndicatorSource.ATTENDANCE:
            return _share(attendance_share(course_id))
        case IndicatorSource.ACTIVE_METHOD_SHARE:
            return _active_share(course_id)
        case _:
            assert_never(indicator.source)


def _item_mean(course_id: int, item_code: str) -> Measurement | TooFew | None:
    found = item_mean(course_id, item_code)
    if found is None:
        return None
    if isinstance(found, InsufficientData):
        return TooFew(found.n)
    return Measurement(float(found.mean), found.n, float(found.low), float(found.high))


def _share(counted: tuple[int, int] | None) -> Measurement | None:
    """Return so many of so many in percent, with the Wilson interval."""
    if counted is None or not counted[1]:
        return None
    count, n = counted
    interval = wilson_interval(count, n)
    return Measurement(100 * count / n, n, 100 * interval.low, 100 * interval.high)


def _active_share(course_id: int) -> Measurement | None:
    """Return the share of active hours. It counts every session, so it has no sampling interval; n is theirs."""
    active, hours = active_method_share(course_id)
    if not hours:
        return None
    live = session.scalar(
        select(func.count())
        .select_from(CourseSession)
        .where(CourseSession.course_id == course_id, CourseSession.state != SessionState.CANCELLED)
    )
    return Measurement(float(100 * active / hours), live or 0)


def list_item_targets(course_id: int) -> dict[str, Target]:
    """Return what the course's cycle wants of the means of evaluation items, by the item's code."""
    rows = session.execute(
        select(Indicator.source_key, Indicator.target, Indicator.direction)
        .join(Cycle, Cycle.id == Indicator.cycle_id)
        .where(
            Cycle.course_id == course_id,
            Indicator.source == IndicatorSource.EVALUATION_MEAN,
            Indicator.target.is_not(None),
        )
        .order_by(Indicator.id)
    )
    return {
        code: Target(target, direction is Direction.AT_MOST)
        for code, target, direction in rows
        if code is not None and target is not None
    }
