"""Runs of the search and proposals for tests."""

from datetime import timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from app.kernel.clock import now
from app.kernel.db import session
from app.people.models import Person
from app.planning.models import Absence, PlanningProposal, PlanningRun
from app.planning.stored import write_levels, write_situation
from app.planning.types import DEFAULT_LEVELS, Emphasis, RunState
from app.scheduling.models import Course
from tests.factories.scheduling import FIRST_MORNING
from tests.planning.situations import situation


def make_absence(person: Person, **values: Any) -> Absence:
    """Return a stored absence of the person in the hours of the first session, put on record by themselves."""
    absence = Absence(
        **{
            "organisation_id": person.organisation_id,
            "person": person,
            "during": Range(FIRST_MORNING, FIRST_MORNING + timedelta(hours=2), bounds="[)"),
            "reason": "Conference",
            "recorded_by_id": person.id,
            **values,
        }
    )
    session.add(absence)
    session.flush()
    return absence


def make_run(course: Course, asked_by: Person, **values: Any) -> PlanningRun:
    """Return a stored run of the course that is over and was told of nothing to place."""
    run = PlanningRun(
        **{
            "organisation": course.organisation,
            "course": course,
            "first_day": course.starts_on,
            "last_day": course.ends_on,
            "asked_by": asked_by,
            "state": RunState.DONE,
            "seconds": 20,
            "seed": 1,
            "levels": write_levels(DEFAULT_LEVELS),
            "moving": False,
            "situation": write_situation(situation(meetings=(), bookings=())),
            "started_at": now(),
            "finished_at": now(),
            **values,
        }
    )
    session.add(run)
    session.flush()
    return run


def make_proposal(course: Course, asked_by: Person, **values: Any) -> PlanningProposal:
    """Return a stored proposal that places nothing."""
    proposal = PlanningProposal(
        **{
            "run": values.pop("run", None) or make_run(course, asked_by),
            "number": 1,
            "emphasis": Emphasis.BALANCED,
            "places": [],
            "costs": {},
            "unplaced": 0,
            "facts": [["nothing", "", 0, 0, "", 0]],
            **values,
        }
    )
    session.add(proposal)
    session.flush()
    return proposal
