"""Decisions about people."""

from datetime import date

import pytest

from app.people import rules
from app.people.errors import AlreadyMerged, BothHaveAccounts, MergeWithItself, RolesWouldReachAccount
from app.people.types import Identity, JoinedSpan, Likeness, MergeSide, Span

BORN = date(1980, 5, 17)
OTHER = date(1981, 5, 17)


@pytest.mark.parametrize(
    ("entered", "known", "expected"),
    [
        (
            Identity("A", staff_code="7", organisation_id=1),
            Identity("B", staff_code="7", organisation_id=1),
            Likeness.SAME_CODE,
        ),
        (
            Identity("A", staff_code="7", organisation_id=1),
            Identity("B", staff_code="7", organisation_id=2),
            None,
        ),
        (Identity("A", email="a@X.vn"), Identity("B", email="A@x.vn"), Likeness.SAME_EMAIL),
        (Identity("A", email=""), Identity("B", email=""), None),
        (Identity("Đỗ Ánh", BORN), Identity("Do Anh", BORN), Likeness.SAME_NAME_AND_BIRTH),
        (Identity("Đỗ Ánh", BORN), Identity("Do Anh", OTHER), None),
        (Identity("Đỗ Ánh", BORN), Identity("Do Anh"), Likeness.SAME_NAME),
        (Identity("Đỗ Ánh"), Identity("Do Anh", BORN), Likeness.SAME_NAME),
        (Identity("Đỗ Ánh", BORN), Identity("Do An", BORN), None),
    ],
)
def test_surest_reason_to_take_two_for_one(
    entered: Identity, known: Identity, expected: Likeness | None
) -> None:
    assert rules.likeness(entered, known) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Đỗ Thị Ánh", "Do Anh", True),
        ("Trần Thị Bình", "Tran Thi Bin", True),
        ("Nguyễn Thị Thu Hà", "Nguyễn Thị Thu Hằng", True),
        ("Đỗ Thị Ánh", "Hoàng Thị Ánh", False),
        ("Đỗ Thị Ánh", "Đỗ Thị Văn Khánh", False),
        ("Nguyễn Văn An", "Nguyễn Đức Bình An", False),
        ("", "Đỗ Thị Ánh", False),
    ],
)
def test_names_that_may_be_one(one: str, other: str, expected: bool) -> None:
    assert rules.is_similar_name(one, other) is expected
    assert rules.is_similar_name(other, one) is expected


def test_only_code_email_and_name_with_birth_date_stand_in_the_way() -> None:
    assert [reason for reason in Likeness if reason.is_certain] == [
        Likeness.SAME_CODE,
        Likeness.SAME_EMAIL,
        Likeness.SAME_NAME_AND_BIRTH,
    ]


def side(number: int = 1, *, merged: bool = False, account: bool = False, roles: bool = False) -> MergeSide:
    return MergeSide(number, f"Person {number}", merged, account, roles)


@pytest.mark.parametrize(
    ("kept", "merged", "expected"),
    [
        (side(1), side(2), []),
        (side(1), side(1), [MergeWithItself]),
        (side(1, merged=True), side(2), [AlreadyMerged]),
        (side(1), side(2, merged=True), [AlreadyMerged]),
        (side(1, account=True), side(2), []),
        (side(1, account=True), side(2, account=True), [BothHaveAccounts]),
        (side(1, account=True, roles=True), side(2), []),
        (side(1, roles=True), side(2, roles=True), []),
        (side(1, account=True), side(2, roles=True), [RolesWouldReachAccount]),
        (side(1, roles=True), side(2, account=True), [RolesWouldReachAccount]),
        (side(1, roles=True), side(2, account=True, roles=True), [RolesWouldReachAccount]),
        (
            side(1, merged=True, account=True),
            side(2, merged=True, account=True),
            [AlreadyMerged, AlreadyMerged, BothHaveAccounts],
        ),
    ],
)
def test_all_that_stands_in_the_way_of_a_merge(
    kept: MergeSide, merged: MergeSide, expected: list[type[Exception]]
) -> None:
    assert [type(obstacle) for obstacle in rules.merge_obstacles(kept, merged)] == expected


def year(number: int) -> date:
    return date(number, 1, 1)


def span(number: int, start: int | None, end: int | None, *, kept: bool = False, about: str = "x") -> Span:
    return Span(number, (about,), year(start) if start else None, year(end) if end else None, kept)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([span(1, 2010, 2012), span(2, 2012, 2014)], []),
        ([span(1, 2010, 2013), span(2, 2012, 2014, about="y")], []),
        (
            [span(1, 2010, 2013, kept=True), span(2, 2012, 2014)],
            [JoinedSpan(1, year(2010), year(2014), (2,))],
        ),
        (
            [span(1, 2010, 2013), span(2, 2012, None, kept=True)],
            [JoinedSpan(2, year(2010), None, (1,))],
        ),
        (
            [span(1, 2012, 2013, kept=True), span(2, None, None)],
            [JoinedSpan(1, None, None, (2,))],
        ),
        (
            [span(1, 2010, 2012, kept=True), span(2, 2011, 2016), span(3, 2015, 2018, kept=True)],
            [JoinedSpan(1, year(2010), year(2018), (2, 3))],
        ),
        (
            [span(1, 2010, 2012, kept=True), span(2, 2011, 2013), span(3, 2013, 2014), span(4, 2020, 2021)],
            [JoinedSpan(1, year(2010), year(2013), (2,))],
        ),
    ],
)
def test_overlapping_days_that_say_the_same_become_one(spans: list[Span], expected: list[JoinedSpan]) -> None:
    assert rules.join_spans(spans) == expected
