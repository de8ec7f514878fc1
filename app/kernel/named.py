"""What is named by where it stands in the code and loaded when it is first wanted: tasks and commands.

So a process loads what it runs. The web server knows by name what the worker and the command line do, and carries
none of their libraries.
"""

from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Named:
    """Something in a module of ours, as "app.messaging.jobs:deliver"; called, it is loaded and run."""

    place: str

    def load(self) -> object:
        """Return what stands there. Raises ``ImportError`` or ``AttributeError`` when nothing does."""
        module, _, name = self.place.partition(":")
        return getattr(import_module(module), name)

    def __call__(self, **args: object) -> None:
        function = self.load()
        if not callable(function):
            raise TypeError(f"{self.place} is no function.")
        function(**args)
