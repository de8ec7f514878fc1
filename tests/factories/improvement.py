"""Cycles, indicators, findings and actions for tests."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from app.attendance.types import Mark
from app.evaluation.types import WaveState
from app.improvement.models import Action, Cycle, Finding, Indicator, Objective
from app.improvement.rules import WAY
from app.improvement.types import (
    ActionState,
    CauseCategory,
    CycleState,
    Decision,
    Direction,
    FindingKind,
    IndicatorSource,
    KirkpatrickLevel,
)
from app.kernel.db import session
from app.people.models import Person
from app.scheduling.models import Course, TimetableRelease
from app.scheduling.types import SessionState
from tests.factories.attendance import make_mark, make_register
from tests.factories.enrolment import make_enrolment
from tests.factories.evaluation import make_closed_wave, make_wave, sheets_of
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session

_numbers = count(1)


def make_cycle(course: Course | None = None, **values: Any) -> Cycle:
    """Return the stored cycle of a course, by default a draft without anything in it."""
    cycle = Cycle(
        **{
            "course": course or make_course(),
            "state": CycleState.DRAFTED,
            "author": values.pop("author", None) or make_person(),
            **values,
        }
    )
    session.add(cycle)
    session.flush()
    return cycle


def make_objective(cycle: Cycle, **values: Any) -> Objective:
    """Return a stored objective about learning."""
    number = next(_numbers)
    objective = Objective(
        **{"position": number, "text": f"Objective {number}", "level": KirkpatrickLevel.LEARNING, **values}
    )
    cycle.objectives.append(objective)
    session.flush()
    return objective


def make_indicator(cycle: Cycle, **values: Any) -> Indicator:
    """Return a stored indicator that is fully planned: at least 4.2, entered by hand, from 5 cases on."""
    indicator = Indicator(
        **{
            "name": f"Indicator {next(_numbers)}",
            "source": IndicatorSource.MANUAL,
            "direction": Direction.AT_LEAST,
            "target": 4.2,
            "minimum_n": 5,
            "baseline_none_because": "First course of its kind",
            **values,
        }
    )
    cycle.indicators.append(indicator)
    session.flush()
    return indicator


def make_finding(cycle: Cycle, **values: Any) -> Finding:
    """Return a stored gap with evidence and cause, not decided about."""
    finding = Finding(
        **{
            "cycle": cycle,
            "kind": FindingKind.GAP,
            "text": f"Gap {next(_numbers)}",
            "evidence": "Comments of the end evaluation",
            "cause_category": CauseCategory.METHOD,
            "whys": [],
            **values,
        }
    )
    session.add(finding)
    session.flush()
    return finding


def make_action(cycle: Cycle, **values: Any) -> Action:
    """Return a stored open action with owner and due date, and the cycle's first indicator."""
    indicators = cycle.indicators
    action = Action(
        **{
            "cycle": cycle,
            "title": f"Action {next(_numbers)}",
            "owner": values.pop("owner", None) or make_person(),
            "due_on": date(2027, 3, 1),
            "indicator": indicators[0] if indicators else None,
            "state": ActionState.OPEN,
            **values,
        }
    )
    session.add(action)
    session.flush()
    return action


def make_release(course: Course) -> TimetableRelease:
    """Return a stored release of the course's timetable."""
    release = TimetableRelease(
        course=course, number=1, name="First", released_at=FIRST_MORNING - timedelta(days=30), entries=[]
    )
    session.add(release)
    session.flush()
    return release


def make_cycle_before(to: CycleState, course: Course | None = None, **values: Any) -> Cycle:
    """Return a cycle one step before the state, with all that the guard of the step asks for.

    Its one indicator rests on the item ``usefulness``, has met its target and is answered by a strength that is
    standardised and an open action.
    """
    cycle = make_cycle(course, **{"state": WAY[WAY.index(to) - 1], **values})
    make_objective(cycle)
    indicator = make_indicator(
        cycle, name="Usefulness", source=IndicatorSource.EVALUATION_MEAN, source_key="usefulness"
    )
    if WAY.index(to) >= WAY.index(CycleState.RUNNING):
        make_release(cycle.course)
        trainee = make_enrolment(cycle.course).person
    if WAY.index(to) >= WAY.index(CycleState.CHECKING):
        _hold_course(cycle.course, trainee)
    if WAY.index(to) >= WAY.index(CycleState.ACTING):
        indicator.actual, indicator.actual_n = 4.4, 12
        indicator.actual_low, indicator.actual_high = 4.2, 4.6
    if WAY.index(to) >= WAY.index(CycleState.CLOSED):
        _conclude(cycle, indicator)
    if to is CycleState.VERIFIED:
        _follow(cycle, indicator)
    session.flush()
    return cycle


def _hold_course(course: Course, trainee: Person) -> None:
    held = make_session(course, state=SessionState.HELD)
    make_register(held)
    make_mark(held, trainee, Mark.PRESENT)
    make_closed_wave(course, sheets_of(5, 5, 4, 4, 5, 4), opens_at=FIRST_MORNING + timedelta(days=4))


def _conclude(cycle: Cycle, indicator: Indicator) -> None:
    make_finding(
        cycle,
        kind=FindingKind.STRENGTH,
        text="The debates worked",
        cause_category=None,
        decision=Decision.STANDARDISE,
        indicator_id=indicator.id,
    )
    make_action(cycle, title="Write the debate into the handbook")
    cycle.standard_changed = "Handbook, chapter 3"
    cycle.trainee_summary = "You said the debates helped. Every course has them now."


def _follow(cycle: Cycle, indicator: Indicator) -> None:
    following = make_cycle(
        make_course(cycle.course.organisation, version=cycle.course.curriculum_version),
        previous_cycle=cycle,
        state=CycleState.CHECKING,
    )
    make_indicator(
        following,
        name="Usefulness",
        previous_indicator_id=indicator.id,
        actual=4.7,
        actual_n=20,
        actual_low=4.65,
        actual_high=4.75,
    )
    make_wave(
        cycle.course,
        state=WaveState.CLOSED,
        opens_at=FIRST_MORNING + timedelta(days=120),
        closes_at=FIRST_MORNING + timedelta(days=140),
    )
