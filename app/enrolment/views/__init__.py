"""Pages of the trainees of a course and of their import."""

from app.enrolment.views import imports, newcomers, places
from app.enrolment.views.routes import blueprint

__all__ = ["blueprint", "imports", "newcomers", "places"]
