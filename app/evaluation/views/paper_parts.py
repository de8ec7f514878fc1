"""What stands on paper beside the single questions: overview, comparisons, scales, how sheets were filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from app.evaluation import pictures
from app.evaluation.figure_types import ComparedKind, Standing
from app.evaluation.views.paper_words import number, strip_of, warnings
from app.evaluation.words import VERDICTS
from app.web.filters import write_number, write_percent
from app.web.text import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.evaluation.figure_types import Comparison, Measured, Patterns, Scale
    from app.evaluation.pictures import Panel, Strip
    from app.evaluation.types import Question
    from app.kernel.db import JsonValue


def overview(panels: Sequence[Panel]) -> dict[str, JsonValue]:
    """Return the items that have a mean under each other, scale by scale; last time and target where any has them."""
    strips = [strip for panel in panels for strip in panel.strips]
    with_last = any(strip.beside.last for strip in strips)
    with_target = any(strip.beside.target for strip in strips)
    groups: list[JsonValue] = [
        {
            "ticks": [[write_number(point), place] for point, place in panel.ticks],
            "rows": [_row(strip, with_last=with_last, with_target=with_target) for strip in panel.strips],
        }
        for panel in panels
    ]
    heads = [gettext("Question"), "", gettext("Answers"), gettext("Mean"), gettext("95%% interval") % {}]
    heads += [gettext("Last time")] if with_last else []
    heads += [gettext("Target")] if with_target else []
    return {
        "legend": gettext("Dot: mean. Band: 95%% interval. Ring: last time. Dashes: target.") % {},
        "overview_heads": [*heads],
        "overview": groups,
    }


def _row(strip: Strip, *, with_last: bool, with_target: bool) -> dict[str, JsonValue]:
    score, question = strip.item.score, strip.item.question
    if score is None:
        raise ValueError("A panel holds an item without a mean.")
    last, target = strip.beside.last, strip.beside.target
    figures = [
        write_number(score.n),
        number(score.mean),
        f"{number(score.interval.low)}–{number(score.interval.high)}",
    ]
    figures += [number(last.mean.mean) if last else "–"] if with_last else []
    figures += [number(target.target.value) if target else "–"] if with_target else []
    return {
        "title": translated(question.text, question.texts),
        "strip": strip_of(strip.item, strip.beside),
        "figures": [*figures],
    }


def comparison_on_paper(comparison: Comparison) -> dict[str, JsonValue]:
    """Return courses or organisations against their average, in the order of their codes."""
    strips, reach = pictures.draw_effects(comparison)
    rows: list[JsonValue] = [
        {
            "name": translated(strip.effect.name.text, strip.effect.name.texts),
            "label": f"{strip.effect.label} · n\u00a0=\u00a0{write_number(strip.effect.n)}",
            "place": strip.place,
            "low": strip.low,
            "high": strip.high,
            "value": _signed(strip.effect.value),
            "interval": f"{_signed(strip.effect.low)} – {_signed(strip.effect.high)}",
            "verdict": gettext(VERDICTS[strip.effect.verdict.value]),
            "apart": strip.effect.verdict is not Standing.CANNOT_TELL,
            "warnings": [*warnings(strip.effect.doubts)],
        }
        for strip in strips
    ]
    question, is_courses = comparison.question, comparison.kind is ComparedKind.COURSE
    return {
        "heading": gettext("Courses against their average")
        if is_courses
        else gettext("Organisations against their average"),
        "question": translated(question.text, question.texts),
        "heads": [
            gettext("Course") if is_courses else gettext("Organisation"),
            "",
            gettext("Against the average"),
            gettext("95%% interval") % {},
            "",
        ],
        "rows": rows,
        "ends": [_signed(-reach, 1), number(comparison.mean), _signed(reach, 1)],
        "lines": [told_apart(comparison)],
        "warnings": [*warnings(comparison.doubts)],
    }


def told_apart(comparison: Comparison) -> str:
    """Return in words how many can be told apart, and of how many nothing is shown."""
    share, mean = write_percent(comparison.share_told_apart), number(comparison.mean)
    count = comparison.held_back
    if comparison.kind is ComparedKind.COURSE:
        told = gettext(
            "%(share)s of the courses can be told apart from the average of %(mean)s. They stand in the order of "
            "their codes, which says nothing of quality.",
            share=share,
            mean=mean,
        )
        more = ngettext(
            "%(count)s course with too few answers is not shown.",
            "%(count)s courses with too few answers are not shown.",
            count,
            count=write_number(count),
        )
    else:
        told = gettext(
            "%(share)s of the organisations can be told apart from the average of %(mean)s. They stand in the order "
            "of their codes, which says nothing of quality.",
            share=share,
            mean=mean,
        )
        more = ngettext(
            "%(count)s organisation with too few answers is not shown.",
            "%(count)s organisations with too few answers are not shown.",
            count,
            count=write_number(count),
        )
    return f"{told} {more}" if count else told


def scale_on_paper(scale: Scale, asked: Mapping[str, Question]) -> dict[str, JsonValue]:
    """Return items taken together: how reliable they are, and how each goes with the others."""
    count = len(scale.members)
    title = ngettext(
        "%(count)s question taken together", "%(count)s questions taken together", count, count=count
    )
    if scale.alpha is None:
        told = gettext(
            "Insufficient data for reliability: all answers are alike, or too few sheets are complete (%(n)s).",
            n=write_number(scale.n),
        )
        return {"title": title, "lines": [told], "warnings": [], "heads": [], "members": []}
    parts = [
        _reliability(gettext("Cronbach's alpha %(value)s", value=number(scale.alpha.value, 3)), scale.alpha)
    ]
    if scale.omega is not None:
        told = gettext("McDonald's omega %(value)s", value=number(scale.omega.value, 3))
        parts.append(_reliability(told, scale.omega))
    return {
        "title": title,
        "lines": [" · ".join([*parts, f"n = {write_number(scale.n)}"]), *_alpha_without(scale)],
        "warnings": [*warnings(scale.doubts)],
        "heads": [gettext("Question"), gettext("Correlation with the rest"), gettext("Alpha without it")],
        "members": [
            [
                translated(asked[member.code].text, asked[member.code].texts),
                "–" if member.item_rest is None else number(member.item_rest),
                "–" if member.alpha_without is None else number(member.alpha_without, 3),
            ]
            for member in scale.members
        ],
    }


def patterns_on_paper(patterns: Patterns | None) -> dict[str, JsonValue] | None:
    """Return how the sheets were filled in; nothing where no pattern was found."""
    if patterns is None or not (patterns.straight_lined_count or patterns.repeated_count):
        return None
    return {
        "title": gettext("How the sheets were filled in"),
        "lines": [
            gettext(
                "%(count)s of %(n)s sheets give one and the same answer to all questions of a scale; %(repeated)s "
                "repeat an earlier sheet in every answer.",
                count=write_number(patterns.straight_lined_count),
                n=write_number(patterns.n),
                repeated=write_number(patterns.repeated_count),
            ),
            gettext(
                "Neither is proof that somebody did not read: many may agree. Figures without these sheets stand "
                "beside the others where they do not show what a few answered."
            ),
        ],
    }


def _reliability(told: str, figure: Measured) -> str:
    if figure.low is None or figure.high is None:
        return told
    interval = gettext(
        "95%% interval %(low)s–%(high)s", low=number(figure.low, 3), high=number(figure.high, 3)
    )
    return f"{told} ({interval})"


def _alpha_without(scale: Scale) -> list[str]:
    found = []
    for other in scale.alpha_without:
        value = number(other.mean.value, 3)
        found.append(
            gettext("Without the sheets that give one answer throughout: alpha %(value)s.", value=value)
            if other.pattern == "straight_lined"
            else gettext("Without the sheets that repeat an earlier one: alpha %(value)s.", value=value)
        )
    return found


def _signed(value: float, digits: int = 2) -> str:
    told = number(value, digits)
    return f"+{told}" if round(value, digits) > 0 else told
