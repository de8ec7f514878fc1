"""The life of a place in a course, and who takes a seat."""

from collections.abc import Iterable, Mapping

from app.enrolment.types import EnrolmentState

_S = EnrolmentState
STEPS: Mapping[EnrolmentState, frozenset[EnrolmentState]] = {
    _S.NOMINATED: frozenset({_S.WAITING, _S.OFFERED, _S.CONFIRMED, _S.WITHDRAWN}),
    _S.WAITING: frozenset({_S.OFFERED, _S.CONFIRMED, _S.WITHDRAWN}),
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.WAITING, _S.WITHDRAWN}),
    _S.CONFIRMED: frozenset({_S.ATTENDING, _S.WITHDRAWN, _S.TRANSFERRED}),
    _S.ATTENDING: frozenset({_S.COMPLETED, _S.NOT_COMPLETED, _S.WITHDRAWN, _S.TRANSFERRED}),
    _S.COMPLETED: frozenset(),
    _S.NOT_COMPLETED: frozenset(),
    _S.WITHDRAWN: frozenset({_S.NOMINATED}),
    _S.TRANSFERRED: frozenset(),
}
# Those who finished keep their seat: it was theirs, and nobody can have it now.
_SEATED = frozenset({_S.OFFERED, _S.CONFIRMED, _S.ATTENDING, _S.COMPLETED, _S.NOT_COMPLETED})
# Their hours belong to the course: nobody else may plan with them. An offer only holds the seat.
_TAKING_PART = frozenset({_S.CONFIRMED, _S.ATTENDING, _S.COMPLETED, _S.NOT_COMPLETED})
TRAINEE_STATES = tuple(state for state in _S if state in _TAKING_PART)
SEATED_STATES = tuple(state for state in _S if state in _SEATED)
_WITH_REASON = frozenset({_S.WITHDRAWN, _S.TRANSFERRED, _S.NOT_COMPLETED})


def may_change(here: EnrolmentState, there: EnrolmentState) -> bool:
    """Whether a place can go from one state to the other."""
    return there in STEPS[here]


def needs_reason(there: EnrolmentState) -> bool:
    """Whether the step into the state has to say why."""
    return there in _WITH_REASON


def takes_a_seat(state: EnrolmentState) -> bool:
    """Whether a place in this state counts against the capacity; an offer holds its seat until it expires."""
    return state in _SEATED


def takes_part(state: EnrolmentState) -> bool:
    """Whether whoever holds the place is a trainee of the course, bound to its sessions."""
    return state in _TAKING_PART


def next_states(here: EnrolmentState) -> tuple[EnrolmentState, ...]:
    """The states a place can go to, in the order in which a place is lived."""
    return tuple(state for state in EnrolmentState if may_change(here, state))


def seats_left(capacity: int, states: Iterable[EnrolmentState]) -> int:
    """How many more places can be given; never less than none."""
    return max(capacity - sum(map(takes_a_seat, states)), 0)
