"""Planning, opening, reminding and closing, through the pages."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.evaluation import commands, jobs, queries
from app.evaluation.errors import KeyLost, WaveRefused
from app.evaluation.models import Comment, Response, SealedAnswer, Wave
from app.evaluation.types import Answer, InstrumentState, WaveState
from app.kernel import transaction
from app.kernel.access import SYSTEM, Role
from app.kernel.clock import now
from app.messaging.models import OutgoingMail
from tests.factories.accounts import make_account_with
from tests.factories.evaluation import (
    SECRET,
    link_of,
    make_closed_wave,
    make_instrument,
    make_invitation,
    make_trainee,
    make_wave,
    sheets_of,
)
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import make_course
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter


def typed(instant: datetime) -> str:
    return f"{instant + timedelta(hours=7):%Y-%m-%dT%H:%M}"


def test_whole_life_of_a_wave(client: PageClient, db: Session) -> None:
    course = make_course()
    instrument = make_instrument(course.organisation)
    for _ in range(6):
        make_trainee(course)
    manager = client.sign_in(make_account_with(Role.TRAINING_MANAGER, course.organisation))
    new = f"/courses/{course.id}/evaluation/new"
    window = {"opens_at": typed(now() + timedelta(hours=2)), "closes_at": typed(now() + timedelta(days=2))}

    manager.send(manager.get(new), {"title": "End", "instrument": str(instrument.id), **window}, address=new)
    wave_id = db.scalars(select(Wave.id)).one()
    manager.post(f"/evaluation/waves/{wave_id}/open")
    mails = db.scalars(select(OutgoingMail)).all()
    links = [re.findall(r"http://localhost(/answer/\S+)", mail.text)[0] for mail in mails]
    trainee = client.another()
    for link in links[:5]:
        trainee.send(trainee.get(link), {"q1": "4", "q4": "Fine"}, address=link)
    open_page = manager.get(f"/courses/{course.id}/evaluation")
    manager.post(f"/evaluation/waves/{wave_id}/close")

    assert len(set(links)) == 6
    assert "5 of 6 have answered" in open_page.text
    results = manager.get(f"/evaluation/waves/{wave_id}/results")
    assert "Response rate" in results.text
    assert "4.00" in results.text
    assert "Free text is shown from 10 answers on" in results.text
    assert db.scalar(select(func.count()).select_from(SealedAnswer)) == 0
    assert db.scalar(select(func.count()).select_from(Response)) == 5
    assert db.scalars(select(Comment.text)).all() == ["Fine"] * 5
    stored = db.scalars(select(Wave)).one()
    assert (stored.public_key, stored.sealed_private_key) == (None, None)
    assert queries.get_instrument(instrument.id).state is InstrumentState.FROZEN


def test_reminder_goes_to_those_who_have_not_answered_with_the_same_link(
    client: PageClient, db: Session
) -> None:
    wave = make_wave(state=WaveState.OPEN)
    answered, waiting = make_invitation(wave, answered=True), make_invitation(wave)
    link = link_of(waiting)
    addresses = (answered.person.email, waiting.person.email)
    client.sign_in(make_account_with(Role.QUALITY_OFFICER, wave.course.organisation))

    client.post(f"/evaluation/waves/{wave.id}/remind")
    client.post(f"/evaluation/waves/{wave.id}/remind")

    mail = db.scalars(select(OutgoingMail)).one()
    assert mail.to_address == addresses[1]
    assert link in mail.text


def test_course_without_trainees_cannot_be_asked(client: PageClient) -> None:
    wave = make_wave()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, wave.course.organisation))

    page = client.post(f"/evaluation/waves/{wave.id}/open", expect=422)

    assert any("Nobody would be invited. Enrol trainees first." in error for error in page.errors)


def test_open_wave_keeps_what_trainees_were_told(client: PageClient) -> None:
    wave = make_wave(state=WaveState.OPEN)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, wave.course.organisation))
    address = f"/evaluation/waves/{wave.id}/edit"

    shown = client.get(address)
    fields = shown.tree.findall(".//main//input")
    assert {field.get("name") for field in fields if field.get("type") != "hidden"} == {"closes_at"}
    page = client.send(
        shown,
        {"opens_at": typed(now() + timedelta(hours=3))},
        address=address,
        expect=422,
    )

    assert any("only its end can still be changed" in error for error in page.errors)


def test_wave_is_not_closed_with_another_secret(db: Session) -> None:
    wave = make_wave(state=WaveState.OPEN)
    commands.give_answer(invitation=make_invitation(wave), answers={"usefulness": 4}, at=now())

    with pytest.raises(KeyLost):
        commands.close_wave(wave=wave, secret="another", actor=SYSTEM, at=now(), early=True)


def test_wave_is_closed_once(db: Session) -> None:
    wave = make_closed_wave(sheets=sheets_of(4, 4))

    with pytest.raises(WaveRefused):
        commands.close_wave(wave=wave, secret=SECRET, actor=SYSTEM, at=now())


def test_clock_opens_and_closes_what_is_due_and_leaves_the_rest(app: Flask, db: Session) -> None:
    course = make_course()
    make_trainee(course)
    due = make_wave(course, state=WaveState.OPEN, closes_at=now() - timedelta(minutes=1))
    begun = make_wave(course)
    empty = make_wave()
    running = make_wave(course, state=WaveState.OPEN)
    numbers = [wave.id for wave in (due, begun, empty, running)]
    db.commit()
    transaction.abandon()

    with app.app_context():
        jobs.keep_windows(SECRET)

    states = [db.scalar(select(Wave.state).where(Wave.id == number)) for number in numbers]
    assert states == [WaveState.CLOSED, WaveState.OPEN, WaveState.PLANNED, WaveState.OPEN]


def test_comments_are_shown_from_ten_answers_on(client: PageClient) -> None:
    sheets: list[dict[str, Answer]] = [
        {"usefulness": 4, "changed": f"Comment {number}"} for number in range(10)
    ]
    wave = make_closed_wave(sheets=sheets)
    client.sign_in(make_account_with(Role.DIRECTOR, wave.course.organisation))

    page = client.get(f"/evaluation/waves/{wave.id}/results")

    assert all(f"Comment {number}" in page.text for number in range(10))


def test_registrar_sees_waves_but_no_results(client: PageClient) -> None:
    wave = make_closed_wave(sheets=sheets_of(4, 4, 4, 4, 5))
    client.sign_in(make_account_with(Role.REGISTRAR, wave.course.organisation))

    client.get(f"/courses/{wave.course_id}/evaluation")
    client.get(f"/evaluation/waves/{wave.id}/results", expect=403)


def test_too_few_answers_are_not_shown(client: PageClient) -> None:
    wave = make_closed_wave(sheets=sheets_of(4, 4, 4, 5))
    client.sign_in(make_account_with(Role.DIRECTOR, wave.course.organisation))

    page = client.get(f"/evaluation/waves/{wave.id}/results")
    table = client.fetch(f"/evaluation/waves/{wave.id}/results?format=csv").get_data(as_text=True)

    assert "Only 4 have answered. Results are shown from 5 answers on." in page.text
    assert len(table.splitlines()) == 1


def test_export_holds_the_counts(client: PageClient) -> None:
    wave = make_closed_wave(sheets=sheets_of(4, 4, 4, 5, 5))
    client.sign_in(make_account_with(Role.DIRECTOR, wave.course.organisation))

    table = client.fetch(f"/evaluation/waves/{wave.id}/results?format=csv").get_data(as_text=True)

    assert "usefulness,It was useful.,5,0,4.4" in table
    assert "Rather,3" in table


def test_results_cost_the_same_for_few_and_many_answers(client: PageClient, queries: QueryCounter) -> None:
    course = make_course()
    few, many = (
        make_closed_wave(course, sheets_of(*[4] * 10)),
        make_closed_wave(course, sheets_of(*[4] * 500)),
    )
    client.sign_in(make_account_with(Role.DIRECTOR, course.organisation))
    client.get(f"/evaluation/waves/{few.id}/results")
    counts = []
    for wave in (few, many):
        with queries.counting():
            client.get(f"/evaluation/waves/{wave.id}/results")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_list_of_waves_costs_the_same_for_few_and_many(client: PageClient, queries: QueryCounter) -> None:
    course = make_course()
    make_wave(course)
    client.sign_in(make_account_with(Role.DIRECTOR, course.organisation))
    client.get(f"/courses/{course.id}/evaluation")
    with queries.counting():
        client.get(f"/courses/{course.id}/evaluation")
    few = len(queries)
    for _ in range(4):
        make_invitation(make_wave(course, state=WaveState.OPEN))

    with queries.counting():
        client.get(f"/courses/{course.id}/evaluation")

    assert len(queries) == few <= 12


def test_pooled_page_counts_small_courses_together(client: PageClient, db: Session) -> None:
    course = make_course()
    make_closed_wave(course, sheets_of(4, 4, 4, 4, 4, 4))
    make_closed_wave(course, sheets_of(1, 1))
    client.sign_in(make_account_with(Role.DIRECTOR, course.organisation))
    address = f"/courses/{course.id}/evaluation/together"

    page = client.get(address)

    assert "2 answers of small courses, until more have come" in page.text
    assert "4.00" in page.text
    make_closed_wave(course, sheets_of(1, 1, 1))
    assert "2.64" in client.get(address).text
    assert "No evaluation with enough answers" in client.get(f"{address}?to=2001-01-01").text


def test_owner_of_a_curriculum_sees_it_pooled_and_nobody_beside(client: PageClient) -> None:
    course = make_course()
    owner = course.organisation
    make_closed_wave(course, sheets_of(4, 4, 4, 4, 4, 4))
    held_elsewhere = make_course(version=course.curriculum_version, organisation=make_organisation())
    make_closed_wave(held_elsewhere, sheets_of(1, 1, 1, 1, 1, 1))
    address = f"/curricula/{course.curriculum_version.curriculum_id}/results"
    other = client.another().sign_in(make_account_with(Role.DIRECTOR, held_elsewhere.organisation))
    client.sign_in(make_account_with(Role.DIRECTOR, owner))

    page = client.get(address)

    assert "4.00" in page.text
    assert "n = 6" in page.text
    other.get(address, expect=404)
    assert "1.00" in other.get(f"/courses/{held_elsewhere.id}/evaluation/together").text


def test_page_left_open_over_another_change_shows_both_versions(client: PageClient) -> None:
    wave = make_wave()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, wave.course.organisation))
    address = f"/evaluation/waves/{wave.id}/edit"
    left_open = client.get(address)
    client.send(client.get(address), {"title": "Theirs"}, address=address)

    answer = client.send(left_open, {"title": "Mine"}, address=address, expect=409)

    assert "Theirs" in answer.text
    assert "Mine" in answer.text
