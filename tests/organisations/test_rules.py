"""Decisions about organisations."""

from datetime import date

import pytest

from app.organisations import rules
from app.organisations.errors import OwnSuccessor, SuccessorMissing, ValidityBackwards
from app.organisations.types import OrganisationKind, TreeNode, TreeRow, Validity

DAY = date(2026, 7, 1)
BEFORE, AFTER = date(2026, 6, 30), date(2026, 7, 2)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        (None, None, Validity.VALID),
        (DAY, None, Validity.VALID),
        (None, AFTER, Validity.VALID),
        (None, DAY, Validity.ENDED),
        (None, BEFORE, Validity.ENDED),
        (AFTER, None, Validity.AHEAD),
        (BEFORE, DAY, Validity.ENDED),
    ],
)
def test_validity_begins_with_its_first_day_and_ends_before_its_last(
    valid_from: date | None, valid_to: date | None, expected: Validity
) -> None:
    assert rules.validity_on(DAY, valid_from, valid_to) is expected
    assert rules.is_valid_on(DAY, valid_from, valid_to) is (expected is Validity.VALID)


def row(number: int, parent: int | None, *, until: date | None = None, since: date | None = None) -> TreeRow:
    kind = OrganisationKind.PROVINCIAL_SCHOOL
    return TreeRow(number, parent, f"C{9 - number}", f"Body {number}", {}, kind, since, until)


def outline(nodes: tuple[TreeNode, ...]) -> list[object]:
    return [[node.row.id, outline(node.below)] if node.below else node.row.id for node in nodes]


@pytest.mark.parametrize(
    ("rows", "whole", "expected", "valid"),
    [
        ([], False, [], 0),
        ([row(1, None), row(2, 1), row(3, 1)], False, [[1, [3, 2]]], 3),
        ([row(2, 1), row(3, 2)], False, [[2, [3]]], 2),
        ([row(1, None), row(2, 1, until=DAY)], False, [1], 1),
        ([row(1, None), row(2, 1, until=DAY)], True, [[1, [2]]], 1),
        ([row(1, None), row(2, 1, until=DAY), row(3, 2)], False, [[1, [[2, [3]]]]], 2),
        ([row(1, None, since=AFTER)], False, [], 0),
    ],
)
def test_tree_of_a_day(rows: list[TreeRow], whole: bool, expected: list[object], valid: int) -> None:
    tree = rules.tree_on(DAY, rows, whole=whole)

    assert outline(tree) == expected
    assert rules.count_valid(tree) == valid


@pytest.mark.parametrize(
    ("valid_from", "successors", "expected"),
    [
        (None, [2], []),
        (BEFORE, [2, 3], []),
        (None, [], [SuccessorMissing]),
        (None, [1, 2], [OwnSuccessor]),
        (DAY, [2], [ValidityBackwards]),
        (AFTER, [], [SuccessorMissing, ValidityBackwards]),
    ],
)
def test_succession(valid_from: date | None, successors: list[int], expected: list[type[Exception]]) -> None:
    found = rules.succession_obstacles(1, valid_from, successors, DAY)

    assert [type(obstacle) for obstacle in found] == expected
