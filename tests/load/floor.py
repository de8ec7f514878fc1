"""The floor: the least that Flask, SQLAlchemy and Jinja do for the same rows.

No session, no rights, no layout, no language: one statement for the rows of a page, and one for their number where it is
a list, written as a bare table of the same facts over the same tables.
"""

from collections.abc import Callable
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import Flask, Response, render_template, request
from jinja2 import DictLoader
from sqlalchemy import Engine, func, insert, select, update

from app.web import compression
from tests.load.floor_rows import (
    FIFTY,
    Statement,
    counted_answers,
    course_rows,
    coverage_rows,
    cycle_rows,
    kept_results,
    managed_rows,
    organisation_rows,
    own_rows,
    person_rows,
    questions_of,
    table_of,
    timetable_rows,
)

TABLE = """<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>{% for rows in tables %}<table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endfor %}"""

SESSIONS = """<!doctype html><title>Timetable</title><h1>Timetable</h1><table>
{% for row in rows %}<tr><td><time datetime="{{ row.starts }}">{{ row.starts.astimezone(zone).strftime("%a %d/%m/%Y %H:%M") }}</time>–{{
row.ends.astimezone(zone).strftime("%H:%M") }}</td><td><a href="{{ url_for("timetable", course_id=row.id) }}">{{ row.title }}</a></td>
<td>{{ row.room }}</td><td>{{ row.method }}</td><td>{{ row.state }}</td><td>{{ row.further }}</td></tr>
{% endfor %}</table>"""

QUESTIONS = """<!doctype html><title>Questions</title><form method="post">
{% for item in items %}<fieldset><legend>{{ item.text }}</legend>{% for option in item.options %}
<label><input type="radio" name="{{ item.code }}" value="{{ loop.index }}">{{ option }}</label>{% endfor %}</fieldset>
{% endfor %}<button>Send</button></form>"""

EVENT = (
    "BEGIN:VEVENT\r\nUID:{}@localhost\r\nDTSTAMP:{:%Y%m%dT%H%M%SZ}\r\nDTSTART:{:%Y%m%dT%H%M%SZ}\r\n"
    "DTEND:{:%Y%m%dT%H%M%SZ}\r\nSUMMARY:{}\r\nLOCATION:{}, {}\r\nDESCRIPTION:{} {}\r\nEND:VEVENT\r\n"
)


ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def make_floor(engine: Engine) -> Flask:
    """Return the bare application."""
    app = Flask("floor")
    compression.register(app)
    app.jinja_loader = DictLoader({"table": TABLE, "sessions": SESSIONS, "questions": QUESTIONS})

    def rows_of(*statements: Statement) -> str:
        with engine.connect() as connection:
            tables = [connection.execute(statement).all() for statement in statements]
        return render_template("table", title="Rows", tables=tables)

    def list_of(statement: Statement) -> str:
        """A page of a list, and how many there are in all."""
        with engine.connect() as connection:
            total = connection.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
            rows = connection.execute(statement.limit(FIFTY)).all()
        return render_template("table", title=f"{total} rows", tables=[rows])

    def sessions_of(statement: Statement) -> str:
        with engine.connect() as connection:
            rows = connection.execute(statement).all()
        return render_template("sessions", rows=rows, zone=ZONE)

    _add_lists(app, list_of)
    _add_session_pages(app, sessions_of)
    _add_course_pages(app, rows_of)
    _add_calendar(app, engine)
    _add_answering(app, engine)
    return app


def _add_lists(app: Flask, list_of: Callable[..., str]) -> None:
    @app.get("/courses")
    def courses() -> str:
        return list_of(course_rows(request.args["q"]))

    @app.get("/people")
    def people() -> str:
        return list_of(person_rows(request.args["q"]))

    @app.get("/organisations")
    def organisations() -> str:
        return list_of(organisation_rows())


def _add_session_pages(app: Flask, sessions_of: Callable[[Statement], str]) -> None:
    @app.get("/timetable/<int:course_id>")
    def timetable(course_id: int) -> str:
        return sessions_of(timetable_rows(course_id))

    @app.get("/mine/<int:person_id>")
    def mine(person_id: int) -> str:
        return sessions_of(own_rows(person_id))


def _add_course_pages(app: Flask, rows_of: Callable[..., str]) -> None:
    @app.get("/results/<int:wave_id>")
    def results(wave_id: int) -> str:
        return rows_of(counted_answers(wave_id))

    @app.get("/kept/<int:wave_id>")
    def kept(wave_id: int) -> str:
        return rows_of(kept_results(wave_id))

    @app.get("/cycle/<int:course_id>")
    def cycle(course_id: int) -> str:
        return rows_of(*cycle_rows(course_id))

    @app.get("/start/<int:person_id>")
    def start(person_id: int) -> str:
        return rows_of(managed_rows(person_id))

    @app.get("/coverage/<int:program_id>")
    def coverage(program_id: int) -> str:
        return rows_of(coverage_rows(program_id))


def _add_calendar(app: Flask, engine: Engine) -> None:
    @app.get("/calendar/<int:person_id>")
    def calendar(person_id: int) -> Response:
        with engine.connect() as connection:
            rows = connection.execute(own_rows(person_id)).all()
        events = [
            EVENT.format(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8])
            for row in rows
        ]
        body = "".join(["BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", *events, "END:VCALENDAR\r\n"])
        return Response(body, mimetype="text/calendar")


def _add_answering(app: Flask, engine: Engine) -> None:
    @app.get("/answer/<int:wave_id>")
    def form(wave_id: int) -> str:
        with engine.connect() as connection:
            items = connection.execute(questions_of(wave_id)).all()
        return render_template("questions", items=items)

    @app.post("/answer/<int:wave_id>")
    def answer(wave_id: int) -> str:
        invitation, response = table_of("invitation"), table_of("response")
        with engine.begin() as connection:
            items = connection.execute(questions_of(wave_id)).all()
            given = {item.code: int(request.form[item.code]) for item in items}
            connection.execute(insert(response).values(id=uuid4(), wave_id=wave_id, answers=given))
            connection.execute(update(invitation).where(invitation.c.id == 0).values(answered=True))
        return "Thank you"
