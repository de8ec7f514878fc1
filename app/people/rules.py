"""Decisions about people."""

from collections.abc import Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby

from app.kernel.errors import RuleBroken
from app.kernel.text import fold
from app.people.errors import AlreadyMerged, BothHaveAccounts, MergeWithItself, RolesWouldReachAccount
from app.people.types import Identity, JoinedSpan, Likeness, MergeSide, Span

_ALIKE = 0.87


def search_text(full_name: str, email: str | None, staff_code: str | None) -> str:
    """Return what a search looks in: name, e-mail address and staff code, without accents."""
    return fold(f"{full_name} {email or ''} {staff_code or ''}")


def likeness(entered: Identity, known: Identity) -> Likeness | None:
    """Tell why the known person may be the entered one: the surest reason, or None."""
    if (
        entered.staff_code
        and entered.staff_code == known.staff_code
        and entered.organisation_id == known.organisation_id
    ):
        return Likeness.SAME_CODE
    if entered.email and known.email and entered.email.casefold() == known.email.casefold():
        return Likeness.SAME_EMAIL
    if fold(entered.full_name) != fold(known.full_name):
        return None
    if entered.birth_date and entered.birth_date == known.birth_date:
        return Likeness.SAME_NAME_AND_BIRTH
    # Two dates that are known and differ are two people, however alike their names.
    if entered.birth_date and known.birth_date:
        return None
    return Likeness.SAME_NAME


def is_similar_name(one: str, other: str) -> bool:
    """Tell whether two names may be one: same family and given name, or hardly a letter between them."""
    first, second = fold(one).split(), fold(other).split()
    if not first or not second:
        return False
    if (first[0], first[-1]) == (second[0], second[-1]) and min(len(first), len(second)) == 2:
        return True
    return SequenceMatcher(None, " ".join(first), " ".join(second)).ratio() >= _ALIKE


def merge_obstacles(kept: MergeSide, merged: MergeSide) -> list[RuleBroken]:
    """Return all that stands in the way of making one record of the two."""
    if kept.id == merged.id:
        return [MergeWithItself()]
    obstacles: list[RuleBroken] = [
        AlreadyMerged(name=side.full_name) for side in (kept, merged) if side.merged
    ]
    if kept.has_account and merged.has_account:
        obstacles.append(BothHaveAccounts())
    for side, other in ((kept, merged), (merged, kept)):
        if side.holds_roles and not side.has_account and other.has_account:
            obstacles.append(RolesWouldReachAccount(name=side.full_name))
    return obstacles


def join_spans(spans: Iterable[Span]) -> list[JoinedSpan]:
    """Return the rows that say the same of overlapping days as one each; rows that stand alone are left out.

    Of several, a row of the kept record stays if there is one. Spans that only touch stay as they are.
    """
    joined = []
    ordered = sorted(spans, key=lambda span: (repr(span.about), span.start or date.min))
    for _about, alike in groupby(ordered, key=lambda span: repr(span.about)):
        for group in _overlapping(list(alike)):
            if len(group) > 1:
                joined.append(_joined(group))
    return joined


def _overlapping(spans: Sequence[Span]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    reached = date.min
    for span in spans:
        if groups and (span.start or date.min) < reached:
            groups[-1].append(span)
        else:
            groups.append([span])
            reached = date.min
        reached = max(reached, span.end or date.max)
    return groups


def _joined(group: Sequence[Span]) -> JoinedSpan:
    stays = next((span for span in group if span.kept), group[0])
    starts = [span.start for span in group]
    ends = [span.end for span in group]
    return JoinedSpan(
        id=stays.id,
        start=None if None in starts else min(start for start in starts if start is not None),
        end=None if None in ends else max(end for end in ends if end is not None),
        surplus=tuple(span.id for span in group if span is not stays),
    )
