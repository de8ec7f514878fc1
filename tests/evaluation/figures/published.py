"""Every figure that is held to a published result: ours, what was printed, and what another program gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from app.evaluation.figures.adjusted import AdjustedComparison, adjusted_comparison
from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.assessors import AssessorAgreement, intraclass_correlations
from app.evaluation.figures.cells import Reader, matrix_of
from app.evaluation.figures.changes import Form, MeanDifference, gain, paired_difference
from app.evaluation.figures.knowledge import ItemAnalysis, item_analysis
from app.evaluation.figures.outcomes import Estimate, Refused, Share
from app.evaluation.figures.scales import ScaleFigures, scale_figures
from app.evaluation.figures.table import read_table

DATA = Path(__file__).resolve().parent / "data"
PSYCH = "psych 2.2.9"

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Published:
    """One figure. ``printed`` has the digits that were printed; ``within`` is how far ours may lie from it, when
    that is more than rounding because the publication's rows are not known exactly.
    """

    set: str
    figure: str
    ours: float
    printed: str | None
    library: float | None = None
    library_name: str = ""
    within: float | None = None

    def agrees(self) -> bool:
        """Whether ours has the printed digits, or lies within what is allowed; and is the library's, if any."""
        return self._is_printed() and (
            self.library is None or abs(self.ours - self.library) <= _library_room(self.library_name)
        )

    def _is_printed(self) -> bool:
        if self.printed is None:
            return True
        if self.within is not None:
            return abs(self.ours - float(self.printed)) <= self.within
        digits = len(self.printed.partition(".")[2])
        return round(self.ours, digits) == round(float(self.printed), digits)


def _library_room(name: str) -> float:
    # What is computed here agrees to many digits; what was noted down from another program has four of them.
    return 5.1e-5 if name == PSYCH else 1e-7


def small_sets() -> Iterator[Published]:
    """Figures of the sets in this folder."""
    yield from _attitude()
    yield from _lsat6()
    yield from _shrout_fleiss()
    yield from _sleep()
    yield from _baumann()


def _numbers(path: Path, names: str | None = None) -> Floats:
    table = read_table(path.read_bytes())
    reader = Reader(table)
    chosen = [name for name in table.names if names is None or name in names.split(",")]
    return matrix_of([reader.numbers(name) for name in chosen])


def _attitude() -> Iterator[Published]:
    answers = _numbers(DATA / "attitude.csv")
    scale = known(scale_figures(answers), ScaleFigures)
    of = "attitude"
    yield Published(
        of, "Cronbach's alpha", known(scale.alpha, Estimate).value, "0.84314", alpha_of(answers), "numpy"
    )
    yield Published(
        of, "McDonald's omega, one factor", known(scale.omega, Estimate).value, "0.8510", 0.85099, PSYCH
    )
    yield Published(of, "standardised alpha", number(scale.standardised_alpha), None, 0.83908, PSYCH)
    dropped = [0.6713, 0.7421, 0.5607, 0.7144, 0.7863, 0.2650, 0.4608]
    without = [0.8098, 0.7969, 0.8278, 0.8030, 0.7954, 0.8639, 0.8405]
    for place, member in enumerate(scale.items, start=1):
        yield Published(
            of,
            f"item {place}: item-rest correlation",
            number(member.item_rest),
            None,
            dropped[place - 1],
            PSYCH,
        )
        yield Published(
            of,
            f"item {place}: alpha without it",
            number(member.alpha_without),
            None,
            without[place - 1],
            PSYCH,
        )


