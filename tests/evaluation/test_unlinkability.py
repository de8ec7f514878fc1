"""Whoever can read the whole database cannot tell who gave which answer.

The attacker is a superuser who knows the true answer of every trainee and looks for whatever the rows still tell:
the transactions that wrote them (xmin) and the places where they lie (ctid). A control stores answers in the
way that suggests itself; the same attacks must link all of them there, or they would prove nothing.
"""

import json
import random
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.pool import QueuePool

from app.evaluation import commands, queries
from app.evaluation.models import Comment, Invitation, Response, SealedAnswer
from app.evaluation.types import ItemKind, Question, WaveState
from app.hosting.postgres import DatabaseUrls
from app.kernel import transaction
from app.kernel.access import SYSTEM
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.events import take_recorded
from tests.factories.evaluation import SECRET, link_of, make_instrument, make_invitation, make_wave
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.support.postgres import database_for_worker

TRAINEES = 200
# Chance gives one in the mean; 8 and more by chance happens once in a hundred thousand runs.
CHANCE = 7

Guess = dict[int, int]
Attack = Callable[[psycopg.Connection, int], Guess]

# Everybody gives another number, so that a right guess can be told from a lucky one.
NUMBER = Question("number", ItemKind.NUMBER, "Your number", minimum=0, maximum=1000, required=True)


@pytest.fixture(scope="module")
def own_database(worker_id: str) -> Iterator[DatabaseUrls]:
    """A database of this module's own: what is tested here is what real commits leave behind."""
    with database_for_worker(f"{worker_id}_links") as urls:
        engine = create_engine(urls.app_url, poolclass=QueuePool, pool_size=20, max_overflow=40)
        transaction.abandon()
        bind = session.session_factory.kw.get("bind")
        session.configure(bind=engine)
        yield urls
        transaction.abandon()
        session.configure(bind=bind)
        engine.dispose()


def commit() -> None:
    """Store what was made for the test."""
    take_recorded()
    session.commit()
    transaction.abandon()


def made_wave() -> tuple[int, dict[int, int]]:
    """Store a wave with its invitations; return its number and the number of each invitation by person."""
    course = make_course()
    wave = make_wave(course, make_instrument(course.organisation, (NUMBER,)), state=WaveState.OPEN)
    organisation = course.organisation
    people = [make_person(organisation=organisation) for _ in range(TRAINEES)]
    invited = {person.id: make_invitation(wave, person).id for person in people}
    number = wave.id
    commit()
    return number, invited


def truth_about(invited: dict[int, int]) -> dict[int, int]:
    """Return a different answer for every person."""
    return dict(zip(invited, random.sample(range(1000), len(invited)), strict=True))


def answered_in_random_order(invited: dict[int, int]) -> list[int]:
    return random.sample(list(invited), len(invited))


def answer_as_rondo_does(wave_id: int, invited: dict[int, int], truth: dict[int, int]) -> None:
    for person_id in answered_in_random_order(invited):
        with transaction.unit_of_work():
            invitation = session.get_one(Invitation, invited[person_id])
            commands.give_answer(invitation=invitation, answers={"number": truth[person_id]}, at=now())
    with transaction.unit_of_work():
        commands.close_wave(wave=queries.get_wave(wave_id), secret=SECRET, actor=SYSTEM, at=now(), early=True)


def answer_in_the_weak_way(wave_id: int, invited: dict[int, int], truth: dict[int, int]) -> None:
    """Mark the invitation and store the answer as it is, with a random key and without a time."""
    # One connection writes them all, as on a quiet evening; several would each fill a page of their own.
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    transaction.abandon()
    bind.dispose()
    for person_id in answered_in_random_order(invited):
        with transaction.unit_of_work():
            session.get_one(Invitation, invited[person_id]).answered = True
            session.add(Response(id=uuid4(), wave_id=wave_id, answers={"number": truth[person_id]}))


def by_transaction(connection: psycopg.Connection, wave_id: int) -> Guess:
    """Put together what one transaction wrote."""
    rows = connection.execute(
        """
        SELECT i.person_id, (r.answers ->> 'number')::int
        FROM invitation i JOIN response r ON r.wave_id = i.wave_id AND r.xmin::text = i.xmin::text
        WHERE i.wave_id = %s ORDER BY random()
        """,
        [wave_id],
    ).fetchall()
    return dict(rows)


def by_place(connection: psycopg.Connection, wave_id: int) -> Guess:
    """Put the marks, by their age, beside the answers, by the places in which they lie."""
    return _paired(connection, wave_id, "ctid")


def by_age(connection: psycopg.Connection, wave_id: int) -> Guess:
    """Put together what was written one after the other."""
    return _paired(connection, wave_id, "xmin::text::bigint, ctid")


def _paired(connection: psycopg.Connection, wave_id: int, order: str) -> Guess:
    people = connection.execute(
        "SELECT person_id FROM invitation WHERE wave_id = %s AND answered ORDER BY xmin::text::bigint, ctid",
        [wave_id],
    ).fetchall()
    statement = f"SELECT (answers ->> 'number')::int FROM response WHERE wave_id = %s ORDER BY {order}"
    answers = connection.execute(statement.encode(), [wave_id]).fetchall()
    return {person: answer for (person,), (answer,) in zip(people, answers, strict=True)}


