"""Pages of the courses, their sessions and their timetables."""

from app.scheduling.views import courses, sessions, timetable
from app.scheduling.views.routes import blueprint

__all__ = ["blueprint", "courses", "sessions", "timetable"]
