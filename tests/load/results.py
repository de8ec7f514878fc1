"""How long results take to open, whatever the number of answers: ``python -m tests.load.results``.

Two organisations are filled by statements over whole sets: one with a wave of 5,000 answer sheets and a year of 200 waves
and more than a million answers, one with a hundredth of it. The worker's task computes what it computes anywhere, and
then the pages are asked for through the whole application. The promise: a wave within 200 ms and a year within 300 ms
at the 95th percentile, and no more statements for much than for little.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from flask import Flask
from sqlalchemy import insert, text

from app.evaluation import jobs
from app.evaluation.models import Wave
from app.evaluation.types import InstrumentState, ItemKind, Question, WaveState
from app.factory import create_app
from app.kernel import transaction
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from config import Mode, Settings
from tests.factories.accounts import make_account_with, make_session
from tests.factories.evaluation import AGREEMENT, make_instrument
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import make_course
from tests.support.postgres import database_for_worker

QUESTIONS = tuple(
    Question(
        f"q{number:02}", ItemKind.LIKERT, f"Statement number {number} about the course.", options=AGREEMENT
    )
    for number in range(1, 29)
)
SECRET = "only for measuring, never anywhere else"
VISITS = 40
WAVE_MS, YEAR_MS = 200.0, 300.0

# Every third sheet is straight-lined, as in real course evaluations; the others scatter around the wave's own mean.
_SHEETS = """
    INSERT INTO response (id, wave_id, answers)
    SELECT gen_random_uuid(), w.id, (
        SELECT jsonb_object_agg(
            'q' || lpad(i::text, 2, '0'),
            CASE WHEN n % 3 = 0 THEN 1 + n % 5
                 ELSE greatest(1, least(5, round(3.4 + (w.id % 7) / 10.0 + 1.9 * (random() - 0.5))))::int
            END)
        FROM generate_series(1, 28) i)
    FROM wave w, generate_series(1, w.response_count) n
    WHERE w.id = ANY(:waves)
"""
_COUNTS = """
    UPDATE wave SET results = jsonb_build_object('method', 1, 'n', wave.response_count, 'items', counted.items)
    FROM (
        SELECT wave_id, jsonb_object_agg(code, jsonb_build_object(
            'n', n, 'missing', 0, 'sum', sum, 'squares', squares, 'counts', counts)) AS items
        FROM (
            SELECT wave_id, code, sum(count)::int AS n, sum(value * count)::int AS sum,
                   sum(value * value * count)::int AS squares, jsonb_object_agg(value, count) AS counts
            FROM (
                SELECT wave_id, key AS code, value::int AS value, count(*) AS count
                FROM response, jsonb_each_text(answers)
                WHERE wave_id = ANY(:waves)
                GROUP BY wave_id, key, value
            ) AS single GROUP BY wave_id, code
        ) AS item GROUP BY wave_id
    ) AS counted
    WHERE counted.wave_id = wave.id
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """An organisation with its waves, and the session of its director."""

    organisation_id: int
    wave_id: int
    answers: int
    token: str


@contextmanager
def measured_application() -> Iterator[Flask]:
    """Give the application over an empty database of its own."""
    with TemporaryDirectory() as directory, database_for_worker("results") as urls:
        settings = Settings(
            secret_key=SECRET,
            database_url=urls.app_url,
            base_url="http://localhost",
            hosts=("localhost",),
            mode=Mode.TEST,
        )
        app = create_app(replace(settings, var_directory=Path(directory), default_locale="en"))
        yield app
        app.extensions["engine"].dispose()


def fill(name: str, *, sheets: int, waves: int, sheets_each: int) -> Filled:
    """Fill an organisation: one wave of ``sheets`` and, in the same year, ``waves`` of ``sheets_each``."""
    organisation = make_organisation(code=name)
    instrument = make_instrument(organisation, QUESTIONS, state=InstrumentState.FROZEN)
    first = make_course(organisation)
    courses = [
        first,
        *(make_course(organisation, version=first.curriculum_version) for _ in range(waves)),
    ]
    closed = now() - timedelta(hours=1)
    rows = [
        {
            "course_id": course.id,
            "instrument_id": instrument.id,
            "title": "End of course",
            "state": WaveState.CLOSED,
            "opens_at": closed - timedelta(days=3),
            "closes_at": closed,
            "closed_at": closed,
            "counted_at": closed,
            "invited_count": 2 * (sheets if course is first else sheets_each),
            "response_count": sheets if course is first else sheets_each,
        }
        for course in courses
    ]
    numbers = list(session.scalars(insert(Wave).returning(Wave.id, sort_by_parameter_order=True), rows))
    session.execute(text(_SHEETS), {"waves": numbers})
    session.execute(text(_COUNTS), {"waves": numbers})
    token = make_session(make_account_with(Role.DIRECTOR, organisation))
    answers = len(QUESTIONS) * (sheets + waves * sheets_each)
    session.commit()
    transaction.abandon()
    return Filled(organisation.id, numbers[0], answers, token)


def visit(app: Flask, filled: Filled, address: str) -> tuple[float, float, float]:
    """Return what opening a page takes: processor time, median and 95th percentile on the clock, in milliseconds."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = filled.token
        cookie["_fresh"] = True
    seen, spent = [], 0.0
    for number in range(VISITS + 3):
        begun, used = perf_counter(), process_time()
        answer = client.get(address)
        if number >= 3:
            seen.append(1000 * (perf_counter() - begun))
            spent += 1000 * (process_time() - used)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")
    seen.sort()
    return spent / VISITS, seen[len(seen) // 2], seen[int(0.95 * len(seen))]


def main() -> int:
    """Fill, compute, visit and print; 1 if a promise is broken."""
    with measured_application() as app:
        with app.app_context():
            begun = perf_counter()
            filled = [
                fill("SMALL", sheets=50, waves=2, sheets_each=180),
                fill("LARGE", sheets=5_000, waves=200, sheets_each=180),
            ]
            print(f"filled in {perf_counter() - begun:.0f} s", flush=True)
            begun = perf_counter()
            jobs.compute_figures()
            print(f"figures of all waves, years and charts in {perf_counter() - begun:.0f} s", flush=True)
        kept = [_measure(app, one) for one in filled]
        return 0 if all(kept) else 1


def _measure(app: Flask, filled: Filled) -> bool:
    """Visit both pages of an organisation and say whether both keep the promise."""
    kept = True
    for name, address, most in (
        ("wave", f"/evaluation/waves/{filled.wave_id}/results", WAVE_MS),
        ("year", f"/organisations/{filled.organisation_id}/results", YEAR_MS),
    ):
        spent, median, tail = visit(app, filled, address)
        kept = kept and tail <= most
        told = f"CPU {spent:5.1f}  p50 {median:6.1f}  p95 {tail:6.1f} ms  (<= {most:.0f})"
        print(f"{filled.answers:>9,} answers  {name}  {told}", flush=True)
    return kept


if __name__ == "__main__":
    sys.exit(main())
