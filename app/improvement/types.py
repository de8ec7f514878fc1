"""Words of the improvement."""

from app.kernel.text import LabelledEnum, N_


class CycleState(LabelledEnum):
    """How far the turn is."""

    DRAFTED = "drafted", N_("Drafted")
    APPROVED = "approved", N_("Approved")
    RUNNING = "running", N_("Running")
    CHECKING = "checking", N_("Checking")
    ACTING = "acting", N_("Acting")
    CLOSED = "closed", N_("Closed")
    VERIFIED = "verified", N_("Verified")
    CANCELLED = "cancelled", N_("Cancelled")


class Phase(LabelledEnum):
    """The four parts of the ring."""

    PLAN = "plan", N_("Plan")
    DO = "do", N_("Do")
    CHECK = "check", N_("Check")
    ACT = "act", N_("Act")


class KirkpatrickLevel(LabelledEnum):
    """What an objective is about."""

    REACTION = "reaction", N_("1 Reaction")
    LEARNING = "learning", N_("2 Learning")
    BEHAVIOUR = "behaviour", N_("3 Behaviour")
    RESULTS = "results", N_("4 Results")


class IndicatorSource(LabelledEnum):
    """Where an indicator's figure comes from."""

    MANUAL = "manual", N_("Entered by hand")
    EVALUATION_MEAN = "evaluation_mean", N_("Mean of an evaluation item")
    RESPONSE_RATE = "response_rate", N_("Response rate")
    ATTENDANCE = "attendance", N_("Attendance")
    ACTIVE_METHOD_SHARE = "active_method_share", N_("Share of active hours")


class Direction(LabelledEnum):
    """Which side of the target is good."""

    AT_LEAST = "at_least", N_("At least")
    AT_MOST = "at_most", N_("At most")


class FindingKind(LabelledEnum):
    """What was found."""

    GAP = "gap", N_("Gap")
    STRENGTH = "strength", N_("Strength")


class CauseCategory(LabelledEnum):
    """Where the cause of a gap lies."""

    PEOPLE = "people", N_("People")
    METHOD = "method", N_("Method")
    MATERIAL = "material", N_("Material")
    ENVIRONMENT = "environment", N_("Environment")
    ORGANISATION = "organisation", N_("Organisation")
    MEASUREMENT = "measurement", N_("Measurement")


class Decision(LabelledEnum):
    """What is made of a finding."""

    STANDARDISE = "standardise", N_("Standardise")
    ADJUST = "adjust", N_("Adjust")
    ABANDON = "abandon", N_("Abandon")
    ACCEPT = "accept", N_("Accept")


class ActionState(LabelledEnum):
    """How an action stands."""

    OPEN = "open", N_("Open")
    DONE = "done", N_("Done")
    VERIFIED = "verified", N_("Verified")
    WAIVED = "waived", N_("Waived")
    TAKEN_OVER = "taken_over", N_("Taken over")
