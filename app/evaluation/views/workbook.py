"""The further sheets of a workbook of results: what the page shows beside the answers to each question, as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from app.evaluation.views.paper_parts import patterns_on_paper, told_apart
from app.evaluation.views.paper_words import beside_lines, warnings
from app.evaluation.words import VERDICTS
from app.files.spreadsheets import Table
from app.web.text import translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.evaluation.figure_types import (
        Beside,
        CommentFigures,
        Comparison,
        Doubt,
        ItemFigures,
        Measured,
        Scale,
        WaveReading,
    )
    from app.evaluation.queries.figures import OverTime
    from app.evaluation.queries.years import Year
    from app.evaluation.types import ItemResult
    from app.evaluation.views.paper import Facts

_Row = tuple[str, str, float | None, float | None, float | None, int | None, str]


def wave_tables(
    items: Sequence[ItemResult], reading: WaveReading | None, beside: Mapping[str, Beside], facts: Facts
) -> tuple[Table, ...]:
    """Return the sheet of a wave's further figures."""
    rows = [
        *_facts(facts),
        *_warned("", reading.doubts if reading else ()),
        *(row for item in items for row in _item(item, reading, beside.get(item.question.code))),
        *(row for scale in (reading.scales if reading else ()) for row in _scale(scale)),
        *_patterns(reading),
    ]
    return (_further(rows),)


def year_tables(year: Year, facts: Facts) -> tuple[Table, ...]:
    """Return the sheets of a year's further figures and of what is compared in it."""
    return (_further([*_facts(facts)]), *map(_comparison, year.comparisons))


def pool_tables(over_time: Sequence[OverTime]) -> tuple[Table, ...]:
    """Return the sheet of the items over time; none where there are none."""
    rows = [*_points(over_time)]
    heads = (
        gettext("Organisation"),
        gettext("Question"),
        gettext("Course"),
        gettext("Mean"),
        gettext("Answers"),
        gettext("Average"),
        gettext("Lower limit"),
        gettext("Upper limit"),
        gettext("In words"),
    )
    return (Table(gettext("Over time"), heads, rows),) if rows else ()


def _further(rows: Sequence[_Row]) -> Table:
    heads = (
        gettext("Code"),
        gettext("Figure"),
        gettext("Value"),
        gettext("95% interval from"),
        gettext("95% interval to"),
        gettext("Answers"),
        gettext("In words"),
    )
    return Table(gettext("Further figures"), heads, rows)


def _facts(facts: Facts) -> Iterator[_Row]:
    for name, told in facts:
        yield ("", name, None, None, None, None, told)


def _warned(code: str, doubts: Sequence[Doubt]) -> Iterator[_Row]:
    for sentence in warnings(doubts):
        yield (code, gettext("Mind:").rstrip(":："), None, None, None, None, sentence)


def _measured(code: str, name: str, figure: Measured, words: str = "") -> _Row:
    return (code, name, _rounded(figure.value), _rounded(figure.low), _rounded(figure.high), figure.n, words)


def _item(item: ItemResult, reading: WaveReading | None, told: Beside | None) -> Iterator[_Row]:
    code = item.question.code
    figures = reading.items.get(code) if reading else None
    if figures is not None:
        yield from _figures(code, figures)
    if told is not None:
        yield from _beside(code, told)
    about = reading.comments.get(code) if reading and item.comments else None
    if about is not None:
        yield from _themes(code, about)


def _figures(code: str, figures: ItemFigures) -> Iterator[_Row]:
    if figures.recommendation:
        yield _measured(code, gettext("Promoters less detractors"), figures.recommendation)
    if figures.middle:
        yield _measured(code, gettext("Below the middle"), figures.middle.too_little)
        yield _measured(code, gettext("Just right"), figures.middle.just_right)
        yield _measured(code, gettext("Above the middle"), figures.middle.too_much)
    for other in figures.without:
        yield _measured(code, _without(other.pattern, gettext("Mean")), other.mean)
    yield from _warned(code, figures.doubts)


def _without(pattern: str, figure: str) -> str:
    told: str = (
        gettext("%(figure)s without sheets of one answer throughout", figure=figure)
        if pattern == "straight_lined"
        else gettext("%(figure)s without sheets that repeat an earlier one", figure=figure)
    )
    return told


