"""What the evaluation refuses."""

from collections.abc import Mapping

from app.evaluation.types import AnswerProblem, WaveProblem
from app.kernel.errors import DomainError, RuleBroken
from app.kernel.text import N_


class InstrumentFrozen(RuleBroken):
    """Once a wave was opened with it, an instrument stays as it is."""

    message = N_(
        "This instrument is frozen because a wave was opened with it. Nothing was changed. "
        "Make the next version and change that one."
    )


class QuestionsRefused(RuleBroken):
    """Some questions lack what their kind needs, or share a code."""

    message = N_("Some questions are not complete yet. Nothing was lost; see the notes at them.")

    def __init__(self, problems: tuple[AnswerProblem, ...] = ()) -> None:
        super().__init__()
        self.problems = problems


class CodeTwiceMeanwhile(RuleBroken):
    """Two items of an instrument cannot share a code."""

    message = N_("Two questions have the same code. Give one of them another code.")


class InstrumentCodeTaken(RuleBroken):
    """Two instruments of an organisation cannot share code and number."""

    message = N_("This organisation already has an instrument with this code. Choose another code.")


class WaveBackwards(RuleBroken):
    """It would close before it opens."""

    message = N_("The wave must close after it opens. Choose a later end.")


class EndHasPassed(RuleBroken):
    """An open wave cannot be made to have ended earlier."""

    message = N_("This moment has passed. Choose a later end, or close the wave now.")


class WaveIsOpen(RuleBroken):
    """What those who were invited were told does not change any more."""

    message = N_("The wave is open: only its end can still be changed.")


class WaveRefused(RuleBroken):
    """The wave cannot be opened, closed or answered; the message says why."""

    def __init__(self, problem: WaveProblem, shown: Mapping[str, object]) -> None:
        super().__init__(problem.message)
        self.parameters = shown
        self.code = problem.code


class AnswersRefused(RuleBroken):
    """Some answers are missing or not on their scale."""

    message = N_("Some answers are missing or cannot be read. Nothing of what you gave was lost.")

    def __init__(self, problems: tuple[AnswerProblem, ...] = ()) -> None:
        super().__init__()
        self.problems = problems


class KeyLost(RuleBroken):
    """The installation's secret is not the one that the wave was opened with."""

    message = N_(
        "The answers of this wave were sealed under another secret of this installation, so they cannot be opened "
        "now. Nothing was lost. Ask whoever runs Rondo to bring the earlier secret back, then close the wave again."
    )


class ImportedAlready(RuleBroken):
    """The same file with the same settings would be counted twice."""

    message = N_(
        "This file was brought in with the same settings before, on %(day)s. Nothing was imported again."
    )


class ImportedMeanwhile(RuleBroken):
    """Somebody brought in the same file a moment ago."""

    message = N_("This file was brought in a moment ago. Nothing was imported twice.")


class ImportHasProblems(RuleBroken):
    """An import runs wholly or not at all."""

    message = N_(
        "%(count)s places in the file cannot be understood. Nothing was imported. See the list below."
    )


class UnreadableSettings(RuleBroken):
    """A line of the mapping is not of the form that is needed."""

    message = N_("The line “%(line)s” cannot be understood. Write it as “in the file = in Rondo”.")


class ColumnUnknown(RuleBroken):
    """The file has no such column."""

    message = N_("The file has no column “%(column)s”. Its columns are: %(columns)s.")


class NothingToImport(RuleBroken):
    """No column of the file is an item of the instrument."""

    message = N_(
        "No column of the file belongs to a question of the instrument. Name the columns below, "
        "one a line: column = code of the question."
    )


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_instrument_organisation_id_code_number": InstrumentCodeTaken,
    "uq_instrument_item_instrument_id_code": CodeTwiceMeanwhile,
    "ck_wave_window": WaveBackwards,
    "uq_evaluation_import_digest": ImportedMeanwhile,
}