def _lsat6() -> Iterator[Published]:
    scored = _numbers(DATA / "lsat6.csv")
    test = known(item_analysis(scored), ItemAnalysis)
    printed = ["0.924", "0.709", "0.553", "0.763", "0.870"]
    raw = [0.3620, 0.5668, 0.6184, 0.5344, 0.4354]
    corrected = [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    of = "LSAT6"
    for place, question in enumerate(test.questions):
        share = known(question.difficulty, Share)
        yield Published(
            of,
            f"question {place + 1}: difficulty",
            share.value,
            printed[place],
            float(scored[:, place].mean()),
            "numpy",
        )
        yield Published(
            of,
            f"question {place + 1}: point-biserial",
            number(question.point_biserial),
            None,
            raw[place],
            PSYCH,
        )
        yield Published(
            of,
            f"question {place + 1}: corrected",
            number(question.point_biserial_corrected),
            None,
            corrected[place],
            PSYCH,
        )
    yield Published(of, "KR-20", known(test.kr20, Estimate).value, "0.295", alpha_of(scored), "numpy")


def _shrout_fleiss() -> Iterator[Published]:
    ratings = _numbers(DATA / "shrout_fleiss_1979.csv", "J1,J2,J3,J4")
    agreement = known(intraclass_correlations(ratings), AssessorAgreement)
    by_name = {form.form: known(form.estimate, Estimate) for form in agreement.forms}
    printed = {
        "ICC(1,1)": ("0.17", 0.1657, -0.13293, 0.7226),
        "ICC(2,1)": ("0.29", 0.2898, 0.01879, 0.7611),
        "ICC(3,1)": ("0.71", 0.7148, 0.34246, 0.9459),
        "ICC(1,k)": ("0.44", 0.4428, -0.88444, 0.9124),
        "ICC(2,k)": ("0.62", 0.6201, 0.07114, 0.9272),
        "ICC(3,k)": ("0.91", 0.9093, 0.67567, 0.9859),
    }
    for name, (value, library, low, high) in printed.items():
        yield Published("Shrout-Fleiss", name, by_name[name].value, value, library, PSYCH)
        low_end, high_end = ends(by_name[name])
        yield Published("Shrout-Fleiss", f"{name}: lower end", low_end, None, low, PSYCH)
        yield Published("Shrout-Fleiss", f"{name}: upper end", high_end, None, high, PSYCH)


def _sleep() -> Iterator[Published]:
    table = read_table((DATA / "sleep.csv").read_bytes())
    extra, group = Reader(table).numbers("extra").values, np.asarray(table.cells("group"))
    one, other = extra[group == "1"], extra[group == "2"]
    found = known(paired_difference(one, other), MeanDifference)
    library = stats.ttest_rel(one, other)
    limits = library.confidence_interval()
    test = found.test
    yield Published(
        "sleep", "paired t", getattr(test, "statistic", np.nan), "-4.0621", float(library.statistic), "scipy"
    )
    yield Published("sleep", "p", getattr(test, "p", np.nan), "0.002833", float(library.pvalue), "scipy")
    yield Published(
        "sleep", "mean difference: lower end", ends(found.difference)[0], "-2.460", float(limits.low), "scipy"
    )
    yield Published(
        "sleep",
        "mean difference: upper end",
        ends(found.difference)[1],
        "-0.700",
        float(limits.high),
        "scipy",
    )


def _baumann() -> Iterator[Published]:
    frame = pd.read_csv(DATA / "baumann_prepost.csv")
    before, after, group = frame["pretest.1"].to_numpy(), frame["post.test.1"].to_numpy(), frame["group"]
    refused = gain(before, after, form_before=Form("pretest 1"), form_after=Form("post-test 1"))
    yield Published("Baumann", "gain refused (1 = yes)", float(isinstance(refused, Refused)), "1")
    found = known(adjusted_comparison(after, before, group.tolist()), AdjustedComparison)
    fitted = ols(
        "after ~ before + C(group)", pd.DataFrame({"after": after, "before": before, "group": group})
    ).fit()
    library = float(anova_lm(fitted, typ=2).loc["C(group)", "F"])
    yield Published(
        "Baumann", "covariance-adjusted F(2, 62)", found.test.statistic, "12.17", library, "statsmodels"
    )
    yield Published("Baumann", "its degrees above", found.test.degrees[0], "2")
    yield Published("Baumann", "its degrees below", found.test.degrees[1], "62")


def ends(estimate: Estimate) -> tuple[float, float]:
    """Return both ends of an estimate's interval, or NaN for one that is not there."""
    interval = estimate.interval
    return getattr(interval, "low", np.nan), getattr(interval, "high", np.nan)


def number(value: object) -> float:
    """Return a figure that is there."""
    return known(value, float)


def known(value: object, kind: type[Kind]) -> Kind:
    """Return a result that has to be of this kind."""
    if not isinstance(value, kind):
        raise AssertionError(f"{kind.__name__} was expected; this is {value}.")
    return value


def alpha_of(answers: Floats) -> float:
    """Alpha from the matrix of covariances."""
    covariances = np.cov(answers, rowvar=False)
    k = answers.shape[1]
    return float(k / (k - 1) * (1 - np.trace(covariances) / covariances.sum()))
