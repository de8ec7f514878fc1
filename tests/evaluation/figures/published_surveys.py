"""The figures of published surveys: two of The Carpentries, and one that is not part of the project."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from app.demo.carpentries import BATCHES
from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.cells import Codes, Reader, Scale, matrix_of, parse_scale
from app.evaluation.figures.changes import MeanDifference, independent_difference
from app.evaluation.figures.chart_rules import Rule
from app.evaluation.figures.choices import (
    BipolarItem,
    ChoiceItem,
    bipolar_item,
    choice_item,
    multi_select_item,
)
from app.evaluation.figures.intervals import wilson_share
from app.evaluation.figures.items import RecommendationScore, ScaleItem, recommendation_score, scale_item
from app.evaluation.figures.outcomes import Estimate, Share
from app.evaluation.figures.patterns import ResponsePatterns, beside, find_patterns
from app.evaluation.figures.periods import by_period
from app.evaluation.figures.reliability import cronbach_alpha, mcdonald_omega
from app.evaluation.figures.scales import scale_scores
from app.evaluation.figures.table import Table, read_table
from app.evaluation.figures.trends import XmrChart, xmr_chart
from tests.evaluation.figures.published import DATA, Published, alpha_of, known, number

AGREEMENT = "Strongly Disagree|Disagree|Neither Agree nor Disagree|Agree|Strongly Agree"
IMPACT = "Strongly disagree|Disagree|Neutral|Agree|Strongly agree"
FREQUENCY = "Rarely|Sometimes|Often|All of the time"


def surveys() -> Iterator[Published]:
    """Figures of the surveys that are part of the project."""
    yield from _instructor_training()
    yield from _longterm()
    yield from _operations_management()


_TRAINING_MEANS = {
    "Worth": ("4.37", "0.80"),
    "Recommend": ("4.39", "0.77"),
    "Material": ("4.36", "0.75"),
    "LearnedSkills": ("4.57", "0.66"),
    "InformationReasonableTime": ("4.16", "0.76"),
    "AtmosphereWelcoming": ("4.72", "0.58"),
    "TrainersEnthusiastic": ("3.78", "0.44"),
    "TrainersConsiderate": ("3.83", "0.40"),
    "TrainersCommunicators": ("3.64", "0.54"),
    "TrainersClearAnswers": ("3.52", "0.55"),
}


def _instructor_training() -> Iterator[Published]:
    table = read_table(BATCHES[0].path.read_bytes())
    reader = Reader(table, Codes(read_as={"never": "Rarely"}))
    of = "Carpentries instructor training"
    yield Published(of, "rows", table.rows, "573")
    for name, (mean, sd) in _TRAINING_MEANS.items():
        scale = parse_scale(FREQUENCY if name.startswith("Trainers") else AGREEMENT)
        values = reader.numbers(name, scale).values
        item = known(scale_item(values, scale=scale.points), ScaleItem)
        yield Published(of, f"{name}: mean", item.mean, mean, float(np.nanmean(values)), "numpy", 0.02)
        yield Published(
            of, f"{name}: sd", number(item.sd), sd, float(np.nanstd(values, ddof=1)), "numpy", 0.03
        )
    score = known(recommendation_score(reader.numbers("LikelyToRecommend").values), RecommendationScore)
    for name, value, printed in (
        ("detractors", score.detractors, "35"),
        ("passives", score.passives, "179"),
        ("promoters", score.promoters, "314"),
        ("recommendation score", score.score, "52.84"),
    ):
        yield Published(of, name, value, printed)
    pace = parse_scale("Too slow|Slightly slow|Just right|Slightly fast|Too fast")
    bipolar = bipolar_item(reader.numbers("Pace", pace).values, points=str(pace).split(" | "))
    for option, printed in zip(
        known(bipolar, BipolarItem).points, ("17", "153", "301", "63", "3"), strict=True
    ):
        yield Published(of, f"pace, {option.option.lower()}", option.share.count, printed, within=2)


def _longterm() -> Iterator[Published]:
    table = read_table((DATA / "carpentries_longterm_2017.csv").read_bytes())
    of = "Carpentries long-term"
    for column, option, count, n in (
        ("Contributed-To-Writing", "No.", "193", "434"),
        ("Contributed-To-Writing", "Not sure.", "123", "434"),
        ("Contributed-To-Writing", "Yes.", "118", "434"),
        ("Change-In-Confidence", "I'm more confident now.", "333", "432"),
        ("Recommended", "Yes.", "298", "401"),
    ):
        share = _share_of(table, column, option)
        yield Published(of, f"{column}, {option}: count", share.count, count)
        yield Published(of, f"{column}, {option}: of", share.n, n)
        low, high = proportion_confint(share.count, share.n, method="wilson")
        yield Published(
            of, f"{column}, {option}: lower end", share.interval.low, None, float(low), "statsmodels"
        )
        yield Published(
            of, f"{column}, {option}: upper end", share.interval.high, None, float(high), "statsmodels"
        )
    chosen = np.column_stack(
        [[cell != "" for cell in table.cells(f"Behaviour {place}")] for place in range(1, 10)]
    )
    several = known(multi_select_item(chosen), ChoiceItem)
    yield Published(of, "automate repetitive tasks: count", several.options[4].share.count, "260")
    yield Published(
        of, "automate repetitive tasks: % of those who answered", 100 * several.options[4].share.value, "66.3"
    )
    impact = [
        name
        for name in table.names
        if name.startswith(("Skills", "Motivated", "Made", "Received", "Improved", "Gained"))
    ]
    answers = _on_scale(table, impact, parse_scale(IMPACT))
    alpha = known(cronbach_alpha(answers), Estimate)
    complete = answers[~np.isnan(answers).any(axis=1)]
    yield Published(of, "impact items: alpha", alpha.value, None, alpha_of(complete), "numpy")


def _operations_management() -> Iterator[Published]:
    """Means of twelve terms against the author's own, and the individuals chart of one of them."""
    means = pd.read_csv(DATA / "operations-management" / "section_means.csv")
    printed = pd.read_csv(DATA / "operations-management" / "published_term_means.csv")
    labels = [f"{year}-{term}" for year, term in zip(means["year"], means["term"], strict=True)]
    theirs = {
        f"{year}-{term}": place
        for place, (year, term) in enumerate(zip(printed["year"], printed["term"], strict=True))
    }
    of = "Operations management, 12 terms"
    for item in ("clarity", "fairness", "overall", "teaching_effectiveness"):
        periods = by_period(labels, means[item].to_numpy())
        apart = [
            abs((period.mean - 1) / 4 - float(printed[f"{item}_norm"].iloc[theirs[period.label]]))
            for period in periods
        ]
        yield Published(of, f"{item}: furthest term from the printed one", max(apart), "0.0000000000")
    periods = by_period(labels, means["teaching_effectiveness"].to_numpy())
    chart = known(xmr_chart([each.label for each in periods], [each.mean for each in periods]), XmrChart)
    beyond = [signal for signal in chart.signals if signal.rule is Rule.BEYOND]
    yield Published(of, "lower limit", chart.lower, "3.6678")
    yield Published(of, "terms beyond a limit", len(beyond), "1")
    lowest = next(point.value for point in chart.points if point.label == "2019-Spring")
    yield Published(of, "Spring 2019, the one beyond", number(lowest), "3.6625")


