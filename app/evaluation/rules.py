"""Decisions of the evaluation: whole answer sheets, opening and closing of waves, what may be shown."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import TypeVar, assert_never

from app.evaluation.figure_types import AgainstTarget, Standing, Target
from app.evaluation.types import (
    WITH_OPTIONS,
    Answer,
    AnswerProblem,
    InstrumentState,
    Item,
    ItemKind,
    Question,
    WaveProblem,
    WaveState,
)
from app.kernel.text import N_

# Fewer answers would let a reader tell who gave which.
MINIMUM_FOR_SCORES = 5
MINIMUM_FOR_COMMENTS = 10
COMMENT_LENGTH = 2_000
MOST_OPTIONS = 20

# How the middle is called where it is the best answer, in instruments that call it a choice and no more.
_BEST_MIDDLES = (
    "just right",
    "balanced",
    "about right",
    "right",
    "vừa phải",
    "vừa đủ",
    "ちょうどよい",
    "適切",
)

Key = TypeVar("Key")


def check_questions(questions: Sequence[Question]) -> tuple[AnswerProblem, ...]:
    """What keeps questions from being asked, each with the code of its question."""
    problems = [
        AnswerProblem(question.code, message)
        for question in questions
        if (message := _question_problem(question)) is not None
    ]
    codes = [question.code for question in questions]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    message = N_("Two questions have this code. Give one of them another code.")
    return (*problems, *(AnswerProblem(code, message) for code in twice))


def _question_problem(question: Question) -> str | None:
    has_options = 2 <= len(question.options) <= MOST_OPTIONS
    if question.kind in WITH_OPTIONS and not has_options:
        return N_("Give from 2 to 20 options, one a line, the lowest first.")
    if question.kind is ItemKind.MIDDLE and len(question.options) % 2 == 0:
        return N_("Give an odd number of options, so that one of them is the middle.")
    if question.is_reversed and question.kind is not ItemKind.LIKERT:
        return N_("Only a question on an agreement scale can be worded the other way round.")
    if question.kind is ItemKind.NUMBER and (
        question.minimum is None or question.maximum is None or question.minimum >= question.maximum
    ):
        return N_("Give the lowest and, above it, the highest number.")
    return None


def check_answers(items: Sequence[Item], answers: Mapping[str, object]) -> tuple[AnswerProblem, ...]:
    """Everything that is wrong with an answer sheet, in the order of the items."""
    problems = [problem for item in items if (problem := _check_answer(item, answers.get(item.code)))]
    known = {item.code for item in items}
    foreign = [
        AnswerProblem(code, N_("This question does not belong to the questionnaire. Load the page again."))
        for code in sorted(answers.keys() - known)
    ]
    return (*problems, *foreign)


def given_answers(items: Sequence[Item], answers: Mapping[str, object]) -> dict[str, Answer]:
    """The answers of a checked sheet without those left empty, text without space around it."""
    given: dict[str, Answer] = {}
    for item in items:
        answer = answers.get(item.code)
        if isinstance(answer, str):
            answer = answer.strip()
        if isinstance(answer, list):
            answer = sorted(answer)
        if isinstance(answer, int | str | list) and answer not in ("", []):
            given[item.code] = answer
    return given


def _check_answer(item: Item, answer: object) -> AnswerProblem | None:
    if answer is None or answer == [] or (isinstance(answer, str) and not answer.strip()):
        return AnswerProblem(item.code, N_("Please answer this question.")) if item.required else None
    match item.kind:
        case ItemKind.LIKERT | ItemKind.CHOICE | ItemKind.MIDDLE:
            return _check_place(item, answer)
        case ItemKind.SEVERAL:
            return _check_places(item, answer)
        case ItemKind.NUMBER:
            return _check_number(item, answer)
        case ItemKind.TEXT:
            return _check_text(item, answer)
        case _:
            assert_never(item.kind)


def _is_whole(answer: object, low: int, high: int) -> bool:
    return isinstance(answer, int) and not isinstance(answer, bool) and low <= answer <= high


def _check_place(item: Item, answer: object) -> AnswerProblem | None:
    if _is_whole(answer, 1, len(item.options)):
        return None
    return AnswerProblem(item.code, N_("Please choose one of the options shown."))


def _check_places(item: Item, answer: object) -> AnswerProblem | None:
    is_list = isinstance(answer, list) and all(_is_whole(place, 1, len(item.options)) for place in answer)
    if is_list and isinstance(answer, list) and len(set(answer)) == len(answer):
        return None
    return AnswerProblem(item.code, N_("Please choose among the options shown."))


def _check_number(item: Item, answer: object) -> AnswerProblem | None:
    low, high = item.minimum or 0, item.maximum or 0
    if _is_whole(answer, low, high):
        return None
    message = N_("Please give a whole number from %(low)s to %(high)s.")
    return AnswerProblem(item.code, message, {"low": low, "high": high})


def _check_text(item: Item, answer: object) -> AnswerProblem | None:
    if not isinstance(answer, str):
        return AnswerProblem(item.code, N_("Please answer in words."))
    if len(answer.strip()) <= COMMENT_LENGTH:
        return None
    message = N_("Your answer has %(length)s characters; up to %(limit)s can be kept. Please shorten it.")
    return AnswerProblem(item.code, message, {"length": len(answer.strip()), "limit": COMMENT_LENGTH})


def may_open(
    state: WaveState, *, opens_at: datetime, closes_at: datetime, items: int, invited: int, now: datetime
) -> tuple[WaveProblem, ...]:
    """Every reason against opening a wave now."""
    if state is not WaveState.PLANNED:
        return (WaveProblem("not_planned", N_("The wave was opened before; it can be opened once only.")),)
    problems = []
    if items == 0:
        problems.append(WaveProblem("no_items", N_("The instrument has no items. Add the questions first.")))
    if invited == 0:
        problems.append(WaveProblem("nobody_invited", N_("Nobody would be invited. Enrol trainees first.")))
    if now < opens_at:
        message = N_("The wave opens on %(opens_at)s. Change its window to open it earlier.")
        problems.append(WaveProblem("too_early", message, {"opens_at": opens_at}))
    if now >= closes_at:
        message = N_("The window of the wave ended on %(closes_at)s. Give it a later end.")
        problems.append(WaveProblem("too_late", message, {"closes_at": closes_at}))
    return tuple(problems)


def may_close(
    state: WaveState, *, closes_at: datetime, answered: int, invited: int, now: datetime
) -> tuple[WaveProblem, ...]:
    """Every reason against closing a wave now: it closes when its window ends or when all have answered."""
    if state is not WaveState.OPEN:
        return (WaveProblem("not_open", N_("The wave is not open, so it cannot be closed.")),)
    if now >= closes_at or answered >= invited:
        return ()
    message = N_(
        "The wave runs until %(closes_at)s and not all have answered. Change its end to close it earlier."
    )
    return (WaveProblem("still_running", message, {"closes_at": closes_at}),)


def may_answer(
    state: WaveState, *, opens_at: datetime, closes_at: datetime, already_answered: bool, now: datetime
) -> tuple[WaveProblem, ...]:
    """Every reason against taking an answer now."""
    if already_answered:
        message = N_("You have answered already. Your first answer is kept; it cannot be changed.")
        return (WaveProblem("answered", message),)
    if state is WaveState.PLANNED or now < opens_at:
        message = N_("This evaluation opens on %(opens_at)s. Please come back then.")
        return (WaveProblem("not_yet", message, {"opens_at": opens_at}),)
    if state is WaveState.CLOSED or now >= closes_at:
        message = N_("This evaluation closed on %(closes_at)s. Answers can no longer be taken.")
        return (WaveProblem("closed", message, {"closes_at": closes_at}),)
    return ()


def may_show_results(state: WaveState, responses: int) -> tuple[WaveProblem, ...]:
    """Every reason against showing figures of the wave."""
    problems = []
    if state is not WaveState.CLOSED:
        problems.append(WaveProblem("not_closed", N_("Results are shown after the wave has closed.")))
    elif responses < MINIMUM_FOR_SCORES:
        message = N_("Only %(n)s have answered. Results are shown from %(minimum)s answers on.")
        problems.append(WaveProblem("too_few", message, {"n": responses, "minimum": MINIMUM_FOR_SCORES}))
    return tuple(problems)


def may_show_comments(state: WaveState, responses: int) -> bool:
    """Whether free text of the wave may be read."""
    return state is WaveState.CLOSED and responses >= MINIMUM_FOR_COMMENTS


def may_change_instrument(state: InstrumentState) -> bool:
    """Whether items may still change: never again once a wave was opened with it."""
    return state is InstrumentState.DRAFT


def shows_what_each_answered(counts: Mapping[int, int]) -> bool:
    """Whether all gave the same answer, so that the figure tells everybody's."""
    return sum(1 for count in counts.values() if count) == 1


