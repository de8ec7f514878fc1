"""Decisions about curricula."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from app.curriculum import rules
from app.curriculum.errors import HoursNotPositive, NothingToPublish, TitleMissing, VersionFrozen
from app.curriculum.types import HourTotals, ModuleDraft, TeachingMethod, VersionState


@dataclass(frozen=True)
class Taught:
    """Hours by a method."""

    hours: Decimal
    method: TeachingMethod


def draft(title: str = "Module", hours: str = "4", position: int | None = None) -> ModuleDraft:
    return ModuleDraft(title, Decimal(hours), TeachingMethod.LECTURE, position=position)


@pytest.mark.parametrize(
    ("taught", "expected", "share"),
    [
        ([], HourTotals(Decimal(0), Decimal(0)), 0.0),
        ([("4", TeachingMethod.LECTURE)], HourTotals(Decimal(4), Decimal(0)), 0.0),
        (
            [
                ("4", TeachingMethod.LECTURE),
                ("1.5", TeachingMethod.DEBATE),
                ("2.5", TeachingMethod.CASE_STUDY),
            ],
            HourTotals(Decimal(8), Decimal(4)),
            0.5,
        ),
        (
            [("3", TeachingMethod.PANEL), ("3", TeachingMethod.ONLINE)],
            HourTotals(Decimal(6), Decimal(0)),
            0.0,
        ),
    ],
)
def test_hours_and_those_of_active_methods(
    taught: list[tuple[str, TeachingMethod]], expected: HourTotals, share: float
) -> None:
    totals = rules.totals(Taught(Decimal(hours), method) for hours, method in taught)

    assert (totals, totals.active_share) == (expected, share)


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        ([("a", 2), ("b", 1)], ["b", "a"]),
        ([("a", 1), ("b", 1)], ["a", "b"]),
        ([("a", None), ("b", 7)], ["b", "a"]),
        ([("a", -3), ("b", 0), ("c", 900)], ["a", "b", "c"]),
        ([], []),
    ],
)
def test_modules_stand_in_the_order_of_their_numbers(
    entered: list[tuple[str, int | None]], expected: list[str]
) -> None:
    ordered = rules.in_order([draft(title, position=position) for title, position in entered])

    assert [module.title for module in ordered] == expected
    assert [module.position for module in ordered] == list(range(1, len(expected) + 1))


@pytest.mark.parametrize(
    ("state", "modules", "expected"),
    [
        (VersionState.DRAFT, 1, []),
        (VersionState.DRAFT, 0, [NothingToPublish]),
        (VersionState.PUBLISHED, 1, [VersionFrozen]),
        (VersionState.PUBLISHED, 0, [VersionFrozen, NothingToPublish]),
    ],
)
def test_only_a_draft_with_modules_is_published(
    state: VersionState, modules: int, expected: list[type[Exception]]
) -> None:
    assert [type(obstacle) for obstacle in rules.publishing_obstacles(state, 2, modules)] == expected


@pytest.mark.parametrize(
    ("state", "expected"), [(VersionState.DRAFT, []), (VersionState.PUBLISHED, [VersionFrozen])]
)
def test_published_version_is_not_changed(state: VersionState, expected: list[type[Exception]]) -> None:
    assert [type(obstacle) for obstacle in rules.change_obstacles(state, 1)] == expected


def test_all_that_is_wrong_with_the_modules_is_said() -> None:
    obstacles = rules.module_obstacles([draft(), draft(title=""), draft(hours="0"), draft("", "-1")])

    assert [type(obstacle) for obstacle in obstacles] == [
        TitleMissing,
        HoursNotPositive,
        TitleMissing,
        HoursNotPositive,
    ]


@pytest.mark.parametrize(("numbers", "expected"), [([], 1), ([1], 2), ([3, 1, 2], 4)])
def test_next_version_has_the_next_number(numbers: list[int], expected: int) -> None:
    assert rules.next_number(numbers) == expected


def test_search_looks_in_every_language_without_accents() -> None:
    assert rules.search_text("TOT-1", "Đào tạo", {"en": "Training"}) == "tot-1 dao tao training"