def turkiye(path: Path) -> Iterator[Published]:
    """Figures of the evaluation of teaching in Türkiye, a file that is not part of the project."""
    frame = pd.read_csv(path)
    answers = frame.filter(regex="^Q").to_numpy(dtype=np.float64)
    of = "Turkiye"
    alphas = beside(cronbach_alpha, answers)
    yield Published(
        of, "alpha, 28 items", known(alphas.of_all, Estimate).value, "0.9920", alpha_of(answers), "numpy"
    )
    varied = answers[answers.max(axis=1) != answers.min(axis=1)]
    without = known(alphas.without_straight_lined, Estimate).value
    yield Published(of, "alpha without straight-liners", without, "0.975", alpha_of(varied), "numpy")
    patterns = known(find_patterns(answers), ResponsePatterns)
    yield Published(of, "straight-lined rows", known(patterns.straight_lined, Share).count, "2985")
    top = int((frame["Q28"] >= 4).sum())
    share = known(wilson_share(top, len(frame)), Share)
    low, high = proportion_confint(top, len(frame), method="wilson")
    yield Published(of, "Q28 agree: lower end", share.interval.low, "0.4745", float(low), "statsmodels")
    yield Published(of, "Q28 agree: upper end", share.interval.high, "0.5001", float(high), "statsmodels")
    scores = scale_scores(answers)
    one, three = (scores[frame["instr"].to_numpy() == place] for place in (1, 3))
    size = known(known(independent_difference(one, three), MeanDifference).sizes[0], Estimate)
    yield Published(of, "instructor 1 vs 3: Hedges g", size.value, "0.2720", _hedges_of(one, three), "scipy")
    yield Published(of, "omega, 28 items", known(mcdonald_omega(answers), Estimate).value, None)


def _share_of(table: Table, column: str, option: str) -> Share:
    options = sorted({cell for cell in table.cells(column) if cell})
    places = [options.index(cell) + 1 if cell else np.nan for cell in table.cells(column)]
    item = known(choice_item(places, options=options), ChoiceItem)
    return next(each.share for each in item.options if each.option == option)


def _on_scale(table: Table, names: list[str], scale: Scale) -> Floats:
    reader = Reader(table)
    return matrix_of([reader.numbers(name, scale) for name in names])


def _hedges_of(one: Floats, other: Floats) -> float:
    """From Student's t of equal variances and the exact correction, as a ratio of gamma functions."""
    t = float(stats.ttest_ind(one, other).statistic)
    degrees = one.size + other.size - 2
    correction = np.exp(stats.chi.logpdf(1.0, degrees - 1) - stats.chi.logpdf(1.0, degrees)) / np.sqrt(
        degrees / 2
    )
    # The two densities at 1 differ by 2^(1/2) Γ(m/2)/Γ((m-1)/2) and nothing else.
    return float(t * np.sqrt(1 / one.size + 1 / other.size) * correction / np.sqrt(2))
