import pytest

from app.improvement.action_rules import check_action_step
from app.improvement.types import ActionFacts, ActionState

OWNER, OTHER = 3, 4
OPEN, DONE, VERIFIED = ActionState.OPEN, ActionState.DONE, ActionState.VERIFIED
WAIVED, TAKEN_OVER = ActionState.WAIVED, ActionState.TAKEN_OVER


@pytest.mark.parametrize(
    ("here", "there", "actor", "given", "expected"),
    [
        (OPEN, DONE, OWNER, {"evidence": "Case study of 3 March"}, []),
        (OPEN, DONE, OWNER, {}, ["no_evidence"]),
        (OPEN, WAIVED, OTHER, {"reason": "No budget"}, []),
        (OPEN, WAIVED, OTHER, {}, ["no_reason"]),
        (OPEN, TAKEN_OVER, OTHER, {}, []),
        (OPEN, VERIFIED, OTHER, {}, ["no_such_step"]),
        (DONE, VERIFIED, OTHER, {}, []),
        (DONE, VERIFIED, OWNER, {}, ["verifier_is_owner"]),
        (DONE, VERIFIED, None, {}, ["verifier_is_owner"]),
        (DONE, OPEN, OTHER, {"reason": "No effect"}, []),
        (VERIFIED, OPEN, OTHER, {"reason": "No effect"}, []),
        (VERIFIED, OPEN, OTHER, {"reason": " "}, ["no_reason"]),
        (WAIVED, OPEN, OTHER, {"reason": "There is money after all"}, []),
        (WAIVED, DONE, OWNER, {"evidence": "x"}, ["no_such_step"]),
        (TAKEN_OVER, OPEN, OTHER, {"reason": "The next turn was cancelled"}, []),
        (TAKEN_OVER, DONE, OWNER, {"evidence": "x"}, ["no_such_step"]),
    ],
)
def test_the_steps_of_an_action(
    here: ActionState, there: ActionState, actor: int | None, given: dict[str, str], expected: list[str]
) -> None:
    action = ActionFacts(id=7, title="Add a case study", state=here, owner_id=OWNER)
    found = check_action_step(action, there, actor_id=actor, **given)
    assert [violation.code for violation in found] == expected
    assert all("%(" not in violation.message % violation.parameters for violation in found)
