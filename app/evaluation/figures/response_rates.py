"""How many of a class have to answer before its figures may stand for the class.

Nulty (2008), The adequacy of response rates to online and paper surveys: what can be done?, Assessment & Evaluation
in Higher Education 33(3), 301-314, takes the formula of Dillman (2000) for a finite class: with N people, a sampling
error of b, a critical value c and an expected split p, enough answered when n is at least

    N p (1 - p) / ((N - 1) (b / c)^2 + p (1 - p)).

His liberal conditions are b = 10 %, 80 % confidence and a split of 80 to 20: 75 % of ten people, 58 % of twenty, 35 %
of fifty, 21 % of a hundred. His stringent ones are b = 3 %, 95 % confidence and a split of 50 to 50. A low share of
answers is a warning beside a figure, not a reason to hide it; how few is too few is decided elsewhere.
"""

import math
from dataclasses import dataclass

from app.evaluation.figures.arrays import caution
from app.evaluation.figures.outcomes import Caution


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which error is accepted, with which critical value and for which split of the answers."""

    name: str
    error: float
    critical: float
    split: float


LIBERAL = Conditions("liberal", 0.10, 1.28, 0.80)
STRINGENT = Conditions("stringent", 0.03, 1.96, 0.50)


def needed_answers(invited: int, conditions: Conditions = LIBERAL) -> int:
    """Return how many of ``invited`` have to answer, rounded to the nearest as in the published table."""
    if invited < 1:
        raise ValueError("Nobody was invited.")
    spread = conditions.split * (1 - conditions.split)
    exact = invited * spread / ((invited - 1) * (conditions.error / conditions.critical) ** 2 + spread)
    return min(invited, max(1, math.floor(exact + 0.5)))


def response_caution(answered: int, invited: int | None, conditions: Conditions = LIBERAL) -> Caution | None:
    """Return the warning that belongs beside the figures of a class of which too few answered, or none.

    Without the number of those invited there is nothing to say. More answers than invitations are a fault of the
    table and are said as such.
    """
    if invited is None or invited < 1:
        return None
    if answered > invited:
        return caution("more_answers_than_invited", answered=answered, invited=invited)
    needed = needed_answers(invited, conditions)
    if answered >= needed:
        return None
    return caution(
        "response_rate", answered=answered, invited=invited, needed=needed, conditions=conditions.name
    )
