"""The errors that business code raises. The edge turns each family into one kind of answer."""

from collections.abc import Mapping

from app.kernel.marking import N_


class DomainError(Exception):
    """Something that the domain refuses.

    ``message`` is an English msgid with ``%(name)s`` places, filled from ``parameters`` after translation;
    ``field`` names the form field it belongs to, when there is one.
    """

    message: str = ""

    def __init__(self, message: str | None = None, *, field: str | None = None, **parameters: object) -> None:
        self.message = message or type(self).message
        self.field = field
        self.parameters: Mapping[str, object] = parameters
        super().__init__(str(self))

    def __str__(self) -> str:
        return self.message % self.parameters if self.parameters else self.message


class NotFound(DomainError):
    """There is no such thing, or none that this actor may know of."""

    message = N_("This page does not exist, or you have no access to it.")


class Denied(DomainError):
    """The actor may know of the thing, but not do this with it."""

    message = N_("You have no right to do this.")


class RuleBroken(DomainError):
    """A rule of the domain refuses the change; nothing was changed."""


class Conflict(DomainError):
    """Somebody else's change stands in the way; nothing was overwritten."""


class StaleVersion(Conflict):
    """The thing was changed by somebody else since the page was opened."""

    message = N_("Somebody else has changed this since you opened the page. Nothing was overwritten.")
