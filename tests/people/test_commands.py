"""Entering people and their posts."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.kernel.access import SYSTEM
from app.kernel.errors import StaleVersion
from app.people import commands
from app.people.errors import (
    BirthDateAhead,
    NameMissing,
    PossibleDuplicate,
    PostAlreadyEnded,
    PostBackwards,
    SamePostTwice,
    StaffCodeTaken,
)
from app.people.models import Person
from app.people.queries import find_duplicates, get_person, list_appointments, list_person_choices
from app.people.types import Likeness, NewPerson
from tests.factories.organisations import make_organisation
from tests.factories.people import make_appointment, make_person

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BORN = date(1980, 5, 17)


@pytest.fixture(autouse=True)
def _database(app: Flask, db: Session) -> None:
    """Everything here is about rows, and needs to know what their constraints mean."""


def add(name: str = "Trần Thị Bình", **values: object) -> Person:
    values.setdefault("organisation", make_organisation())
    return commands.add_person(full_name=name, actor=SYSTEM, at=AT, **values)  # type: ignore[arg-type]


def test_person_is_entered_cleaned_and_found_without_accents() -> None:
    person = add("  Đặng   Văn Ổi ", email=" oi@example.vn ", staff_code="")

    assert (person.full_name, person.email, person.staff_code) == ("Đặng Văn Ổi", "oi@example.vn", None)
    assert person.search_text == "dang van oi oi@example.vn"
    assert person.sort_key.startswith("o")


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": "   "}, NameMissing),
        ({"birth_date": date(2026, 3, 3)}, BirthDateAhead),
    ],
)
def test_person_without_name_or_not_yet_born_is_refused(
    values: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add(**values)  # type: ignore[arg-type]


def test_staff_code_is_refused_to_a_second_person_of_the_organisation_only() -> None:
    school = make_organisation()
    make_person(organisation=school, staff_code="A1", full_name="Somebody Else")

    add(staff_code="A1")
    with pytest.raises(StaffCodeTaken):
        add("Lê Văn Cường", organisation=school, staff_code="A1", duplicate_reason="The code is reused.")


def test_same_name_and_birth_date_asks_for_a_reason_which_is_kept(db: Session) -> None:
    known = make_person(full_name="Tran Thi Binh", birth_date=BORN)

    with pytest.raises(PossibleDuplicate):
        add(birth_date=BORN)
    add(birth_date=BORN, duplicate_reason="Twins of the same name")

    event = db.info["events"][-1]
    assert (event.reason, event.looked_like) == ("Twins of the same name", (known.id,))


@pytest.mark.parametrize(
    ("known", "entered", "likeness"),
    [
        ({"email": "Binh@Example.vn"}, {"email": "binh@example.vn"}, Likeness.SAME_EMAIL),
        ({"full_name": "Trần Thị Bình"}, {}, Likeness.SAME_NAME),
        (
            {"full_name": "Trần Thị Bính", "birth_date": BORN},
            {"birth_date": BORN},
            Likeness.SAME_NAME_AND_BIRTH,
        ),
        ({"full_name": "Trần Thị Bìn"}, {}, Likeness.SIMILAR_NAME),
        ({"full_name": "Trần Thị Bình", "birth_date": date(1999, 1, 1)}, {"birth_date": BORN}, None),
        ({"full_name": "Phạm Quốc Khánh"}, {}, None),
    ],
)
def test_candidates_are_named_with_the_surest_reason(
    known: dict[str, object], entered: dict[str, object], likeness: Likeness | None
) -> None:
    make_person(**known)

    found = find_duplicates(
        "Trần Thị Bình",
        entered.get("birth_date"),  # type: ignore[arg-type]
        entered.get("email"),  # type: ignore[arg-type]
    )

    assert [candidate.likeness for candidate in found] == ([likeness] if likeness else [])


def test_merged_record_is_no_candidate_and_no_choice() -> None:
    kept = make_person(full_name="Kept Name")
    gone = make_person(full_name="Trần Thị Bình", merged_into_id=kept.id, organisation=kept.organisation)

    assert find_duplicates("Trần Thị Bình", None, gone.email) == []
    assert [c.id for c in list_person_choices([kept.organisation_id])] == [kept.id]


def test_many_people_are_entered_at_once_in_their_order(db: Session) -> None:
    first, second = make_organisation(), make_organisation()

    ids = commands.add_people(
        people=[
            NewPerson("Nguyễn Văn An", first.id),
            NewPerson("Lê Thị Ánh", second.id, email="a@example.vn"),
            NewPerson("Đỗ Bảo", first.id),
        ],
        actor=SYSTEM,
        at=AT,
    )

    assert [get_person(number).full_name for number in ids] == ["Nguyễn Văn An", "Lê Thị Ánh", "Đỗ Bảo"]
    assert [event.person_ids for event in db.info["events"]] == [(ids[0], ids[2]), (ids[1],)]


def test_nobody_to_enter_is_nothing_to_record(db: Session) -> None:
    assert commands.add_people(people=[], actor=SYSTEM, at=AT) == []
    assert "events" not in db.info


def change(person: Person, **values: object) -> Person:
    known = {
        "full_name": person.full_name,
        "organisation": person.organisation,
        "birth_date": None,
        "gender": None,
        "email": None,
        "phone": None,
        "staff_code": None,
        "expected_version": person.version,
    }
    return commands.change_person(person=person, actor=SYSTEM, at=AT, **{**known, **values})  # type: ignore[arg-type]


def test_renamed_person_is_sorted_and_found_anew() -> None:
    person = change(make_person(), full_name="Vũ Ước")

    assert person.search_text == "vu uoc"
    assert person.sort_key.startswith("u3")


def test_change_over_another_change_is_refused() -> None:
    with pytest.raises(StaleVersion):
        change(make_person(), expected_version=7)


def test_posts_are_kept_as_history_the_latest_first() -> None:
    person = make_person()
    for year in (2010, 2020):
        commands.appoint(
            person=person,
            organisation=person.organisation,
            position=f"Post of {year}",
            level=None,
            valid_from=date(year, 1, 1),
            valid_to=None,
            actor=SYSTEM,
            at=AT,
        )

    assert [post.position for post in list_appointments(person)] == ["Post of 2020", "Post of 2010"]


def test_same_post_in_overlapping_days_is_refused() -> None:
    post = make_appointment(valid_from=date(2020, 1, 1))

    with pytest.raises(SamePostTwice):
        commands.appoint(
            person=post.person,
            organisation=post.organisation,
            position=post.position,
            level=None,
            valid_from=date(2021, 1, 1),
            valid_to=None,
            actor=SYSTEM,
            at=AT,
        )


def test_post_that_ends_before_it_begins_is_refused() -> None:
    person = make_person()
    with pytest.raises(PostBackwards):
        commands.appoint(
            person=person,
            organisation=person.organisation,
            position="Lecturer",
            level=None,
            valid_from=date(2021, 1, 1),
            valid_to=date(2021, 1, 1),
            actor=SYSTEM,
            at=AT,
        )


def test_post_ends_on_the_day_given() -> None:
    post = make_appointment(valid_from=date(2020, 1, 1))

    commands.end_appointment(
        appointment=post, expected_version=post.version, on=date(2024, 7, 1), actor=SYSTEM, at=AT
    )

    assert post.valid_to == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("on", "refusal"), [(date(2019, 1, 1), PostBackwards), (date(2026, 1, 1), PostAlreadyEnded)]
)
def test_post_ends_neither_before_it_begins_nor_twice(on: date, refusal: type[Exception]) -> None:
    post = make_appointment(valid_from=date(2020, 1, 1), valid_to=date(2025, 1, 1))

    with pytest.raises(refusal):
        commands.end_appointment(appointment=post, expected_version=post.version, on=on, actor=SYSTEM, at=AT)
