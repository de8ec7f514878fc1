"""Answers, withdrawals and proposals at the same moment: on committed data, in an own database."""

from collections import Counter
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from app.kernel.access import SYSTEM
from app.kernel.clock import now
from app.kernel.db import session
from app.scheduling.models import Engagement
from app.scheduling.queries import get_session
from app.teaching import commands, queries
from app.teaching.models import Assignment, Lecturer
from app.teaching.types import AssignmentState, LecturerPart
from tests.factories.scheduling import make_course, make_session
from tests.factories.teaching import make_assignment, make_lecturer
from tests.support.at_once import AT_ONCE, all_at_once, keep


def stored(assignment_id: int) -> tuple[AssignmentState, int]:
    assignment = session.get_one(Assignment, assignment_id)
    bound = session.scalar(
        select(func.count()).where(
            Engagement.course_session_id == assignment.course_session_id,
            Engagement.person_id == session.get_one(Lecturer, assignment.lecturer_id).person_id,
        )
    )
    state = assignment.state
    session.remove()
    return state, bound or 0


def test_yes_no_and_withdrawal_at_once_leave_one_answer_and_the_hours_it_means(
    committed: None, app: Flask
) -> None:
    ends = Counter[str]()
    for _round in range(12):
        assignment_id = make_assignment().id
        keep()

        def answer(accept: bool, number: int = assignment_id) -> None:
            commands.answer_assignment(
                assignment=queries.get_assignment(number),
                accept=accept,
                reason="Abroad",
                actor=SYSTEM,
                at=now(),
            )

        def withdraw(number: int = assignment_id) -> None:
            commands.withdraw_assignment(
                assignment=queries.get_assignment(number), reason="Two are enough", actor=SYSTEM, at=now()
            )

        outcome = all_at_once(
            app, [lambda: answer(True), lambda: answer(False), withdraw, lambda: answer(True), withdraw]
        )

        # A yes may still be followed by a no or a withdrawal; of those two only one.
        assert set(outcome) <= {"done", "StepNotPossible"}
        state, bound = stored(assignment_id)
        assert state in (AssignmentState.DECLINED, AssignmentState.WITHDRAWN)
        assert bound == 0
        assert outcome["done"] in (1, 2)
        ends[state.value] += 1
    assert sum(ends.values()) == 12


def test_one_lecturer_asked_for_overlapping_sessions_at_once_is_bound_to_one(
    committed: None, app: Flask
) -> None:
    for _round in range(5):
        lecturer_id = make_lecturer().id
        sessions = [make_session(make_course()).id for _ in range(AT_ONCE)]
        keep()

        def propose(session_id: int, number: int = lecturer_id) -> None:
            commands.propose_assignment(
                course_session=get_session(session_id),
                lecturer=queries.get_lecturer(number),
                part=LecturerPart.LEAD,
                actor=SYSTEM,
                at=now(),
            )

        outcome = all_at_once(app, [partial(propose, one) for one in sessions])

        assert outcome == {"done": 1, "PersonBusy": AT_ONCE - 1}
        count = session.scalar(select(func.count()).where(Assignment.lecturer_id == lecturer_id))
        session.remove()
        assert count == 1


def test_one_lecturer_proposed_twice_at_once_for_one_session_stands_there_once(
    committed: None, app: Flask
) -> None:
    lecturer_id, session_id = make_lecturer().id, make_session().id
    keep()

    def propose() -> None:
        commands.propose_assignment(
            course_session=get_session(session_id),
            lecturer=queries.get_lecturer(lecturer_id),
            part=LecturerPart.LEAD,
            actor=SYSTEM,
            at=now(),
        )

    assert all_at_once(app, [propose] * AT_ONCE) == {"done": 1, "ProposedAlready": AT_ONCE - 1}
