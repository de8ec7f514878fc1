import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.enrolment.rules import STEPS, may_change, needs_reason, seats_left, takes_a_seat
from app.enrolment.types import EnrolmentState

S = EnrolmentState
ALLOWED = {
    (S.NOMINATED, S.WAITING), (S.NOMINATED, S.OFFERED), (S.NOMINATED, S.CONFIRMED),
    (S.NOMINATED, S.WITHDRAWN),
    (S.WAITING, S.OFFERED), (S.WAITING, S.CONFIRMED), (S.WAITING, S.WITHDRAWN),
    (S.OFFERED, S.CONFIRMED), (S.OFFERED, S.WAITING), (S.OFFERED, S.WITHDRAWN),
    (S.CONFIRMED, S.ATTENDING), (S.CONFIRMED, S.WITHDRAWN), (S.CONFIRMED, S.TRANSFERRED),
    (S.ATTENDING, S.COMPLETED), (S.ATTENDING, S.NOT_COMPLETED), (S.ATTENDING, S.WITHDRAWN),
    (S.ATTENDING, S.TRANSFERRED), (S.WITHDRAWN, S.NOMINATED),
}  # fmt: skip


@pytest.mark.parametrize("here", EnrolmentState)
@pytest.mark.parametrize("there", EnrolmentState)
def test_a_place_takes_only_the_steps_of_its_table(here: EnrolmentState, there: EnrolmentState) -> None:
    assert may_change(here, there) is ((here, there) in ALLOWED)


def test_every_state_is_in_the_table() -> None:
    assert set(STEPS) == set(EnrolmentState)


@pytest.mark.parametrize(
    ("state", "seated"),
    [
        (S.NOMINATED, False),
        (S.WAITING, False),
        (S.OFFERED, True),
        (S.CONFIRMED, True),
        (S.ATTENDING, True),
        (S.COMPLETED, True),
        (S.NOT_COMPLETED, True),
        (S.WITHDRAWN, False),
        (S.TRANSFERRED, False),
    ],
)
def test_who_takes_a_seat(state: EnrolmentState, seated: bool) -> None:
    assert takes_a_seat(state) is seated


def test_leaving_needs_a_reason() -> None:
    assert {state for state in EnrolmentState if needs_reason(state)} == {
        S.WITHDRAWN, S.TRANSFERRED, S.NOT_COMPLETED,
    }  # fmt: skip


@given(st.integers(0, 40), st.lists(st.sampled_from(EnrolmentState), max_size=60))
def test_seats_left_and_seats_taken_make_the_capacity(capacity: int, states: list[EnrolmentState]) -> None:
    taken = len([state for state in states if takes_a_seat(state)])
    assert seats_left(capacity, states) == (capacity - taken if taken <= capacity else 0)