ATTACKS: tuple[Attack, ...] = (by_transaction, by_place, by_age)


def linked(urls: DatabaseUrls, attack: Attack, wave_id: int, truth: dict[int, int]) -> int:
    """Return how many trainees the attack tells rightly."""
    plain = urls.owner_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain) as connection:
        guess = attack(connection, wave_id)
    return sum(1 for person_id, answer in guess.items() if truth[person_id] == answer)


@pytest.fixture(scope="module")
def sealed(own_database: DatabaseUrls) -> tuple[int, dict[int, int]]:
    wave_id, invited = made_wave()
    truth = truth_about(invited)
    answer_as_rondo_does(wave_id, invited, truth)
    return wave_id, truth


@pytest.fixture(scope="module")
def weak(own_database: DatabaseUrls) -> tuple[int, dict[int, int]]:
    wave_id, invited = made_wave()
    truth = truth_about(invited)
    answer_in_the_weak_way(wave_id, invited, truth)
    return wave_id, truth


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_does_no_better_than_chance(
    own_database: DatabaseUrls, sealed: tuple[int, dict[int, int]], attack: Attack
) -> None:
    wave_id, truth = sealed

    assert linked(own_database, attack, wave_id, truth) <= CHANCE


@pytest.mark.parametrize("attack", ATTACKS)
def test_control_is_linked_wholly(
    own_database: DatabaseUrls, weak: tuple[int, dict[int, int]], attack: Attack
) -> None:
    wave_id, truth = weak

    assert linked(own_database, attack, wave_id, truth) == TRAINEES


def test_no_answer_is_lost_on_the_way(sealed: tuple[int, dict[int, int]]) -> None:
    wave_id, truth = sealed
    stored = session.scalars(select(Response.answers).where(Response.wave_id == wave_id)).all()
    transaction.abandon()

    assert sorted(json.dumps(answers) for answers in stored) == sorted(
        json.dumps({"number": answer}) for answer in truth.values()
    )


def test_answered_once_under_fifty_parallel_posts(app: Flask, own_database: DatabaseUrls) -> None:
    course = make_course()
    wave = make_wave(course, make_instrument(course.organisation, (NUMBER,)), state=WaveState.OPEN)
    link, wave_id = link_of(make_invitation(wave)), wave.id
    commit()

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda number: post(app, link, number), range(50)))

    assert sorted(statuses) == [302] + [422] * 49
    assert count(SealedAnswer, wave_id) == 1


def test_closing_and_answering_at_once_loses_nothing(app: Flask, own_database: DatabaseUrls) -> None:
    course = make_course()
    wave = make_wave(course, make_instrument(course.organisation, (NUMBER,)), state=WaveState.OPEN)
    links, wave_id = [link_of(make_invitation(wave)) for _ in range(30)], wave.id
    commit()

    def close() -> None:
        with transaction.unit_of_work():
            commands.close_wave(
                wave=queries.get_wave(wave_id), secret=SECRET, actor=SYSTEM, at=now(), early=True
            )

    with ThreadPoolExecutor(16) as pool:
        first = [pool.submit(post, app, link, 7) for link in links[:15]]
        closing = pool.submit(close)
        later = [pool.submit(post, app, link, 7) for link in links[15:]]
        closing.result()
        taken = [answer.result() for answer in (*first, *later)].count(302)

    assert count(Response, wave_id) == taken
    assert count(SealedAnswer, wave_id) == 0


def post(app: Flask, link: str, number: int) -> int:
    """Send an answer from a browser of its own; return the status."""
    browser = app.test_client()
    secret = secrets.token_bytes(32)
    with browser.session_transaction() as cookie:
        cookie["csrf"] = secret.hex()
    token = urlsafe_b64encode(bytes(32) + secret).decode()
    return browser.post(link, data={"q1": str(number), "csrf_token": token}).status_code


def count(table: type[Response] | type[SealedAnswer], wave_id: int) -> int:
    found = len(session.scalars(select(table.id).where(table.wave_id == wave_id)).all())
    transaction.abandon()
    return found


@pytest.mark.parametrize("table", [Response, Comment, SealedAnswer])
def test_answer_tables_hold_nothing_that_leads_to_a_person(
    table: type[Response] | type[Comment] | type[SealedAnswer],
) -> None:
    columns = {column.name: column for column in table.__table__.columns}
    references = {key.column.table.name for column in columns.values() for key in column.foreign_keys}

    assert references == {"wave"}
    assert str(columns["id"].type) in ("UUID", "CHAR(32)")
    assert columns["id"].server_default is None
    assert columns["id"].identity is None
    assert not [name for name, c in columns.items() if "TIME" in str(c.type) or "DATE" in str(c.type)]
    assert set(columns) <= {"id", "wave_id", "answers", "item_code", "text", "sealed"}


def test_invitation_knows_no_time() -> None:
    types = {column.name: str(column.type) for column in Invitation.__table__.columns}

    assert not [name for name, kind in types.items() if "TIME" in kind or "DATE" in kind]
    assert "wave_id" in types
