"""What stands in the way of sessions that cannot be placed, in pieces that a planner can do something about."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a reason is about, and so what one would do about it."""

    STARTS = "starts"
    """``session`` may only start at certain times."""
    ROOMS = "rooms"
    """Only certain rooms suit ``session``."""
    PIN = "pin"
    """``session`` is pinned to one time and one room."""
    GROUP_AWAY = "group away"
    """``group`` is away, or busy elsewhere, on ``day`` at some hours."""
    ROOM_CLOSED = "room closed"
    """``room`` is closed, or taken from outside, on ``day`` at some hours."""
    BOOKING = "booking"
    """``session`` stands at ``start`` in ``room`` and keeps its people and the room busy."""
    PRESENCE = "presence"
    """``session`` has to take place as well, wherever it is put."""
    LIMIT = "limit"
    """``group`` may only have so many slots a day."""
    TRAVEL = "travel"
    """The way between ``campus`` and ``other``."""
    ORDER = "order"
    """``session`` has to be over before ``other`` begins."""


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """One piece; which fields are set is said at its kind."""

    kind: Kind
    session: int = -1
    other: int = -1
    group: int = -1
    room: int = -1
    campus: int = -1
    day: int = -1
    start: int = -1

    @property
    def sessions(self) -> frozenset[int]:
        """The sessions it is about."""
        return frozenset({self.session, self.other if self.kind is Kind.ORDER else -1} - {-1})


class Remedy(StrEnum):
    """One thing to do that makes room, the cheaper the earlier here."""

    ALLOW_ROOM = "allow room"
    """Let the session be in ``room`` although it is not among those that suit."""
    OPEN_ROOM = "open room"
    """Open ``room`` on ``day``."""
    MOVE = "move"
    """Move ``session``, which stands in the way, to ``start`` in ``room``."""
    ALLOW_DAY = "allow day"
    """Let the session start on ``day`` as well."""
    FREE_GROUP = "free group"
    """Have ``group`` come on ``day``."""
    RAISE_LIMIT = "raise limit"
    """Let ``group`` have ``amount`` slots a day."""
    DROP_ORDER = "drop order"
    """Let the two sessions of the reason be in any order."""
    SHORTEN_TRAVEL = "shorten travel"
    """Do without the time for the way between the two campuses of the reason."""
    UNPIN = "unpin"
    """Let the pinned ``session`` of the reason go elsewhere."""
    LEAVE_OUT = "leave out"
    """Do without ``session``."""


@dataclass(frozen=True, slots=True)
class Help:
    """A single change after which all the sessions asked about have a place; that was tried.

    ``places`` says where they would be then: session, start, room; nothing where another session was asked about.
    """

    remedy: Remedy
    reason: Reason
    places: tuple[tuple[int, int, int], ...]
    session: int = -1
    group: int = -1
    room: int = -1
    day: int = -1
    start: int = -1
    amount: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why the sessions cannot be placed together: ``reasons`` that suffice for that.

    ``minimal`` says that each of them is needed: without it, and with the others, the sessions have a place. When the
    time was too short to prove that the sessions cannot be placed, ``proven`` is false and there are no reasons.
    """

    sessions: tuple[int, ...]
    reasons: tuple[Reason, ...]
    helps: tuple[Help, ...] = ()
    proven: bool = True
    minimal: bool = True
    seconds: float = 0.0
