"""What may happen to a plan after it was made; each kind says what it changes about the problem."""

from dataclasses import dataclass, replace

import numpy as np

from app.scheduling.optimiser.problem import Plan, Problem


@dataclass(frozen=True, slots=True)
class GroupAway:
    """A lecturer or a cohort cannot come at these slots."""

    group: int
    slots: tuple[int, ...]

    def strike(self, problem: Problem, plan: Plan) -> Problem:
        """Return the problem with the absence."""
        busy = problem.group_busy.copy()
        busy[self.group, list(self.slots)] = True
        return replace(problem, group_busy=busy)


@dataclass(frozen=True, slots=True)
class RoomAway:
    """A room cannot be used at these slots."""

    room: int
    slots: tuple[int, ...]

    def strike(self, problem: Problem, plan: Plan) -> Problem:
        """Return the problem without the room at these slots."""
        busy = problem.room_busy.copy()
        busy[self.room, list(self.slots)] = True
        return replace(problem, room_busy=busy)


@dataclass(frozen=True, slots=True)
class NewLength:
    """A session takes so many slots from now on."""

    session: int
    length: int

    def strike(self, problem: Problem, plan: Plan) -> Problem:
        """Return the problem with the session of that length."""
        lengths = problem.lengths.copy()
        lengths[self.session] = self.length
        return replace(problem, lengths=lengths)


@dataclass(frozen=True, slots=True)
class MustLeave:
    """Sessions that must not stay at the time at which they are."""

    sessions: tuple[int, ...]

    def strike(self, problem: Problem, plan: Plan) -> Problem:
        """Return the problem in which their present starts are forbidden to them."""
        starts = problem.starts.copy()
        for session in self.sessions:
            if plan.starts[session] >= 0:
                starts[session, plan.starts[session]] = False
        return replace(problem, starts=starts)


@dataclass(frozen=True, slots=True)
class NewStarts:
    """Sessions, those of a course that moves for instance, may start at these slots and no others."""

    sessions: tuple[int, ...]
    slots: tuple[int, ...]

    def strike(self, problem: Problem, plan: Plan) -> Problem:
        """Return the problem with these starts for these sessions."""
        starts = problem.starts.copy()
        allowed = np.zeros(problem.slot_count, np.bool_)
        allowed[list(self.slots)] = True
        starts[list(self.sessions)] = allowed
        return replace(problem, starts=starts)


Disruption = GroupAway | RoomAway | NewLength | MustLeave | NewStarts


def strike(problem: Problem, plan: Plan, *disruptions: Disruption) -> Problem:
    """Return the problem as it is after all of these happened. A session that is new is simply without a place."""
    for disruption in disruptions:
        problem = disruption.strike(problem, plan)
    return problem
