"""What other features may ask about evaluations."""

import pytest
from sqlalchemy.orm import Session

from app.evaluation import queries
from app.evaluation.types import InsufficientData, ItemMean, WaveState
from tests.factories.evaluation import (
    make_closed_wave,
    make_invitation,
    make_wave,
    sheets_of,
)
from tests.factories.scheduling import make_course


def test_mean_of_an_item_comes_with_its_n_and_interval(db: Session) -> None:
    course = make_course()
    make_closed_wave(course, sheets_of(3, 4, 4, 5, 5))

    found = queries.item_mean(course.id, "usefulness")

    assert isinstance(found, ItemMean)
    assert (found.n, round(found.mean, 2)) == (5, 4.2)
    assert (round(found.low, 3), round(found.high, 3)) == (3.161, 5.239)


def test_four_answers_are_no_mean(db: Session) -> None:
    course = make_course()
    make_closed_wave(course, sheets_of(3, 4, 4, 5))

    assert queries.item_mean(course.id, "usefulness") == InsufficientData(4, 5)


def test_item_that_nobody_was_asked_has_no_mean(db: Session) -> None:
    course = make_course()
    make_closed_wave(course, sheets_of(3, 4, 4, 5, 5))

    assert queries.item_mean(course.id, "warmth") is None


def test_answers_of_a_small_wave_cannot_be_told_by_subtraction(db: Session) -> None:
    course = make_course()
    make_closed_wave(course, sheets_of(5, 5, 5, 5, 5, 4))
    make_closed_wave(course, sheets_of(1, 1))

    found = queries.item_mean(course.id, "usefulness")

    assert isinstance(found, ItemMean)
    assert found.n == 6


def test_waves_that_are_still_open_give_no_figures(db: Session) -> None:
    course = make_course()
    make_wave(course, state=WaveState.OPEN)

    assert queries.item_mean(course.id, "usefulness") is None
    assert queries.response_rate(course.id) is None
    assert not queries.has_closed_wave(course.id)
    assert len(queries.list_open_waves(course.id)) == 1


def test_response_rate_adds_up_the_closed_waves(db: Session) -> None:
    course = make_course()
    make_closed_wave(course, sheets_of(3, 4, 4, 5, 5), invited=8)
    make_closed_wave(course, sheets_of(3), invited=8)

    assert queries.response_rate(course.id) == (6, 16)
    assert queries.has_closed_wave(course.id)


def test_response_rate_is_not_known_where_nobody_knows_who_was_invited(db: Session) -> None:
    wave = make_closed_wave(make_course(), sheets_of(3, 4, 4, 5, 5))
    wave.invited_count = None
    db.flush()

    assert queries.response_rate(wave.course_id) is None


@pytest.mark.parametrize("n", [0, 4])
def test_small_wave_shows_nothing(db: Session, n: int) -> None:
    wave = make_closed_wave(make_course(), sheets_of(*[4] * n))

    assert queries.show_results(wave) == ()


def test_invitation_is_found_by_nothing_but_its_token(db: Session) -> None:
    invitation = make_invitation()

    assert invitation.token_hash is not None
    assert queries.list_my_evaluations(invitation.person_id)[0].invitation_id == invitation.id
