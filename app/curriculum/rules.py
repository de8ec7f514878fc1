"""Decisions about curricula."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from app.curriculum.errors import HoursNotPositive, NothingToPublish, TitleMissing, VersionFrozen
from app.curriculum.types import Hours, HourTotals, ModuleDraft, VersionState
from app.kernel.errors import RuleBroken
from app.kernel.text import fold


def search_text(code: str, title: str, titles: Mapping[str, str]) -> str:
    """Return what a search looks in: code and title in every language, without accents."""
    return fold(" ".join((code, title, *titles.values())))


def totals(modules: Iterable[Hours]) -> HourTotals:
    """Return the hours of the modules, and those taught by active methods."""
    hours = active = Decimal(0)
    for module in modules:
        hours += module.hours
        active += module.hours if module.method.is_active else 0
    return HourTotals(hours, active)


def in_order(modules: Sequence[ModuleDraft]) -> list[ModuleDraft]:
    """Return the modules as they are to stand, numbered from 1.

    By the numbers given; of equal ones, and of those without, in the order entered, the latter last.
    """
    ordered = sorted(modules, key=lambda module: (module.position is None, module.position or 0))
    return [replace(module, position=place) for place, module in enumerate(ordered, start=1)]


def change_obstacles(state: VersionState, number: int) -> list[RuleBroken]:
    """Return what stands in the way of changing a version: a published one never changes."""
    return [VersionFrozen(number=number)] if state is VersionState.PUBLISHED else []


def module_obstacles(modules: Iterable[ModuleDraft]) -> list[RuleBroken]:
    """Return what is wrong with the modules."""
    obstacles: list[RuleBroken] = []
    for module in modules:
        if not module.title:
            obstacles.append(TitleMissing())
        if module.hours <= 0:
            obstacles.append(HoursNotPositive())
    return obstacles


def publishing_obstacles(state: VersionState, number: int, module_count: int) -> list[RuleBroken]:
    """Return all that stands in the way of publishing a version."""
    obstacles = change_obstacles(state, number)
    if not module_count:
        obstacles.append(NothingToPublish())
    return obstacles


def next_number(numbers: Iterable[int]) -> int:
    """Return the number of the next version."""
    return max(numbers, default=0) + 1
