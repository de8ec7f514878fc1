"""Pages of the evaluation."""

from app.evaluation.views import answers, imports, instruments, results, waves
from app.evaluation.views.routes import blueprint

__all__ = ["answers", "blueprint", "imports", "instruments", "results", "waves"]