def best_in_the_middle(question: Question) -> bool:
    """Whether the best answer to a choice is the middle one, as in “too slow, just right, too fast”."""
    options = question.options
    if question.kind is ItemKind.MIDDLE:
        return True
    if question.kind is not ItemKind.CHOICE or len(options) < 3 or len(options) % 2 == 0:
        return False
    middle = options[len(options) // 2]
    words = (middle.text, *middle.texts.values())
    return any(word.strip().casefold().startswith(_BEST_MIDDLES) for word in words)


def telling_differences(
    published: Mapping[Key, Collection[object]], *, minimum: int = MINIMUM_FOR_SCORES
) -> tuple[tuple[Key, Key], ...]:
    """Pairs of sets of responses that, published together, would show fewer than ``minimum`` of them by
    subtraction.
    """
    sets = {key: frozenset(members) for key, members in published.items()}
    return tuple(
        (one, other)
        for one, other in combinations(sets, 2)
        if 0 < len(sets[one] - sets[other]) < minimum or 0 < len(sets[other] - sets[one]) < minimum
    )


def pool_blocks(
    waves: Sequence[tuple[Key, str, int]], *, minimum: int = MINIMUM_FOR_SCORES
) -> tuple[tuple[Key, ...], ...]:
    """Group waves so that any two sums of whole groups differ by no answer or by ``minimum`` and more.

    ``waves`` are key, batch and number of answers, in the order in which they were closed; a batch is what was
    closed in one act. A wave with enough answers is shown by itself and so is its own group. Smaller ones stand
    together with the next smaller ones; what a batch leaves over joins its last group. A wave that is in no group
    has to wait. What comes later never changes a group that was there before.
    """
    blocks: list[tuple[Key, ...]] = []
    waiting: list[Key] = []
    answers = 0
    joined: int | None = None
    for place, (key, batch, n) in enumerate(waves):
        if n >= minimum:
            blocks.append((key,))
        elif n:
            waiting.append(key)
            answers += n
        if answers >= minimum:
            joined = len(blocks)
            blocks.append(tuple(waiting))
            waiting, answers = [], 0
        is_last_of_batch = place + 1 == len(waves) or waves[place + 1][1] != batch
        if is_last_of_batch:
            if joined is not None and waiting:
                blocks[joined] += tuple(waiting)
                waiting, answers = [], 0
            joined = None
    return tuple(blocks)


def stands(low: float, high: float, mark: float) -> Standing:
    """What an interval allows to say against a mark."""
    if low > mark:
        return Standing.ABOVE
    return Standing.BELOW if high < mark else Standing.CANNOT_TELL


def stands_against(target: Target, low: float, high: float) -> AgainstTarget:
    """Where an interval lies against a target; one that ends at it has reached it."""
    if not target.lower_is_better and low >= target.value:
        return AgainstTarget(target, Standing.ABOVE)
    if target.lower_is_better and high <= target.value:
        return AgainstTarget(target, Standing.BELOW)
    return AgainstTarget(target, stands(low, high, target.value))
