"""Reading figures as they were stored. Whoever stored them is not loaded here: it needs libraries that pages lack."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.evaluation.figure_types import (
    Chart,
    ChartPoint,
    ChartSignal,
    CommentFigures,
    Compared,
    ComparedKind,
    Comparison,
    Doubt,
    ItemFigures,
    Measured,
    Member,
    Middle,
    Name,
    Patterns,
    Scale,
    Standing,
    Theme,
    WaveReading,
    Without,
)
from app.evaluation.types import ItemCounts, Question
from app.evaluation.words import WARNINGS
from app.kernel.db import JsonValue

PATTERNS = ("straight_lined", "repeated")
_VERDICTS = {"above": Standing.ABOVE, "below": Standing.BELOW, "not_told_apart": Standing.CANNOT_TELL}


def read_wave(stored: Mapping[str, JsonValue], *, method: int, computed_at: datetime) -> WaveReading:
    """Return what was computed of a wave."""
    return WaveReading(
        method=method,
        computed_at=computed_at,
        items={code: _item(_part(item)) for code, item in _part(stored.get("items")).items()},
        scales=tuple(_scale(_part(scale)) for scale in _list(stored.get("scales"))),
        patterns=_patterns(_part(stored.get("patterns"))),
        comments={code: _comments(_part(told)) for code, told in _part(stored.get("comments")).items()},
        doubts=_doubts(stored.get("cautions")),
    )


def read_counts_of(code: str, stored: Mapping[str, JsonValue]) -> ItemCounts:
    """Return the counts of one item of a year."""
    counts = {int(value): _whole(count) for value, count in _part(stored.get("counts")).items()}
    return ItemCounts(
        code, dict(sorted(counts.items())), _whole(stored.get("n")), _whole(stored.get("missing"))
    )


def read_comparison(
    kind: ComparedKind, question: Question, stored: Mapping[str, JsonValue], names: Mapping[str, Name]
) -> Comparison | None:
    """Return the courses or organisations compared on an item; none where too little was there to compare."""
    if stored.get("kind") != "Comparison":
        return None
    effects = []
    for told in map(_part, _list(stored.get("effects"))):
        interval, label = _part(told.get("interval")), str(told.get("label"))
        effects.append(
            Compared(
                label,
                names.get(label) or Name(label),
                _whole(told.get("n")),
                _number(told.get("value")),
                _number(interval.get("low")),
                _number(interval.get("high")),
                _VERDICTS[str(told.get("verdict"))],
                _doubts(told.get("cautions")),
            )
        )
    mean = _number(_part(stored.get("mean")).get("value"))
    share = _number(stored.get("share_told_apart") or 0)
    held_back = _whole(stored.get("held_back"))
    doubts = tuple(_worded_for(kind, doubt) for doubt in _doubts(stored.get("cautions")))
    return Comparison(kind, question, mean, tuple(effects), share, held_back, doubts)


def read_chart(question: Question, stored: Mapping[str, JsonValue]) -> Chart | None:
    """Return an item over time; none where there are too few courses for limits."""
    if stored.get("kind") != "XmrChart":
        return None
    points = [
        ChartPoint(str(point["label"]), _number(point["value"]), _whole(point["n"]))
        for point in map(_part, _list(stored.get("points")))
        if point.get("value") is not None
    ]
    signals = [
        ChartSignal(
            str(signal["rule"]),
            str(signal["direction"]),
            str(signal["first"]),
            str(signal["last"]),
            _whole(signal["points"]),
        )
        for signal in map(_part, _list(stored.get("signals")))
    ]
    centre, lower, upper = (_number(stored.get(name)) for name in ("centre", "lower", "upper"))
    doubts = _doubts(stored.get("cautions"))
    return Chart(question, tuple(points), centre, lower, upper, tuple(signals), doubts)


def _item(stored: Mapping[str, JsonValue]) -> ItemFigures:
    whole = _part(stored.get("all"))
    means = ((pattern, _mean(_part(stored.get(pattern)))) for pattern in PATTERNS if pattern in stored)
    return ItemFigures(
        recommendation=_score(_part(stored.get("recommendation"))),
        middle=_middle(whole),
        without=tuple(Without(pattern, mean) for pattern, mean in means if mean is not None),
        doubts=_doubts(whole.get("cautions")),
    )


def _mean(stored: Mapping[str, JsonValue]) -> Measured | None:
    return _measured(stored, "mean") if stored.get("kind") == "ScaleItem" else None


def _score(stored: Mapping[str, JsonValue]) -> Measured | None:
    return _measured(stored, "score") if stored.get("kind") == "RecommendationScore" else None


def _middle(stored: Mapping[str, JsonValue]) -> Middle | None:
    if stored.get("kind") != "BipolarItem":
        return None
    little, right, much = (_part(stored.get(name)) for name in ("too_little", "just_right", "too_much"))
    return Middle(_measured(little), _measured(right), _measured(much))


def _scale(stored: Mapping[str, JsonValue]) -> Scale:
    whole = _part(stored.get("all"))
    alphas = ((pattern, _estimate(_part(stored.get(pattern)).get("alpha"))) for pattern in PATTERNS)
    codes = [str(code) for code in _list(stored.get("codes"))]
    members = {str(member.get("item")): member for member in map(_part, _list(whole.get("items")))}
    return Scale(
        n=_whole(whole.get("n")),
        alpha=_estimate(whole.get("alpha")),
        omega=_estimate(whole.get("omega")),
        members=tuple(_member(code, members.get(code, {})) for code in codes),
        alpha_without=tuple(Without(pattern, alpha) for pattern, alpha in alphas if alpha is not None),
        doubts=_doubts(whole.get("cautions")),
    )


def _member(code: str, stored: Mapping[str, JsonValue]) -> Member:
    return Member(code, _optional(stored.get("item_rest")), _optional(stored.get("alpha_without")))


def _patterns(stored: Mapping[str, JsonValue]) -> Patterns | None:
    if stored.get("kind") != "ResponsePatterns":
        return None
    straight, repeated = _part(stored.get("straight_lined")), _part(stored.get("repeated"))
    return Patterns(
        _whole(stored.get("n")),
        _measured(straight),
        _measured(repeated),
        _whole(straight.get("count")),
        _whole(repeated.get("count")),
    )


def _comments(stored: Mapping[str, JsonValue]) -> CommentFigures:
    themes = stored.get("themes")
    return CommentFigures(
        _whole(stored.get("n")),
        _whole(stored.get("saying_nothing")),
        tuple(_theme(theme) for theme in map(_part, themes)) if isinstance(themes, list) else (),
    )


def _theme(stored: Mapping[str, JsonValue]) -> Theme:
    return Theme(
        tuple(str(word) for word in _list(stored.get("words"))),
        _whole(stored.get("count")),
        _number(stored.get("share")),
        tuple(str(example.get("text")) for example in map(_part, _list(stored.get("examples")))),
    )


def _estimate(stored: JsonValue) -> Measured | None:
    part = _part(stored)
    return _measured(part) if part.get("kind") == "Estimate" else None


def _measured(stored: Mapping[str, JsonValue], name: str = "value") -> Measured:
    interval = _part(stored.get("interval"))
    low, high = _optional(interval.get("low")), _optional(interval.get("high"))
    return Measured(_number(stored.get(name)), low, high, _whole(stored.get("n")))


def _doubts(stored: JsonValue) -> tuple[Doubt, ...]:
    return tuple(_doubt(caution) for caution in map(_part, _list(stored)))


def _doubt(stored: Mapping[str, JsonValue]) -> Doubt:
    values = {
        name: value
        for name, value in _part(stored.get("values")).items()
        if isinstance(value, int | float | str)
    }
    return Doubt(str(stored.get("code")), values)


def _worded_for(kind: ComparedKind, doubt: Doubt) -> Doubt:
    """What is said of courses has words of its own where organisations are compared."""
    code = f"{kind.value}_{doubt.code}"
    return replace(doubt, code=code) if code in WARNINGS else doubt


def _part(stored: JsonValue) -> Mapping[str, JsonValue]:
    return stored if isinstance(stored, dict) else {}


def _list(stored: JsonValue) -> Sequence[JsonValue]:
    return stored if isinstance(stored, list) else ()


def _whole(stored: JsonValue) -> int:
    return int(_number(stored)) if stored is not None else 0


def _number(stored: JsonValue) -> float:
    if isinstance(stored, int | float):
        return float(stored)
    raise TypeError("The stored figures hold something that is no number.")


def _optional(stored: JsonValue) -> float | None:
    return float(stored) if isinstance(stored, int | float) else None


def names_in(stored: Iterable[Mapping[str, JsonValue]]) -> set[str]:
    """Return the codes of what is named in comparisons."""
    return {
        str(effect.get("label"))
        for comparison in stored
        for effect in map(_part, _list(comparison.get("effects")))
    }
