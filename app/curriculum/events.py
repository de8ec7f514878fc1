"""What happened to programs and curricula."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ProgramAdded(Event):
    """A program began."""

    subject: ClassVar[str] = "program"
    code: str


@dataclass(frozen=True, kw_only=True)
class ProgramChanged(Event):
    """What is known of a program was changed."""

    subject: ClassVar[str] = "program"


@dataclass(frozen=True, kw_only=True)
class CurriculumAdded(Event):
    """A curriculum was begun, with a first draft."""

    subject: ClassVar[str] = "curriculum"
    code: str


@dataclass(frozen=True, kw_only=True)
class CurriculumChanged(Event):
    """A curriculum was renamed."""

    subject: ClassVar[str] = "curriculum"


@dataclass(frozen=True, kw_only=True)
class VersionStarted(Event):
    """The next version of a curriculum was begun as a copy of the last."""

    subject: ClassVar[str] = "curriculum_version"
    number: int


@dataclass(frozen=True, kw_only=True)
class VersionChanged(Event):
    """The modules of a draft were changed."""

    subject: ClassVar[str] = "curriculum_version"
    number: int


@dataclass(frozen=True, kw_only=True)
class VersionPublished(Event):
    """A version was published, and does not change from then on."""

    subject: ClassVar[str] = "curriculum_version"
    number: int
