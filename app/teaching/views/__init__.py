"""Pages of the teaching."""

from app.teaching.views import assignments, calendar, lecturers, mine
from app.teaching.views.routes import blueprint

__all__ = ["assignments", "blueprint", "calendar", "lecturers", "mine"]