def _beside(code: str, told: Beside) -> Iterator[_Row]:
    sentences = iter(beside_lines(told))
    if told.last:
        mean, words = told.last.mean, next(sentences)
        low, high = _rounded(mean.low), _rounded(mean.high)
        yield (code, gettext("Last time"), _rounded(mean.mean), low, high, mean.n, words)
        yield _measured(code, gettext("Difference to last time"), told.last.difference)
    if told.target:
        yield (code, gettext("Target"), told.target.target.value, None, None, None, next(sentences))


def _themes(code: str, about: CommentFigures) -> Iterator[_Row]:
    yield (code, gettext("Comments that say something"), about.n, None, None, None, "")
    yield (code, gettext("Comments like “none”"), about.saying_nothing, None, None, None, "")
    for theme in about.themes:
        words = ", ".join(theme.words)
        example = f"{words} – {theme.examples[0]}" if theme.examples else words
        yield (
            code,
            gettext("What they may be about"),
            _rounded(theme.share),
            None,
            None,
            theme.count,
            example,
        )


def _scale(scale: Scale) -> Iterator[_Row]:
    codes = ", ".join(member.code for member in scale.members)
    alpha = gettext("Cronbach's alpha")
    if scale.alpha is not None:
        yield _measured(codes, alpha, scale.alpha)
    if scale.omega is not None:
        yield _measured(codes, gettext("McDonald's omega"), scale.omega)
    for other in scale.alpha_without:
        yield _measured(codes, _without(other.pattern, alpha), other.mean)
    yield from _warned(codes, scale.doubts)
    for member in scale.members:
        for name, value in (
            (gettext("Correlation with the rest"), member.item_rest),
            (gettext("Alpha without it"), member.alpha_without),
        ):
            yield (member.code, name, _rounded(value), None, None, scale.n, "")


def _patterns(reading: WaveReading | None) -> Iterator[_Row]:
    patterns = reading.patterns if reading else None
    told = patterns_on_paper(patterns)
    if patterns is None or told is None:
        return
    words = str(told["title"])
    yield _measured(
        "", gettext("Sheets of one answer throughout, as a share"), patterns.straight_lined, words
    )
    yield _measured("", gettext("Sheets that repeat an earlier one, as a share"), patterns.repeated, words)


def _comparison(comparison: Comparison) -> Table:
    is_courses = comparison.kind.value == "course"
    heads = (
        gettext("Code"),
        gettext("Course") if is_courses else gettext("Organisation"),
        gettext("Answers"),
        gettext("Against the average"),
        gettext("95% interval from"),
        gettext("95% interval to"),
        gettext("In words"),
    )
    question = comparison.question
    rows: list[tuple[object, ...]] = [
        (
            effect.label,
            translated(effect.name.text, effect.name.texts),
            effect.n,
            _rounded(effect.value),
            _rounded(effect.low),
            _rounded(effect.high),
            " ".join([gettext(VERDICTS[effect.verdict.value]), *warnings(effect.doubts)]),
        )
        for effect in comparison.effects
    ]
    for sentence in (
        translated(question.text, question.texts),
        told_apart(comparison),
        *warnings(comparison.doubts),
    ):
        rows.append(("", "", None, None, None, None, sentence))
    name = gettext("Courses compared") if is_courses else gettext("Organisations compared")
    return Table(name, heads, rows)


def _points(over_time: Sequence[OverTime]) -> Iterator[tuple[object, ...]]:
    for one in over_time:
        house = translated(one.organisation, one.names)
        for chart in one.charts:
            question = translated(chart.question.text, chart.question.texts)
            limits = (_rounded(chart.centre), _rounded(chart.lower), _rounded(chart.upper))
            for point in chart.points:
                yield (house, question, point.label, _rounded(point.value), point.n, *limits, "")
            for signal in chart.signals:
                if signal.sentence:
                    told = gettext(
                        signal.sentence, first=signal.first, last=signal.last, points=signal.points
                    )
                    yield (house, question, "", None, None, *limits, told)
            for told in warnings(chart.doubts):
                yield (house, question, "", None, None, *limits, told)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
