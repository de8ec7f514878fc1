"""Figures as lines of text, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.evaluation.figures.analysis import as_json

_QUIET = frozenset(("kind", "cautions", "method", "variant", "level"))
_INDENT = "  "


def lines_of(figures: Mapping[str, object]) -> Iterator[str]:
    """Return every figure on a line of its own, below the part and the thing that it is about."""
    plain: Any = as_json(figures)
    for part, content in plain.items():
        yield from _lines(part.replace("_", " "), content, 0)


def _lines(name: str, content: Any, depth: int) -> Iterator[str]:
    start = _INDENT * depth + name
    if isinstance(content, list):
        yield from _listed(start, content, depth)
    elif not isinstance(content, dict):
        yield f"{start}: {_number(content)}"
    elif (line := _on_one_line(content)) is not None:
        yield f"{start}: {line}"
        yield from _cautions(content, depth + 1)
    else:
        yield from _block(start, content, depth)


def _on_one_line(content: Mapping[str, Any]) -> str | None:
    match content:
        case {"kind": "InsufficientData"}:
            return f"no figure, {_why(content)}"
        case {"kind": "Refused"}:
            return f"refused, {_words(content['reason'])}; instead: {content['instead']}"
        case {"kind": "Estimate"}:
            return _estimate(content)
        case {"kind": "Share"}:
            return f"{content['count']} of {content['n']} = {_number(content['value'])}{_ends(content)}"
        case {"kind": "ScaleItem"}:
            return _item(content)
        case {"kind": "SignificanceTest"}:
            degrees = ", ".join(map(_number, content["degrees"]))
            return f"{content['name']}({degrees}) = {_number(content['statistic'])}, p = {_p(content['p'])}"
        case {"low": _, "high": _}:
            return f"{_number(content['low'])} to {_number(content['high'])} ({content['method']})"
    return None


def _block(start: str, content: Mapping[str, Any], depth: int) -> Iterator[str]:
    told = ", ".join(str(content[key]) for key in ("method", "variant") if content.get(key))
    yield f"{start} ({told})" if told else start
    yield from _cautions(content, depth + 1)
    for key, inner in content.items():
        if not _says_nothing(key, inner, content):
            yield from _lines(key.replace("_", " ") if key.islower() else key, inner, depth + 1)


def _says_nothing(key: str, inner: Any, content: Mapping[str, Any]) -> bool:
    if key in ("missing", "not_applicable"):
        return not inner
    # Where no row is flagged, the figures without flagged rows are the same figures.
    is_same = key.startswith("without_") and inner == content.get("of_all")
    return key in _QUIET or is_same or inner in (None, "", [], {}) or inner is False


def _listed(start: str, content: Sequence[Any], depth: int) -> Iterator[str]:
    if not any(isinstance(each, dict | list) for each in content):
        yield f"{start}: " + ", ".join(map(_number, content))
        return
    yield start
    for place, each in enumerate(content, start=1):
        yield from _lines(_title(each, place), _untitled(each), depth + 1)


_TITLES = ("item", "question", "option", "group", "form", "label", "name")


def _title(each: Any, place: int) -> str:
    if isinstance(each, dict):
        if "first" in each and "second" in each and isinstance(each["first"], str):
            return f"{each['first']} - {each['second']}"
        for key in _TITLES:
            if isinstance(each.get(key), str):
                return str(each[key])
        if isinstance(each.get("variant"), str) and each["variant"]:
            return str(each["variant"])
    return str(place)


def _untitled(each: Any) -> Any:
    if not isinstance(each, dict) or "kind" in each:
        return each
    rest = {key: inner for key, inner in each.items() if not (key in _TITLES and isinstance(inner, str))}
    rest = {
        key: inner
        for key, inner in rest.items()
        if not (key in ("first", "second") and isinstance(inner, str))
    }
    return next(iter(rest.values())) if len(rest) == 1 else rest


def _item(content: Mapping[str, Any]) -> str:
    sd = content["sd"] if isinstance(content["sd"], float) else None
    bars = "  ".join(
        f"{_number(each['value'])}: {each['count']} ({100 * each['share']:.1f} %)"
        for each in content["distribution"]
    )
    return (
        f"mean {_number(content['mean'])}{_ends(content)}, sd {'none' if sd is None else _number(sd)}, "
        f"median {_number(content['median'])}{_counted(content)}" + (f"  |  {bars}" if bars else "")
    )


def _counted(content: Mapping[str, Any]) -> str:
    missing = f", {content['missing']} missing" if content["missing"] else ""
    aside = f", {content['not_applicable']} not applicable" if content["not_applicable"] else ""
    return f"  n = {content['n']}{missing}{aside}"


def _estimate(content: Mapping[str, Any]) -> str:
    told = ", ".join(content[key] for key in ("method", "variant") if content[key])
    return f"{_number(content['value'])}{_ends(content)}{_counted(content)}  ({told})"


def _ends(content: Mapping[str, Any]) -> str:
    interval = content["interval"]
    if "low" not in interval:
        return f" [no interval, {_why(interval)}]"
    level = f"{100 * interval['level']:g} %"
    return f" [{_number(interval['low'])}, {_number(interval['high'])}] {level} {interval['method']}"


def _why(content: Mapping[str, Any]) -> str:
    needed = f", {content['needed']} needed" if content["needed"] is not None else ""
    of = f" {content['variant']}" if content["reason"] in ("too_few_items", "too_few_groups") else ""
    missing = f", {content['missing']} missing" if content["missing"] else ""
    return f"{_words(content['reason'])} ({content['n']}{of}{needed}{missing})"


def _cautions(content: Mapping[str, Any], depth: int) -> Iterator[str]:
    for each in content.get("cautions", ()):
        values = ", ".join(f"{_words(key)} {_number(value)}" for key, value in each["values"].items())
        yield _INDENT * depth + f"! {_words(each['code'])}" + (f": {values}" if values else "")


def _words(code: str) -> str:
    return code.replace("_", " ")


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    if value.is_integer():
        return str(int(value))
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.1f}"


def _p(value: float) -> str:
    return "< .0001" if value < 0.0001 else f"{value:.4f}"
