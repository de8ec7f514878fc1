"""Words of the evaluation."""

from app.kernel.text import LabelledEnum, N_


class ItemKind(LabelledEnum):
    """What an item asks for."""

    LIKERT = "likert", N_("Agreement scale")
    CHOICE = "choice", N_("Choice")
    NUMBER = "number", N_("Number")
    TEXT = "text", N_("Free text")


class InstrumentState(LabelledEnum):
    """Whether an instrument may still be changed. It is frozen when first opened."""

    DRAFT = "draft", N_("Draft")
    FROZEN = "frozen", N_("Frozen")


class WaveState(LabelledEnum):
    """How far a collection is."""

    PLANNED = "planned", N_("Planned")
    OPEN = "open", N_("Open")
    CLOSED = "closed", N_("Closed")
