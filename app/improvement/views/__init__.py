"""Pages of the improvement."""

from app.improvement.views import acting, actions, checking, cycles, plan
from app.improvement.views.blueprint import blueprint

__all__ = ["acting", "actions", "blueprint", "checking", "cycles", "plan"]
