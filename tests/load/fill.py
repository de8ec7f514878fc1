"""Fills a migrated, empty database with an academy of full size, by set-based SQL.

100 organisations, 20,000 people, 2,000 courses of 20 sessions, 40,000 places, 400,000 responses. Nobody is in two
places at once: the courses of a week share neither rooms, lecturers nor trainees.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from app.evaluation.results import stored_form
from app.evaluation.types import ItemCounts
from app.kernel.db import JsonValue

ORGANISATIONS = 100
PEOPLE = 20_000
COURSES = 2_000
SESSIONS_A_COURSE = 20
TRAINEES_A_COURSE = 20
LECTURERS = 300
RESPONSES_A_COURSE = 200
ITEMS = 20

STEPS: tuple[tuple[str, str], ...] = (
    (
        "organisations",
        """
        INSERT INTO organisation (kind, code, name, time_zone, search_text)
        SELECT CASE WHEN n = 1 THEN 'headquarters' WHEN n <= 5 THEN 'regional_academy' ELSE 'provincial_school' END,
               'B' || lpad(n::text, 3, '0'), 'Trường số ' || n, 'Asia/Ho_Chi_Minh', 'b' || lpad(n::text, 3, '0') || ' truong so ' || n
        FROM generate_series(1, :organisations) n;
        UPDATE organisation SET parent_id = (SELECT min(id) FROM organisation) WHERE id <> (SELECT min(id) FROM organisation);
        UPDATE organisation SET path = CASE WHEN parent_id IS NULL THEN ARRAY[id] ELSE ARRAY[parent_id, id] END;
        INSERT INTO campus (organisation_id, name, time_zone) SELECT id, 'Cơ sở chính', time_zone FROM organisation;
        INSERT INTO room (campus_id, name, capacity, layout)
        SELECT campus.id, 'P.' || n, 40, 'groups' FROM campus, generate_series(1, 2) n;
        """,
    ),
    (
        "people",
        """
        INSERT INTO person (full_name, email, organisation_id, search_text, sort_key, birth_date)
        SELECT 'Người Thử ' || n, 'p' || n || '@example.org', o.ids[1 + n % :organisations], 'nguoi thu ' || n || ' p' || n || '@example.org',
               lpad(n::text, 8, '0'), DATE '1960-01-01' + (n % 14000)
        FROM generate_series(1, :people) n, (SELECT array_agg(id ORDER BY id) AS ids FROM organisation) o;
        INSERT INTO lecturer (person_id) SELECT id FROM person ORDER BY id LIMIT :lecturers;
        """,
    ),
    (
        "curriculum",
        """
        INSERT INTO program (organisation_id, code, title) SELECT min(id), 'TOT', 'Training of trainers' FROM organisation;
        INSERT INTO curriculum (program_id, code, title, search_text) SELECT id, 'TOT-1', 'Training method', 'tot-1 training method' FROM program;
        INSERT INTO curriculum_version (curriculum_id, number, state) SELECT id, 1, 'draft' FROM curriculum;
        INSERT INTO curriculum_module (curriculum_version_id, position, title, hours, method)
        SELECT v.id, n, 'Chuyên đề ' || n, 8, CASE WHEN n % 2 = 0 THEN 'debate' ELSE 'lecture' END
        FROM curriculum_version v, generate_series(1, 5) n;
        UPDATE curriculum_version SET state = 'published', published_at = now();
        """,
    ),
    (
        "courses",
        """
        INSERT INTO course (code, title, organisation_id, campus_id, curriculum_version_id, time_zone, starts_on, ends_on, capacity, search_text)
        SELECT 'TOT-' || k, 'Lớp bồi dưỡng giảng viên số ' || k, c.organisation_id, c.id, v.id, 'Asia/Ho_Chi_Minh',
               d.monday, d.monday + 6, 30, 'tot-' || k || ' lop boi duong giang vien so ' || k
        FROM generate_series(0, :courses - 1) k
        CROSS JOIN LATERAL (SELECT (date_trunc('week', now())::date - 350 + 7 * (k / 20)) AS monday) d
        JOIN (SELECT id, organisation_id, row_number() OVER (ORDER BY id) - 1 AS n FROM campus) c ON c.n = k % :organisations
        CROSS JOIN curriculum_version v;
        INSERT INTO course_module (course_id, position, title, hours, method)
        SELECT course.id, m.position, m.title, m.hours, m.method FROM course, curriculum_module m;
        """,
    ),
    (
        "sessions",
        """
        INSERT INTO course_session (course_id, course_module_id, title, during, room_id, method, state)
        SELECT c.id, m.id, 'Buổi ' || (s + 1), tstzrange(t.begin, t.begin + interval '2 hours'), r.id, m.method,
               CASE WHEN t.begin < now() THEN 'held' ELSE 'planned' END
        FROM (SELECT id, campus_id, starts_on, split_part(code, '-', 2)::int AS k FROM course) c
        CROSS JOIN generate_series(0, :sessions - 1) s
        CROSS JOIN LATERAL (
            SELECT (c.starts_on + (s / 4))::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
                   + make_interval(hours => 7 + 2 * (s % 4) + CASE WHEN s % 4 >= 2 THEN 1 ELSE 0 END) AS begin) t
        JOIN course_module m ON m.course_id = c.id AND m.position = 1 + s % 5
        JOIN room r ON r.campus_id = c.campus_id AND r.name = 'P.' || (1 + (c.k / 100) % 2);
        """,
    ),
    (
        "trainees",
        """
        INSERT INTO enrolment (course_id, person_id, home_organisation_id, state, changed_at)
        SELECT c.id, p.id, p.organisation_id, CASE WHEN c.ends_on < now() THEN 'completed' ELSE 'confirmed' END, now()
        FROM (SELECT id, ends_on, split_part(code, '-', 2)::int AS k FROM course) c
        JOIN (SELECT id, organisation_id, row_number() OVER (ORDER BY id) - 1 AS n FROM person) p
          ON p.n >= (c.k % 950) * :trainees + 600 AND p.n < (c.k % 950) * :trainees + 600 + :trainees;
        """,
    ),
    (
        "engagements",
        """
        INSERT INTO engagement (course_session_id, during, person_id, kind, as_trainee)
        SELECT s.id, s.during, e.person_id, 'trainee', true FROM course_session s JOIN enrolment e ON e.course_id = s.course_id;
        INSERT INTO assignment (course_session_id, lecturer_id, part, state, proposed_at, changed_at, answered_at)
        SELECT s.id, l.id, 'lead', CASE WHEN s.state = 'held' THEN 'accepted' ELSE 'proposed' END, now(), now(),
               CASE WHEN s.state = 'held' THEN now() END
        FROM course_session s
        JOIN (SELECT id, split_part(code, '-', 2)::int AS k FROM course) c ON c.id = s.course_id
        JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM lecturer) l ON l.n = c.k % :lecturers;
        INSERT INTO engagement (course_session_id, during, person_id, kind)
        SELECT s.id, s.during, l.person_id, 'lecturer'
        FROM assignment a JOIN course_session s ON s.id = a.course_session_id JOIN lecturer l ON l.id = a.lecturer_id;
        """,
    ),
    (
        "evaluation",
        """
        INSERT INTO instrument (organisation_id, code, number, title, state)
        SELECT min(id), 'END', 1, 'Đánh giá cuối lớp', 'frozen' FROM organisation;
        INSERT INTO instrument_item (instrument_id, position, code, kind, text, required, options)
        SELECT i.id, n, 'q' || n, 'likert', 'Câu hỏi số ' || n, true, '["1","2","3","4","5"]'::jsonb
        FROM instrument i, generate_series(1, :items) n;
        INSERT INTO wave (course_id, instrument_id, title, state, opens_at, closes_at, closed_at, counted_at, invited_count,
                          response_count, results)
        SELECT c.id, i.id, 'Cuối lớp', 'closed', now() - interval '3 days', now() - interval '2 days', now() - interval '1 day',
               now() - interval '1 day', :responses + 20, :responses, CAST(:results AS jsonb)
        FROM course c, instrument i;
        INSERT INTO response (id, wave_id, answers)
        SELECT gen_random_uuid(), w.id, (SELECT jsonb_object_agg('q' || q, 1 + ((n * 7 + q * 3 + w.id) % 5)) FROM generate_series(1, :items) q)
        FROM wave w, generate_series(1, :responses) n;
        """,
    ),
    (
        "improvement",
        """
        INSERT INTO cycle (course_id, state)
        SELECT id, CASE WHEN ends_on < now() THEN 'checking' ELSE 'drafted' END FROM course;
        INSERT INTO objective (cycle_id, position, text, level) SELECT id, 1, 'Mục tiêu', 'learning' FROM cycle;
        INSERT INTO indicator (cycle_id, objective_id, name, source, direction, target, minimum_n, baseline_none_because)
        SELECT o.cycle_id, o.id, 'Chỉ số ' || n, 'manual', 'at_least', 4, 5, 'first turn'
        FROM objective o, generate_series(1, 4) n;
        """,
    ),
)


# Filled row by row, their indexes would take most of the time; made afterwards, they refuse the same rows.
BUILT_AFTERWARDS = {"engagements": "engagement"}


def fill(engine: Engine) -> None:
    """Fill the database, as the owner of its tables; each step is committed by itself."""
    for name, statements in STEPS:
        with engine.begin() as connection:
            if name in BUILT_AFTERWARDS:
                with _built_afterwards(connection, BUILT_AFTERWARDS[name]):
                    _run(connection, statements)
            else:
                _run(connection, statements)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def even_results(responses: int) -> dict[str, JsonValue]:
    """Return what a wave keeps at closing: each of five points was chosen equally often."""
    counts = dict.fromkeys(range(1, 6), responses // 5)
    codes = [f"q{number}" for number in range(1, ITEMS + 1)]
    return stored_form({code: ItemCounts(code, counts, responses, 0) for code in codes}, n=responses)


@contextmanager
def _built_afterwards(connection: Connection, table: str) -> Iterator[None]:
    """Take the table's constraints and indexes away, and make them again over the rows that came in."""
    constraints = connection.execute(
        text("""
            SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = CAST(:table AS regclass) AND contype IN ('f', 'u', 'x') ORDER BY contype DESC
        """),
        {"table": table},
    ).all()
    indexes = connection.scalars(
        text("""
            SELECT pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = CAST(:table AS regclass)
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """),
        {"table": table},
    ).all()
    for name, _definition in constraints:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for definition in indexes:
        connection.exec_driver_sql(f"DROP INDEX {definition.split()[2]}")
    yield
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    for name, definition in constraints:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for definition in indexes:
        connection.exec_driver_sql(definition)


def _run(connection: Connection, statements: str) -> None:
    values = {
        "organisations": ORGANISATIONS,
        "people": PEOPLE,
        "courses": COURSES,
        "sessions": SESSIONS_A_COURSE,
        "trainees": TRAINEES_A_COURSE,
        "lecturers": LECTURERS,
        "responses": RESPONSES_A_COURSE,
        "items": ITEMS,
        "results": json.dumps(even_results(RESPONSES_A_COURSE)),
    }
    for statement in statements.split(";"):
        if statement.strip():
            connection.execute(text(statement), values)
