"""Decisions about organisations."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from app.kernel.errors import RuleBroken
from app.kernel.text import fold
from app.organisations.errors import OwnSuccessor, SuccessorMissing, ValidityBackwards
from app.organisations.types import TreeNode, TreeRow, Validity


def is_time_zone(name: str) -> bool:
    """Tell whether the name is one of the IANA database."""
    return name in _time_zones()


@cache
def _time_zones() -> frozenset[str]:
    # The library opens every file of its database at each call.
    return frozenset(available_timezones())


def validity_on(day: date, valid_from: date | None, valid_to: date | None) -> Validity:
    """Tell how a body with this half-open validity (open ends allowed) stands on the day."""
    if valid_from is not None and day < valid_from:
        return Validity.AHEAD
    if valid_to is not None and valid_to <= day:
        return Validity.ENDED
    return Validity.VALID


def tree_on(day: date, rows: Iterable[TreeRow], *, whole: bool = False) -> tuple[TreeNode, ...]:
    """Return the tree of the day, by code; a row whose parent is not among them is a root.

    Only the bodies valid then, and those with a valid one below them; all of them when the ``whole`` is wanted.
    """
    known = list(rows)
    ids = {row.id for row in known}
    below: dict[int | None, list[TreeRow]] = defaultdict(list)
    for row in sorted(known, key=lambda row: row.code):
        below[row.parent_id if row.parent_id in ids else None].append(row)

    def grow(parent: int | None) -> tuple[TreeNode, ...]:
        nodes = (
            TreeNode(row, validity_on(day, row.valid_from, row.valid_to), grow(row.id))
            for row in below[parent]
        )
        return tuple(node for node in nodes if whole or node.below or node.validity is Validity.VALID)

    return grow(None)


def count_valid(nodes: Iterable[TreeNode]) -> int:
    """Return how many bodies of the tree are valid on its day."""
    return sum((node.validity is Validity.VALID) + count_valid(node.below) for node in nodes)


def succession_obstacles(
    number: int, valid_from: date | None, successor_ids: Collection[int], on: date
) -> list[RuleBroken]:
    """Return all that stands in the way of a body ending on the day and being followed by others."""
    obstacles: list[RuleBroken] = []
    if not successor_ids:
        obstacles.append(SuccessorMissing(field="successors"))
    if number in successor_ids:
        obstacles.append(OwnSuccessor(field="successors"))
    if valid_from is not None and on <= valid_from:
        obstacles.append(ValidityBackwards(field="on"))
    return obstacles


def is_valid_on(day: date, valid_from: date | None, valid_to: date | None) -> bool:
    """Tell whether a half-open validity (open ends allowed) contains the day."""
    return validity_on(day, valid_from, valid_to) is Validity.VALID


def path_below(parent_path: list[int], own_id: int) -> list[int]:
    """Return the path of a body placed below the one with ``parent_path`` (empty for a root)."""
    return [*parent_path, own_id]


def search_text(code: str, name: str, names: Mapping[str, str]) -> str:
    """Return what a search looks in: code and name in every language, without accents."""
    return fold(" ".join((code, name, *names.values())))
