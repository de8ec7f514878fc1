"""The real answers of an instructor training, brought in by the import, give the figures of its published report."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, func, select

from app.curriculum.models import Curriculum
from app.demo import carpentries
from app.evaluation import commands, queries
from app.evaluation.errors import ImportedAlready
from app.evaluation.models import EvaluationImport, Invitation, Response, Wave
from app.evaluation.types import ItemResult, Pool, Share
from app.kernel import transaction
from app.kernel.access import Actor, Role
from app.kernel.db import session
from app.organisations.models import Organisation
from app.scheduling.models import Course
from tests.factories.accounts import make_actor
from tests.factories.curriculum import make_published_version
from tests.factories.evaluation import make_instrument
from tests.factories.organisations import make_organisation

AT = datetime(2026, 8, 1, 3, tzinfo=UTC)

PUBLISHED_MEANS = {
    "Worth": (4.37, 0.8),
    "Recommend": (4.39, 0.77),
    "Material": (4.36, 0.75),
    "LearnedSkills": (4.57, 0.66),
    "InformationReasonableTime": (4.16, 0.76),
    "AtmosphereWelcoming": (4.72, 0.58),
    "TrainersEnthusiastic": (3.78, 0.44),
    "TrainersConsiderate": (3.83, 0.4),
    "TrainersCommunicators": (3.64, 0.54),
    "TrainersClearAnswers": (3.52, 0.55),
}


class Imported:
    """Both files, brought in one after the other."""

    def __init__(self) -> None:
        self.organisation: Organisation = make_organisation()
        self.version = make_published_version()
        self.curriculum: Curriculum = self.version.curriculum
        self.actor: Actor = make_actor(Role.TRAINING_MANAGER, self.organisation)
        self.instrument = make_instrument(self.organisation, carpentries.QUESTIONS)
        for batch in range(2):
            self.bring_in(batch)

    def check(self, number: int) -> EvaluationImport:
        batch = carpentries.BATCHES[number]
        return commands.check_evaluations(
            content=batch.path.read_bytes(),
            file_name=batch.path.name,
            settings=batch.settings,
            period=batch.period,
            organisation=self.organisation,
            version=self.version,
            instrument=self.instrument,
            actor=self.actor,
            at=AT,
        )

    def bring_in(self, number: int) -> EvaluationImport:
        upload = self.check(number)
        return commands.import_evaluations(
            upload=upload,
            expected_version=upload.version,
            actor=self.actor,
            at=AT + timedelta(minutes=number),
        )

    def until_report(self) -> Pool:
        return queries.show_pool(self.curriculum, self.actor, None, carpentries.REPORT_UNTIL)


@pytest.fixture(scope="module")
def imported(engine: Engine) -> Iterator[Imported]:
    """Both files, brought in once for all tests of this module, which only read."""
    transaction.abandon()
    bind = session.session_factory.kw.get("bind")
    with engine.connect() as connection:
        outer = connection.begin()
        session.configure(bind=connection, join_transaction_mode="create_savepoint")
        yield Imported()
        transaction.abandon()
        outer.rollback()
    session.configure(bind=bind, join_transaction_mode="conditional_savepoint")


def by_code(pool: Pool) -> dict[str, ItemResult]:
    return {item.question.code: item for item in pool.items}


def test_figures_until_the_report_are_the_published_ones(imported: Imported) -> None:
    pool = imported.until_report()
    items = by_code(pool)

    assert pool.n == 573
    assert pool.held_back == 0
    assert (items["Worth"].n, items["Worth"].missing) == (536, 37)
    for code, (mean, sd) in PUBLISHED_MEANS.items():
        score = items[code].score
        assert score is not None
        assert score.mean == pytest.approx(mean, abs=0.02), code
        assert score.sd == pytest.approx(sd, abs=0.03), code
    assert [s.count for s in _choice(items["Pace"])] == [17, 151, 302, 65, 3]
    assert [s.count for s in _choice(items["HandsOn"])] == [16, 155, 337, 25, 7]
    recommended = items["LikelyToRecommend"].recommendation
    assert recommended is not None
    assert (recommended.detractors, recommended.passives, recommended.promoters) == (35, 179, 314)
    assert (round(recommended.interval.low, 2), round(recommended.interval.high, 2)) == (47.57, 58.11)


def test_all_answers_together(imported: Imported) -> None:
    pool = queries.show_pool(imported.curriculum, imported.actor, None, None)
    recommended = by_code(pool)["LikelyToRecommend"].recommendation

    assert pool.n == 967
    assert recommended is not None
    assert (recommended.detractors, recommended.passives, recommended.promoters) == (71, 317, 501)


def test_waves_are_closed_courses_are_made_once_and_nobody_was_invited(imported: Imported) -> None:
    courses = session.scalars(select(Course).where(Course.organisation_id == imported.organisation.id)).all()
    waves = session.scalars(select(Wave).where(Wave.course_id.in_([c.id for c in courses]))).all()

    assert len({course.title for course in courses}) == len(courses)
    assert not any("\xa0" in course.title for course in courses)
    # Four events were answered in both periods, among them those without a name.
    assert len(waves) == len(courses) + 4
    assert sum(wave.response_count or 0 for wave in waves) == 967
    assert {wave.invited_count for wave in waves} == {None}
    invited = select(func.count()).where(Invitation.wave_id.in_([wave.id for wave in waves]))
    assert session.scalar(invited) == 0
    assert queries.response_rate(waves[0].course_id) is None
    nameless = next(course for course in courses if course.title == "Event not named")
    assert sum(w.response_count or 0 for w in waves if w.course_id == nameless.id) == 51


def test_same_file_is_not_brought_in_twice(imported: Imported) -> None:
    before = session.scalar(select(func.count()).select_from(Response))

    with pytest.raises(ImportedAlready, match="01/08/2026"):
        imported.check(0)

    assert session.scalar(select(func.count()).select_from(Response)) == before


def test_file_is_erased_once_it_is_in(imported: Imported) -> None:
    contents = session.scalars(
        select(EvaluationImport.content).where(EvaluationImport.organisation_id == imported.organisation.id)
    ).all()

    assert contents == [None, None]


def test_no_two_periods_differ_by_one_to_four_answers(imported: Imported) -> None:
    waves = queries.list_closed_waves(imported.curriculum.id)
    days = sorted({wave.closed_on for wave in waves})
    sizes = [
        {
            item.question.code: item.n
            for item in queries.show_pool(imported.curriculum, imported.actor, None, day).items
        }
        for day in days[::6]
    ]
    sets = [(earlier[code], later[code]) for earlier, later in pairwise(sizes) for code in earlier]

    assert sets
    assert not [pair for pair in sets if 0 < abs(pair[1] - pair[0]) < 5]


def _choice(item: ItemResult) -> tuple[Share, ...]:
    assert item.choice is not None
    return item.choice.shares
