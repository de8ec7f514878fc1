"""Places in courses for tests."""

from itertools import count
from typing import Any

from app.enrolment.models import Enrolment, EnrolmentStep, TraineeImport
from app.enrolment.types import EnrolmentState, ImportState, RowFate
from app.kernel.clock import now
from app.kernel.db import session
from app.people.models import Person
from app.scheduling.models import Course
from tests.factories.people import make_person
from tests.factories.scheduling import make_course

_numbers = count(1)


def make_enrolment(course: Course | None = None, person: Person | None = None, **values: Any) -> Enrolment:
    """Return a stored place with its first step, by default confirmed; nobody is bound to any session by it."""
    person = person or make_person()
    enrolment = Enrolment(
        **{
            "course": course or make_course(),
            "person": person,
            "home_organisation_id": person.organisation_id,
            "state": EnrolmentState.CONFIRMED,
            "changed_at": now(),
            **values,
        }
    )
    session.add(enrolment)
    session.flush()
    session.add(EnrolmentStep(enrolment_id=enrolment.id, to_state=enrolment.state, at=enrolment.changed_at))
    session.flush()
    return enrolment


def make_import(course: Course | None = None, **values: Any) -> TraineeImport:
    """Return a stored import that was checked and holds no rows."""
    made_by = values.pop("made_by", None) or make_person()
    trainee_import = TraineeImport(
        **{
            "course": course or make_course(),
            "file_name": f"trainees-{next(_numbers)}.csv",
            "content": b"",
            "state": ImportState.CHECKED,
            "made_by_id": made_by.id,
            "plan": {"rows": []},
            "totals": {**dict.fromkeys((fate.value for fate in RowFate), 0), "waiting": 0},
            **values,
        }
    )
    session.add(trainee_import)
    session.flush()
    return trainee_import
