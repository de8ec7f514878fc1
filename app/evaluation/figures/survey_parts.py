"""The parts of an analysis that come from a questionnaire: items, the scale they form, choices and groups."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.evaluation.figures.adjusted import welch_test
from app.evaluation.figures.arrays import Floats, Mask, UnfitData, caution, rows_by_group
from app.evaluation.figures.cells import Numbers, NumberScale, Reader, Scale, WordScale, matrix_of
from app.evaluation.figures.changes import MeanDifference, independent_difference, paired_difference
from app.evaluation.figures.choices import bipolar_item, choice_item, multi_select_item
from app.evaluation.figures.intervals import mean_estimate
from app.evaluation.figures.items import recommendation_score, scale_item
from app.evaluation.figures.outcomes import Caution, Estimate, InsufficientData, SignificanceTest
from app.evaluation.figures.patterns import (
    Beside,
    find_patterns,
    repeated_rows,
    straight_lined_rows,
)
from app.evaluation.figures.request import Request
from app.evaluation.figures.scales import reverse, scale_figures, scale_scores

MOST_GROUPS_IN_PAIRS = 10
MOST_GROUPS_BY_ITEM = 50
_RECOMMENDATION = NumberScale(0, 10)


@dataclass(frozen=True, slots=True)
class Items:
    """The items as they were answered, and turned around where they are reversed."""

    columns: tuple[Numbers, ...]
    scales: Mapping[str, Scale]
    reversed_places: tuple[int, ...]
    turned: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the items."""
        return tuple(each.name for each in self.columns)


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A group's mean of the items and, where there are not too many groups, of each item."""

    group: str
    score: Estimate | InsufficientData
    items: Mapping[str, Estimate | InsufficientData]


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups side by side: means, Welch's test, and every two of up to ten groups against each other."""

    column: str
    groups: tuple[GroupFigures, ...]
    test: SignificanceTest | InsufficientData
    pairs: Mapping[str, MeanDifference | InsufficientData]
    cautions: tuple[Caution, ...] = ()


def read_items(reader: Reader, request: Request) -> Items | None:
    """Read the items on their scales; reversed ones need a scale to be turned around on."""
    if not request.items:
        return None
    for name in request.reversed_items:
        if name not in request.items:
            raise UnfitData(f"{name} is to be reversed and is not among the items.")
        if name not in request.scales:
            raise UnfitData(f"{name} is to be reversed; say on which scale, for example --scale 1-5.")
    columns = tuple(reader.numbers(name, request.scales.get(name)) for name in request.items)
    reader.refuse_problems()
    places = tuple(request.items.index(name) for name in request.reversed_items)
    turned = matrix_of(columns)
    for place in places:
        scale = request.scales[request.items[place]]
        turned[:, place] = reverse(turned[:, place], low=scale.low, high=scale.high)
    return Items(columns, request.scales, places, turned)


def item_parts(reader: Reader, request: Request, items: Items) -> Iterator[tuple[str, object]]:
    """Return patterns, every item, the scale, and the groups."""
    answered = matrix_of(items.columns)
    kept = (~straight_lined_rows(answered), ~repeated_rows(answered))
    yield "patterns", find_patterns(answered)
    yield (
        "items",
        {each.name: _item_beside(each, items.scales.get(each.name), kept) for each in items.columns},
    )
    if len(items.columns) > 1:
        # What flags a row is how it was answered, not how it reads after turning items around.
        yield "scale", _scale_beside(items, request, kept)
    if request.group is not None:
        yield "groups", _groups(reader, request.group, items)
        if request.paired_by is not None:
            yield "paired", _paired(reader, request.group, request.paired_by, items)


def choice_parts(reader: Reader, request: Request) -> Iterator[tuple[str, object]]:
    """Return recommendation, items whose best answer is the middle, choices and multi-select."""
    recommended = [reader.numbers(name, _RECOMMENDATION) for name in request.recommendation]
    bipolar = {name: reader.numbers(name, scale) for name, scale in request.bipolar.items()}
    reader.refuse_problems()
    if recommended:
        yield (
            "recommendation",
            {
                each.name: recommendation_score(each.values, not_applicable=each.not_applicable_count)
                for each in recommended
            },
        )
    if bipolar:
        yield (
            "bipolar",
            {
                name: bipolar_item(
                    each.values - request.bipolar[name].low + 1,
                    points=_spoken_points(request.bipolar[name]),
                    not_applicable=each.not_applicable_count,
                )
                for name, each in bipolar.items()
            },
        )
    if request.choices:
        yield "choices", {name: _choice(reader, name) for name in request.choices}
    if request.multi_select:
        yield "multi_select", {name: _multi(reader, of) for name, of in request.multi_select.items()}


def _item_beside(item: Numbers, scale: Scale | None, kept: Sequence[Mask]) -> Beside[object]:
    points = scale.points if scale else ()

    def figure(rows: Mask) -> object:
        aside = int(item.not_applicable[rows].sum())
        return scale_item(item.values[rows], scale=points, not_applicable=aside)

    return _beside(figure, kept)


