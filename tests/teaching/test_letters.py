"""The letters to lecturers, compared as a whole with those that were reviewed."""

import os
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.teaching.types import AssignmentState, LecturerPart
from app.web.letters import render_letter
from tests.architecture.source import ROOT
from tests.factories.organisations import make_campus, make_room
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session
from tests.factories.teaching import make_assignment

GOLDEN = ROOT / "tests" / "golden" / "emails"


@pytest.mark.parametrize(
    "letter", ["proposed", "reminder", "moved", "withdrawn", "cancelled", "course_cancelled"]
)
def test_letter_is_the_reviewed_one(app: Flask, db: Session, letter: str) -> None:
    """A changed letter is written with ``UPDATE_GOLDEN=1`` and reviewed in the diff."""
    room = make_room(make_campus(name="Hà Nội"), name="P. 302")
    course = make_course(code="TOT-01", title="Giảng viên nguồn", titles={"en": "Trainers <of> trainers"})
    first = make_session(course, title="Khai giảng", titles={"en": "Opening & cycle"}, room=room)
    second = make_session(course, title="Thảo luận", starts_at=FIRST_MORNING + timedelta(days=1))
    assignments = [
        make_assignment(first, state=AssignmentState.ACCEPTED),
        make_assignment(second, part=LecturerPart.INTERPRETER),
    ]
    with app.app_context():
        subject, text, html = render_letter(
            f"teaching/{letter}",
            "en",
            recipient="Lê Thị Ánh",
            course=course,
            assignments=assignments,
            reason="Typhoon <no. 3>",
        )

    written = f"{subject}\n\n{text}\n{html}\n"
    golden = GOLDEN / f"teaching-{letter}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(written, encoding="utf-8")
    assert written == golden.read_text(encoding="utf-8")
    # What people typed stays text in the HTML of a letter.
    assert "<of>" not in html
    assert "<no. 3>" not in html
