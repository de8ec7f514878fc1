"""What a route says about who may use it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from app.kernel.access import Permission


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody may use the route; the reason is part of the route table."""

    reason: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever is signed in may use the route, which shows and changes only what is the actor's own."""

    reason: str


Access = Public | SignedIn | Permission


@runtime_checkable
class Scoped(Protocol):
    """Something that lies in an organisation, in which the right to it is decided."""

    @property
    def organisation_id(self) -> int: ...


Loader = Callable[..., Any]