def _scale_beside(items: Items, request: Request, kept: Sequence[Mask]) -> Beside[object]:
    def figure(rows: Mask) -> object:
        return scale_figures(
            items.turned[rows],
            names=items.names,
            turned_already=items.reversed_places,
            blanks=request.blanks,
        )

    return _beside(figure, kept)


def _beside(figure: Callable[[Mask], object], kept: Sequence[Mask]) -> Beside[object]:
    """Where a pattern flags no row, the figure without its rows is the figure of all."""
    straight, repeated = kept
    of_all = figure(np.ones_like(straight))
    return Beside(
        of_all,
        of_all if straight.all() else figure(straight),
        of_all if repeated.all() else figure(repeated),
    )


def _spoken_points(scale: Scale) -> tuple[str, ...]:
    if isinstance(scale, WordScale):
        return scale.words
    return tuple(f"{point:g}" for point in scale.points)


def _choice(reader: Reader, name: str) -> object:
    cells = reader.words(name)
    options = tuple(sorted({cell for cell in cells if cell}))
    place = {option: float(number) for number, option in enumerate(options, start=1)}
    return choice_item([place.get(cell, np.nan) for cell in cells], options=options or ("",))


def _multi(reader: Reader, columns: Sequence[str]) -> object:
    """One column an option: its text, a 1 or a yes where chosen, blank, 0 or a no where not."""
    chosen = np.column_stack(
        [np.array([cell.casefold() not in _NOT_CHOSEN for cell in reader.words(name)]) for name in columns]
    )
    return multi_select_item(chosen, options=[_option(reader, name) for name in columns])


_NOT_CHOSEN = frozenset(("", "0", "no", "false", "không", "いいえ"))


def _option(reader: Reader, name: str) -> str:
    """An option is called by what its cells say, where they all say the same and it is a word."""
    said = {cell for cell in reader.words(name) if cell.casefold() not in _NOT_CHOSEN}
    only = next(iter(said)) if len(said) == 1 else ""
    return only if len(only) > 1 and only.casefold() not in ("yes", "true", "có", "はい") else name


def _groups(reader: Reader, name: str, items: Items) -> Groups:
    labels = reader.words(name)
    scores = scale_scores(items.turned)
    groups = rows_by_group(labels)
    by_item = len(groups) <= MOST_GROUPS_BY_ITEM
    return Groups(
        name,
        tuple(
            GroupFigures(
                label,
                mean_estimate(scores[rows], variant="mean of the items answered"),
                _means_by_item(items, rows) if by_item else {},
            )
            for label, rows in groups.items()
        ),
        welch_test(scores, labels),
        _pairs_of_groups(scores, groups),
        _group_cautions(len(groups), labels.count("")),
    )


def _means_by_item(items: Items, rows: NDArray[np.intp]) -> dict[str, Estimate | InsufficientData]:
    """Means as answered, as the items by themselves are; only the score is of items turned around."""
    return {
        each.name: mean_estimate(each.values[rows], not_applicable=int(each.not_applicable[rows].sum()))
        for each in items.columns
    }


def _pairs_of_groups(
    scores: Floats, groups: Mapping[str, NDArray[np.intp]]
) -> dict[str, MeanDifference | InsufficientData]:
    if len(groups) > MOST_GROUPS_IN_PAIRS:
        return {}
    return {
        f"{one} - {other}": independent_difference(scores[groups[one]], scores[groups[other]])
        for one, other in combinations(groups, 2)
    }


def _group_cautions(groups: int, without: int) -> tuple[Caution, ...]:
    cautions = []
    if without:
        cautions.append(caution("rows_without_group", rows=without))
    if groups > MOST_GROUPS_IN_PAIRS:
        cautions.append(caution("too_many_groups_for_pairs", groups=groups, most=MOST_GROUPS_IN_PAIRS))
    return tuple(cautions)


def _paired(reader: Reader, group: str, by: str, items: Items) -> dict[str, object]:
    """Two groups of measures of the same people, matched by who they are."""
    labels, people = reader.words(group), reader.words(by)
    present = sorted({label for label in labels if label})
    if len(present) != 2:
        raise UnfitData(f"Pairs need two groups; column {group} has {len(present)}.")
    scores = scale_scores(items.turned)
    first, second = (_by_person(scores, labels, people, label) for label in present)
    everybody = sorted(first.keys() | second.keys())
    return {
        f"{present[0]} - {present[1]}": paired_difference(
            [first.get(person, np.nan) for person in everybody],
            [second.get(person, np.nan) for person in everybody],
        )
    }


def _by_person(scores: Floats, labels: Sequence[str], people: Sequence[str], wanted: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for person, label, score in zip(people, labels, scores.tolist(), strict=True):
        if label != wanted or not person:
            continue
        if person in found:
            raise UnfitData(f"{person} stands twice in group {wanted}; a pair needs one measure of each.")
        found[person] = score
    return found
