"""What happened to instruments, waves and imports. That somebody answered is no event: it leaves no trace of when."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.kernel.events import Event
from app.kernel.reading import Exported


@dataclass(frozen=True, kw_only=True)
class InstrumentAdded(Event):
    """An instrument, or its next version, was made."""

    subject: ClassVar[str] = "instrument"
    code: str
    number: int


@dataclass(frozen=True, kw_only=True)
class InstrumentChanged(Event):
    """A draft was changed."""

    subject: ClassVar[str] = "instrument"


@dataclass(frozen=True, kw_only=True)
class WavePlanned(Event):
    """A wave was planned."""

    subject: ClassVar[str] = "wave"
    course_id: int


@dataclass(frozen=True, kw_only=True)
class WaveChanged(Event):
    """The window of a wave was changed."""

    subject: ClassVar[str] = "wave"
    course_id: int


@dataclass(frozen=True, kw_only=True)
class WaveOpened(Event):
    """A wave was opened and its trainees invited."""

    subject: ClassVar[str] = "wave"
    course_id: int
    invited: int
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class TraineesReminded(Event):
    """All who had not answered were reminded, by the system, without being listed."""

    subject: ClassVar[str] = "wave"
    course_id: int


@dataclass(frozen=True, kw_only=True)
class WaveClosed(Event):
    """A wave was closed and its results stored."""

    subject: ClassVar[str] = "wave"
    course_id: int
    invited: int | None
    responses: int


@dataclass(frozen=True, kw_only=True)
class EvaluationsChecked(Event):
    """A file of past answers was uploaded and looked through."""

    subject: ClassVar[str] = "evaluation_import"


@dataclass(frozen=True, kw_only=True)
class EvaluationsImported(Event):
    """Past answers were brought in."""

    subject: ClassVar[str] = "evaluation_import"
    waves: int
    responses: int


@dataclass(frozen=True, kw_only=True)
class ResultsExported(Exported):
    """The results of a wave, with what people wrote, were taken out as a file."""

    subject: ClassVar[str] = "wave"


@dataclass(frozen=True, kw_only=True)
class PooledResultsExported(Exported):
    """The results of a curriculum’s waves were taken out as a file."""

    subject: ClassVar[str] = "curriculum"


@dataclass(frozen=True, kw_only=True)
class ResultsDocumentAsked(Event):
    """Somebody had the results of a wave written on paper."""

    subject: ClassVar[str] = "wave"


@dataclass(frozen=True, kw_only=True)
class YearDocumentAsked(Event):
    """Somebody had the results of an organisation’s year written on paper."""

    subject: ClassVar[str] = "organisation"


@dataclass(frozen=True, kw_only=True)
class YearResultsExported(Exported):
    """The results of an organisation’s year were taken out as a file."""

    subject: ClassVar[str] = "organisation"
