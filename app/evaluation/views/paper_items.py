"""One question on paper: the same figures as on the page, every word of them written already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from app.evaluation import exports
from app.evaluation.rules import MINIMUM_FOR_COMMENTS
from app.evaluation.types import ItemKind
from app.evaluation.views.paper_words import beside_lines, number, strip_of, warnings
from app.web.filters import write_number, write_percent
from app.web.text import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.evaluation.figure_types import (
        Beside,
        CommentFigures,
        ItemFigures,
        Measured,
        WaveReading,
    )
    from app.evaluation.types import ItemResult, ScoreSummary
    from app.kernel.db import JsonValue


def item_on_paper(
    item: ItemResult,
    reading: WaveReading | None,
    beside: Mapping[str, Beside],
    *,
    shows_comments: bool = False,
) -> dict[str, JsonValue]:
    """Return one question with all that the page shows of it."""
    code, question = item.question.code, item.question
    figures = reading.items.get(code) if reading else None
    told = beside.get(code)
    title = translated(question.text, question.texts)
    return {
        "title": title,
        "asked": gettext("Asked as: “%(text)s”", text=question.text) if title != question.text else "",
        "strip": strip_of(item, told),
        "bars": [*_distributions(item)],
        "shares": [*_shares(item)],
        "lines": [*_lines(item, figures), *beside_lines(told), *_without(figures)],
        "warnings": [*warnings(figures.doubts if figures else ())],
        **_comments(item, reading, shows_comments=shows_comments),
    }


def _distributions(item: ItemResult) -> list[JsonValue]:
    found: list[JsonValue] = []
    if item.recommendation is not None:
        told = item.recommendation
        parts = [
            (gettext("Detractors (up to 6)"), told.detractors),
            (gettext("Passives (7 and 8)"), told.passives),
            (gettext("Promoters (9 and 10)"), told.promoters),
        ]
        found.append(_distribution(gettext("Who would recommend it"), parts))
    answers = _answers(item)
    if answers and item.question.kind is not ItemKind.SEVERAL:
        found.append(_distribution(gettext("Answers"), answers))
    return found


def _distribution(caption: str, answers: Sequence[tuple[str, int]]) -> dict[str, JsonValue]:
    total = sum(count for _, count in answers)
    parts: list[JsonValue] = [
        [answer, count, f"{write_number(count)} ({write_percent(count / total)})" if total else ""]
        for answer, count in answers
    ]
    return {"caption": f"{caption} (n = {write_number(total)})", "answers": parts}


def _answers(item: ItemResult) -> list[tuple[str, int]]:
    words = {option.text: translated(option.text, option.texts) for option in item.question.options}
    return [(words.get(answer, answer), count) for answer, count in exports.answer_counts(item)]


def _shares(item: ItemResult) -> list[JsonValue]:
    """Each choice with its share of those who answered and the interval of it."""
    if item.choice is None:
        return []
    found: list[JsonValue] = []
    for (answer, count), share in zip(_answers(item), item.choice.shares, strict=True):
        found.append(
            {
                "answer": answer,
                "told": f"{write_number(count)} · {write_percent(share.value)}",
                "interval": f"{write_percent(share.interval.low)}–{write_percent(share.interval.high)}",
                "place": round(100 * share.value, 2),
                "low": round(100 * share.interval.low, 2),
                "high": round(100 * share.interval.high, 2),
            }
        )
    return found


def _lines(item: ItemResult, figures: ItemFigures | None) -> list[str]:
    if item.too_few is not None:
        told = gettext(
            "Insufficient data: %(n)s answers, shown from %(minimum)s on.",
            n=item.too_few.n,
            minimum=item.too_few.minimum,
        )
        return [told]
    found = [] if item.score is None else [_mean_line(item.score)]
    if item.question.kind is ItemKind.SEVERAL:
        several = gettext(
            "Several answers could be chosen; shares are of the %(n)s who answered, with their 95%% intervals.",
            n=write_number(item.n),
        )
        found.append(several)
    if item.recommendation is not None:
        exact = figures.recommendation if figures else None
        found.append(_recommendation(item.recommendation.score, exact or item.recommendation.interval))
    if figures and figures.middle:
        found.append(_middle(figures))
    if item.question.is_reversed:
        found.append(
            gettext("Worded the other way round: its answers are turned where the scale is computed.")
        )
    if item.missing and item.question.kind is not ItemKind.TEXT:
        found.append(
            ngettext(
                "%(count)s did not answer",
                "%(count)s did not answer",
                item.missing,
                count=write_number(item.missing),
            )
        )
    return found


def _mean_line(score: ScoreSummary) -> str:
    told = gettext(
        "Mean %(mean)s (95%% interval %(low)s to %(high)s) · sd %(sd)s · n = %(n)s",
        mean=number(score.mean),
        low=number(score.interval.low),
        high=number(score.interval.high),
        sd=number(score.sd),
        n=write_number(score.n),
    )
    median = gettext("median %(median)s", median=number(score.median, 1))
    return f"{told} · {median}"


def _recommendation(score: float, interval: Measured | object) -> str:
    low, high = getattr(interval, "low", None), getattr(interval, "high", None)
    if low is None or high is None:
        name = gettext("Promoters less detractors")
        return f"{name}: {number(score, 0)}"
    told: str = gettext(
        "Promoters less detractors: %(score)s (95%% interval %(low)s to %(high)s)",
        score=number(score, 0),
        low=number(low, 0),
        high=number(high, 0),
    )
    return told


def _middle(figures: ItemFigures) -> str:
    middle = figures.middle
    if middle is None:
        return ""
    parts = [gettext("Just right for %(share)s", share=write_percent(middle.just_right.value))]
    if middle.just_right.low is not None and middle.just_right.high is not None:
        low, high = write_percent(middle.just_right.low), write_percent(middle.just_right.high)
        parts.append(gettext("95%% interval %(low)s–%(high)s", low=low, high=high))
    little, much = write_percent(middle.too_little.value), write_percent(middle.too_much.value)
    parts.append(gettext("below the middle %(little)s, above it %(much)s", little=little, much=much))
    return " · ".join(parts)


def _without(figures: ItemFigures | None) -> list[str]:
    found = []
    for other in figures.without if figures else ():
        mean, n = number(other.mean.value), write_number(other.mean.n)
        found.append(
            gettext(
                "Without the sheets that give one answer throughout: mean %(mean)s from %(n)s answers.",
                mean=mean,
                n=n,
            )
            if other.pattern == "straight_lined"
            else gettext(
                "Without the sheets that repeat an earlier one: mean %(mean)s from %(n)s answers.",
                mean=mean,
                n=n,
            )
        )
    return found


def _comments(item: ItemResult, reading: WaveReading | None, *, shows_comments: bool) -> dict[str, JsonValue]:
    nothing: dict[str, JsonValue] = {"comments": [], "themes": [], "about": ""}
    if item.question.kind is not ItemKind.TEXT:
        return nothing
    if not shows_comments:
        minimum = MINIMUM_FOR_COMMENTS
        told = gettext(
            "Free text is shown from %(minimum)s answers on, and only for one course at a time.",
            minimum=minimum,
        )
        return {**nothing, "about": told}
    if not item.comments:
        return {**nothing, "about": gettext("Nobody wrote anything here.")}
    about = reading.comments.get(item.question.code) if reading else None
    return {
        "about": _about(about) if about else "",
        "themes_heading": gettext("What they may be about"),
        "themes_lead": gettext(
            "Suggested by a program from words that stand together; read on before you conclude."
        ),
        "themes": [*_themes(about)] if about else [],
        "comments_heading": gettext("All comments"),
        "comments_lead": gettext("In random order, apart from all other answers."),
        "comments": [*item.comments],
    }


def _about(about: CommentFigures) -> str:
    told: str = ngettext(
        "%(count)s comment says something",
        "%(count)s comments say something",
        about.n,
        count=write_number(about.n),
    )
    if not about.saying_nothing:
        return f"{told}."
    nothing = ngettext(
        "%(count)s is “none” or the like",
        "%(count)s are “none” or the like",
        about.saying_nothing,
        count=write_number(about.saying_nothing),
    )
    return f"{told}; {nothing}."


def _themes(about: CommentFigures) -> list[JsonValue]:
    return [
        {
            "words": ", ".join(theme.words),
            "told": ngettext(
                "%(count)s comment", "%(count)s comments", theme.count, count=write_number(theme.count)
            )
            + f" ({write_percent(theme.share)})",
            "example": theme.examples[0] if theme.examples else "",
        }
        for theme in about.themes
    ]
