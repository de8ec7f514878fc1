"""Figures of crossed random effects as lme4 prints them, of one chart known by its numbers, and of comments."""

import csv
from collections.abc import Iterator

import numpy as np

from app.evaluation.figures.mixed_fits import Fit, encode, fit
from app.evaluation.figures.mixed_models import Factor
from app.evaluation.figures.no_comment import says_nothing
from app.evaluation.figures.response_rates import needed_answers
from app.evaluation.figures.trends import XmrChart, xmr_chart
from tests.evaluation.figures.published import DATA, Published, known

# Printed by lme4 1.1-31 under R 4.2.2, REML: table, response, and by factor its variance; mean and standard error.
LME4 = (
    ("dyestuff", "Yield", {"Batch": "1764.05"}, "2451.25", ("1527.5", "19.383"), "319.654"),
    ("dyestuff2", "Yield", {"Batch": "0.000"}, "13.806", ("5.6656", "0.6784"), "161.828"),
    (
        "penicillin",
        "diameter",
        {"plate": "0.7169", "sample": "3.731"},
        "0.3024",
        ("22.9722", "0.8086"),
        "330.861",
    ),
    (
        "pastes",
        "strength",
        {"sample": "8.4337", "batch": "1.6573"},
        "0.6780",
        ("60.0533", "0.6769"),
        "246.991",
    ),
)
FLOW = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)
# Nulty (2008), table 3, liberal conditions: class and share needed in per cent.
NULTY = {20: "58", 40: "40", 100: "21", 500: "5"}


def models() -> Iterator[Published]:
    """Figures of the comparisons, of a chart, and of what is needed for either."""
    for name, response, variances, residual, mean, criterion in LME4:
        fitted = fitted_table(name, response, list(variances))
        of = f"{name.capitalize()}, as printed by lme4"
        yield Published(of, "mean", fitted.mean, mean[0])
        yield Published(of, "its standard error", fitted.mean_error, mean[1])
        for (factor, printed), sd in zip(variances.items(), fitted.sds, strict=True):
            yield Published(of, f"variance between levels of {factor.lower()}", float(sd) ** 2, printed)
        yield Published(of, "residual variance", fitted.residual_sd**2, residual)
        yield Published(of, "REML criterion", fitted.criterion, criterion)
    yield from _flow_rates()
    yield from _answers_needed()
    yield from _saying_nothing()


def fitted_table(name: str, response: str, factors: list[str]) -> Fit:
    """Return one of the tables of this folder, fitted."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    coded = {key: encode([row[key] for row in rows]) for key in factors}
    return fit(
        np.array([float(row[response]) for row in rows]),
        np.empty((len(rows), 0)),
        [Factor(key, codes, len(levels)) for key, (levels, codes) in coded.items()],
    )


def _flow_rates() -> Iterator[Published]:
    """Ten flow rates, the individuals chart of the NIST handbook; its limits are with 3 / 1.128, ours with 2.66."""
    chart = known(xmr_chart([str(place) for place in range(10)], FLOW), XmrChart)
    yield Published("Flow rates", "centre", chart.centre, "50.81")
    yield Published("Flow rates", "mean moving range", chart.mean_moving_range, "1.8778")
    yield Published("Flow rates", "upper limit", chart.upper, "55.8041", within=0.001)
    yield Published("Flow rates", "lower limit", chart.lower, "45.8159", within=0.001)


def _answers_needed() -> Iterator[Published]:
    for invited, printed in NULTY.items():
        share = 100 * needed_answers(invited) / invited
        room = 0.5 + 50 / invited
        yield Published("Nulty (2008)", f"% of {invited} that have to answer", share, printed, within=room)


def _saying_nothing() -> Iterator[Published]:
    """Answers that are empty or nothing but a dash, "n/a", "no", "none", "nope" or "nothing", and all that we know."""
    path = DATA / "operations-management" / "short_answers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        counts = {row["text"]: int(row["count"]) for row in csv.DictReader(file)}
    plain = {"", "-", "–", ".", "/", "n/a", "n.a", "na", "no", "none", "nope", "nothing"}
    found = [text for text in counts if says_nothing(text)]
    of = "Operations management, comments"
    known_plain = sum(counts[text] for text in found if text.casefold().rstrip(".") in plain)
    yield Published(of, "empty", counts[""], "574")
    yield Published(of, "empty or saying nothing, by those words", known_plain, "1063")
    yield Published(
        of, "empty or saying nothing, longer ways included", sum(map(counts.__getitem__, found)), None
    )
