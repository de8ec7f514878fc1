"""Pages of the evaluation."""

from app.evaluation.views import answers, documents, imports, instruments, results, waves, years
from app.evaluation.views.routes import blueprint

__all__ = ["answers", "blueprint", "documents", "imports", "instruments", "results", "waves", "years"]
