"""Reading imports of past evaluations and what they need to know."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.curriculum.models import CurriculumVersion
from app.evaluation.models import EvaluationImport
from app.kernel.db import session, within
from app.kernel.errors import NotFound
from app.kernel.text import fold
from app.organisations.models import Organisation
from app.scheduling.models import Course


def get_import(upload_id: int) -> EvaluationImport:
    """Return the import; NotFound if there is none."""
    found = session.get(
        EvaluationImport,
        upload_id,
        options=[
            joinedload(EvaluationImport.instrument),
            joinedload(EvaluationImport.organisation),
            joinedload(EvaluationImport.curriculum_version),
        ],
    )
    if found is None:
        raise NotFound()
    return found


def find_finished_import(organisation_id: int, digest: str) -> EvaluationImport | None:
    """Return the import that already brought in this very file with these very settings, if there is one."""
    return session.scalar(
        select(EvaluationImport).where(
            EvaluationImport.organisation_id == organisation_id,
            EvaluationImport.digest == digest,
            EvaluationImport.finished_at.is_not(None),
        )
    )


def list_imports(organisation_ids: Collection[int]) -> Sequence[EvaluationImport]:
    """Return the latest imports into these organisations."""
    return session.scalars(
        select(EvaluationImport)
        .where(within(EvaluationImport.organisation_id, organisation_ids))
        .options(joinedload(EvaluationImport.organisation), joinedload(EvaluationImport.instrument))
        .order_by(EvaluationImport.id.desc())
        .limit(20)
    ).all()


def get_version(version_id: int) -> CurriculumVersion:
    """Return the version of a curriculum; NotFound if there is none."""
    found = session.get(CurriculumVersion, version_id)
    if found is None:
        raise NotFound()
    return found


def list_courses_by_title(curriculum_id: int, organisation: Organisation) -> dict[str, Course]:
    """Return the organisation's courses of the curriculum by their folded title."""
    courses = session.scalars(
        select(Course)
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .where(CurriculumVersion.curriculum_id == curriculum_id, Course.organisation_id == organisation.id)
        .order_by(Course.id.desc())
    )
    return {fold(course.title): course for course in courses}
