"""A whole cohort goes on together: on the first day of a course and on its last."""

import pytest
from sqlalchemy.orm import Session

from app.enrolment import commands, queries
from app.enrolment.errors import ReasonMissing, StepNotPossible
from app.enrolment.events import CohortMoved
from app.enrolment.types import EnrolmentState
from app.kernel.access import SYSTEM
from app.kernel.clock import now
from app.kernel.events import take_recorded
from app.scheduling.models import Course
from tests.factories.enrolment import make_enrolment
from tests.factories.scheduling import make_course

S = EnrolmentState


def move(course: Course, to: S) -> int:
    return commands.move_cohort(course=course, to=to, actor=SYSTEM, at=now())


def test_trainees_for_whom_the_step_is_open_go_on(db: Session) -> None:
    course = make_course()
    confirmed = [make_enrolment(course) for _ in range(2)]
    waiting, attending = make_enrolment(course, state=S.WAITING), make_enrolment(course, state=S.ATTENDING)
    elsewhere = make_enrolment()

    assert move(course, S.ATTENDING) == 2

    assert [one.state for one in confirmed] == [S.ATTENDING, S.ATTENDING]
    assert (waiting.state, attending.state, elsewhere.state) == (S.WAITING, S.ATTENDING, S.CONFIRMED)
    assert [step.to_state for step in queries.list_steps(confirmed[0])] == [S.CONFIRMED, S.ATTENDING]
    [happened] = [one for one in take_recorded() if isinstance(one, CohortMoved)]
    assert happened.person_ids == tuple(one.person_id for one in confirmed)
    assert move(course, S.COMPLETED) == 3


@pytest.mark.parametrize(
    ("to", "refusal"),
    [(S.WITHDRAWN, StepNotPossible), (S.WAITING, StepNotPossible), (S.NOT_COMPLETED, ReasonMissing)],
)
def test_what_is_decided_person_by_person_is_refused(db: Session, to: S, refusal: type[Exception]) -> None:
    enrolment = make_enrolment()

    with pytest.raises(refusal):
        move(enrolment.course, to)

    assert enrolment.state is S.CONFIRMED
