"""What happens to the trail itself: it is read out."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.reading import Exported


@dataclass(frozen=True, kw_only=True)
class TrailExported(Exported):
    """The audit trail was taken out as a file."""

    subject: ClassVar[str] = "audit trail"
