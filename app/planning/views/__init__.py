"""Pages of the planning."""

from app.planning.views import asking, proposals, repairs, runs
from app.planning.views.routes import blueprint

__all__ = ["asking", "blueprint", "proposals", "repairs", "runs"]
