"""Every mapped class, imported so that the metadata is whole. Read by the migrations and the application."""

import app.accounts.models
import app.attendance.models
import app.audit.models
import app.curriculum.models
import app.enrolment.models
import app.evaluation.models
import app.improvement.models
import app.messaging.models
import app.organisations.models
import app.people.models
import app.planning.models
import app.scheduling.models
import app.teaching.models
import app.yearplan.models  # noqa: F401
from app.kernel.db import Base

metadata = Base.metadata
