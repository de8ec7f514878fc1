"""Columns of the lists and results of the evaluation."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.evaluation.figure_types import WaveReading
from app.evaluation.types import InstrumentRow, ItemResult
from app.kernel.pages import Column
from app.kernel.text import N_

INSTRUMENT_COLUMNS: tuple[Column[InstrumentRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code, sort="code"),
    Column("title", N_("Title"), lambda row: row.title, sort="title"),
    Column("number", N_("Version"), lambda row: row.number, numeric=True),
    Column("state", N_("State"), lambda row: row.state, sort="state"),
    Column("items", N_("Questions"), lambda row: row.items, numeric=True),
    Column("organisation", N_("Organisation"), lambda row: row.organisation, sort="organisation"),
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of exported results: an item, or one answer to it with how often it was given."""

    code: str
    question: str
    n: int | None = None
    missing: int | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    answer: str | None = None
    count: int | None = None
    score: float | None = None
    median: float | None = None
    share: float | None = None


RESULT_COLUMNS: tuple[Column[ResultRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code),
    Column("question", N_("Question"), lambda row: row.question),
    Column("n", N_("Answers"), lambda row: row.n, numeric=True),
    Column("missing", N_("Without an answer"), lambda row: row.missing, numeric=True),
    Column("mean", N_("Mean"), lambda row: row.mean, numeric=True),
    Column("low", N_("95% interval from"), lambda row: row.low, numeric=True),
    Column("high", N_("95% interval to"), lambda row: row.high, numeric=True),
    Column("sd", N_("Standard deviation"), lambda row: row.sd, numeric=True),
    Column("median", N_("Median"), lambda row: row.median, numeric=True),
    Column("score", N_("Promoters less detractors"), lambda row: row.score, numeric=True),
    Column("answer", N_("Answer"), lambda row: row.answer),
    Column("count", N_("How often"), lambda row: row.count, numeric=True),
    Column("share", N_("Share of those who answered"), lambda row: row.share, numeric=True),
)


def result_rows(items: Iterable[ItemResult]) -> Iterator[ResultRow]:
    """Yield what the results page shows, line by line; of what it does not show, only that."""
    for item in items:
        code, text = item.question.code, item.question.text
        if item.too_few is not None:
            yield ResultRow(code, text, answer="–")
            continue
        yield _summary(item)
        yield from _answers(item)
        for comment in item.comments:
            yield ResultRow(code, text, answer=comment)


def _answers(item: ItemResult) -> Iterator[ResultRow]:
    """How often each answer was given; the intervals of shares stand in the columns of intervals."""
    code, text = item.question.code, item.question.text
    shares = item.choice.shares if item.choice else ()
    for place, (answer, count) in enumerate(answer_counts(item)):
        of = shares[place] if shares else None
        yield ResultRow(
            code,
            text,
            answer=answer,
            count=count,
            share=round(count / item.n, 4) if item.n else None,
            low=round(of.interval.low, 4) if of else None,
            high=round(of.interval.high, 4) if of else None,
        )


def wave_rows(items: Sequence[ItemResult], reading: WaveReading | None) -> Iterator[ResultRow]:
    """Yield the results of a wave: its items, then the scales that they make, by alpha and omega."""
    yield from result_rows(items)
    for scale in reading.scales if reading else ():
        codes = ", ".join(member.code for member in scale.members)
        for name, figure in ((N_("Cronbach's alpha"), scale.alpha), (N_("McDonald's omega"), scale.omega)):
            if figure is not None:
                yield ResultRow(
                    codes,
                    name,
                    scale.n,
                    mean=round(figure.value, 4),
                    low=_rounded(figure.low),
                    high=_rounded(figure.high),
                )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _summary(item: ItemResult) -> ResultRow:
    score, recommended = item.score, item.recommendation
    return ResultRow(
        item.question.code,
        item.question.text,
        item.n,
        item.missing,
        mean=round(score.mean, 4) if score else None,
        low=round(score.interval.low, 4) if score else None,
        high=round(score.interval.high, 4) if score else None,
        sd=round(score.sd, 4) if score else None,
        score=round(recommended.score, 2) if recommended else None,
        median=score.median if score else None,
    )


def answer_counts(item: ItemResult) -> list[tuple[str, int]]:
    """Return each answer in words with how often it was given."""
    words = {place: option.text for place, option in enumerate(item.question.options, start=1)}
    if item.score is not None:
        return [(words.get(bar.value, str(bar.value)), bar.count) for bar in item.score.distribution]
    if item.choice is not None:
        return [(words[place], share.count) for place, share in enumerate(item.choice.shares, start=1)]
    return []
