"""What the curriculum refuses."""

from app.kernel.errors import DomainError, RuleBroken
from app.kernel.text import N_


class CodeTaken(RuleBroken):
    """Two programs, or two curricula, cannot share a code."""

    message = N_("That code is in use already. Choose another code.")

    def __init__(
        self, message: str | None = None, *, field: str | None = "code", **parameters: object
    ) -> None:
        super().__init__(message, field=field, **parameters)


class TitleMissing(RuleBroken):
    """A program, a curriculum and a module have a title."""

    message = N_("Write a title.")


class YearsBackwards(RuleBroken):
    """A program would end before it begins."""

    message = N_("The last year lies before the first. Change one of the two.")


class HoursNotPositive(RuleBroken):
    """A module takes time."""

    message = N_("The hours must be more than 0.")


class VersionFrozen(RuleBroken):
    """A published version never changes."""

    message = N_(
        "Version %(number)s is published and does not change any more, because courses are made from it. "
        "Nothing was saved. Start the next version and change that one."
    )


class FrozenMeanwhile(RuleBroken):
    """The version was published between the check and the write."""

    message = N_(
        "This version was published a moment ago and does not change any more. Nothing was saved. "
        "Start the next version and change that one."
    )


class NothingToPublish(RuleBroken):
    """A version without modules cannot be taught."""

    message = N_("This version has no modules yet. Add the modules, then publish it.")


class DraftExists(RuleBroken):
    """One draft at a time."""

    message = N_("There is a draft already: version %(number)s. Change and publish that one.")


class DraftMadeMeanwhile(RuleBroken):
    """Somebody else started the next version at the same moment."""

    message = N_(
        "Somebody else started the next version a moment ago. Open the curriculum and change that draft."
    )


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_program_code": CodeTaken,
    "uq_curriculum_code": CodeTaken,
    "ck_program_named": TitleMissing,
    "ck_program_years": YearsBackwards,
    "ck_curriculum_named": TitleMissing,
    "ck_curriculum_module_named": TitleMissing,
    "ck_curriculum_module_hours": HoursNotPositive,
    "ck_curriculum_version_frozen": FrozenMeanwhile,
    "uq_curriculum_version_one_draft": DraftMadeMeanwhile,
    "uq_curriculum_version_curriculum_id_number": DraftMadeMeanwhile,
}
