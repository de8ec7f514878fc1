"""Words of the curriculum."""

from app.kernel.text import LabelledEnum, N_


class TeachingMethod(LabelledEnum):
    """How a module or a session is taught."""

    LECTURE = "lecture", N_("Lecture")
    DEBATE = "debate", N_("Debate")
    GROUP_DISCUSSION = "group_discussion", N_("Group discussion")
    PRESENTATION = "presentation", N_("Presentation")
    CASE_STUDY = "case_study", N_("Case study")
    SIMULATION = "simulation", N_("Simulation")
    FIELD_SURVEY = "field_survey", N_("Field survey")
    PANEL = "panel", N_("Panel")
    PRACTICE_TEACHING = "practice_teaching", N_("Practice teaching")
    ONLINE = "online", N_("Online")
    SELF_STUDY = "self_study", N_("Self-study")

    @property
    def is_active(self) -> bool:
        """Whether trainees do something with the matter, rather than receive it."""
        return self in _ACTIVE


_ACTIVE = frozenset(
    {
        TeachingMethod.DEBATE,
        TeachingMethod.GROUP_DISCUSSION,
        TeachingMethod.PRESENTATION,
        TeachingMethod.CASE_STUDY,
        TeachingMethod.SIMULATION,
        TeachingMethod.FIELD_SURVEY,
        TeachingMethod.PRACTICE_TEACHING,
    }
)


class VersionState(LabelledEnum):
    """Whether a version of a curriculum may still be changed."""

    DRAFT = "draft", N_("Draft")
    PUBLISHED = "published", N_("Published")
