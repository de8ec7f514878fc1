from dataclasses import replace
from datetime import date

import pytest

from app.enrolment.import_plan import ImportKeys, keys_of, plan_import
from app.enrolment.types import (
    EnrolmentState,
    ImportPlan,
    ImportRow,
    KnownOrganisation,
    KnownPerson,
    PlannedRow,
    Roll,
    RowFate,
    RowProblem,
)

HG, CB = 10, 20
BORN = date(1980, 9, 2)
DAO = KnownPerson(1, "Nguyễn Thị Đào", BORN, "dao@example.vn", "HG-017", HG)
BINH = KnownPerson(2, "Lê Bình", date(1975, 2, 1), "binh@example.vn", "HG-018", HG)
ORGANISATIONS = (
    KnownOrganisation(HG, "HG", ("Trường Chính trị Hà Giang", "Hà Giang School of Politics")),
    KnownOrganisation(CB, "CB", ("Trường Chính trị Cao Bằng",)),
    KnownOrganisation(30, "TL", ("Ban Tổ chức",)),
    KnownOrganisation(40, "TX", ("Ban tổ chức",)),
)
ROLL = Roll(organisation_id=HG, capacity=30, persons=(DAO, BINH), organisations=ORGANISATIONS)
NEW = ImportRow(2, "Trần Văn Cường", date(1990, 1, 1), "cuong@example.vn", staff_code="HG-099")


def plan_one(row: ImportRow, roll: Roll = ROLL) -> PlannedRow:
    [planned] = plan_import([row], roll).rows
    return planned


def codes(planned: PlannedRow) -> list[str]:
    return [problem.code for problem in planned.problems]


def test_an_unknown_person_is_new_and_gets_a_seat() -> None:
    assert plan_one(NEW) == PlannedRow(NEW, RowFate.NEW_PERSON, None, HG, EnrolmentState.CONFIRMED)


@pytest.mark.parametrize(
    "row",
    [
        ImportRow(2, "Nguyễn Thị Đào", staff_code="HG-017"),
        ImportRow(2, "Nguyễn Thị Đào", staff_code="hg-017"),
        ImportRow(2, "Nguyễn Thị Đào", email="DAO@example.vn"),
        ImportRow(2, "NGUYEN THI DAO", BORN),
        ImportRow(2, "Nguyễn Thị Đào", BORN, "new@example.vn", organisation="CB", staff_code="CB-001"),
    ],
    ids=["code", "code-case", "email", "name-and-birth-date", "moved"],
)
def test_a_known_person_is_found(row: ImportRow) -> None:
    planned = plan_one(row)
    assert (planned.fate, planned.person_id, planned.state) == (
        RowFate.KNOWN_PERSON,
        1,
        EnrolmentState.CONFIRMED,
    )


@pytest.mark.parametrize("state", EnrolmentState)
def test_nothing_happens_to_who_is_enrolled_already(state: EnrolmentState) -> None:
    row = ImportRow(2, "Nguyễn Thị Đào", BORN)
    planned = plan_one(row, replace(ROLL, enrolled={1: state}))
    assert planned == PlannedRow(row, RowFate.ENROLLED_ALREADY, 1, HG, state)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ImportRow(2, "Nguyễn Thị Đào"), ["not_identifiable"]),
        (ImportRow(2, "Nguyễn Thị Đào", email="binh@example.vn", staff_code="HG-017"), ["ambiguous"]),
        (ImportRow(2, "Phạm Thị Hoa", email="dao@example.vn"), ["other_name"]),
        (ImportRow(2, "Nguyễn Thị Đào", date(1981, 9, 2), "dao@example.vn"), ["other_birth_date"]),
        (ImportRow(2, "Nguyễn Thị Đào", BORN, staff_code="HG-555"), ["other_code"]),
        (replace(NEW, organisation="ZZ"), ["organisation_unknown"]),
        (replace(NEW, organisation="Ban tổ chức"), ["organisation_ambiguous"]),
        (replace(NEW, problems=(RowProblem("wrong_date", "x"),)), ["wrong_date"]),
        (
            replace(NEW, organisation="ZZ", problems=(RowProblem("wrong_date", "x"),)),
            ["wrong_date", "organisation_unknown"],
        ),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_refused_with_all_reasons(row: ImportRow, expected: list[str]) -> None:
    planned = plan_one(row)
    assert codes(planned) == expected
    assert (planned.fate, planned.person_id, planned.state) == (RowFate.REFUSED, None, None)
    assert all("%(" not in problem.message % problem.parameters for problem in planned.problems)


def test_the_candidates_of_an_ambiguous_row_are_named() -> None:
    twin = replace(DAO, id=3, staff_code="", email="")
    planned = plan_one(ImportRow(2, "Nguyễn Thị Đào", BORN), replace(ROLL, persons=(DAO, twin)))
    assert (codes(planned), planned.candidates) == (["ambiguous"], (DAO, twin))


def test_a_staff_code_decides_between_namesakes() -> None:
    twin = replace(DAO, id=3, staff_code="HG-020", email="")
    planned = plan_one(
        ImportRow(2, "Nguyễn Thị Đào", BORN, staff_code="HG-020"), replace(ROLL, persons=(DAO, twin))
    )
    assert planned.person_id == 3


@pytest.mark.parametrize("text", ["CB", "cb", "Trường Chính trị Cao Bằng", "truong chinh tri cao bang"])
def test_an_organisation_is_found_by_code_or_name(text: str) -> None:
    assert plan_one(replace(NEW, organisation=text)).organisation_id == CB


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (replace(NEW, number=3), ["repeated"]),
        (replace(NEW, number=3, email="", staff_code=""), ["repeated"]),
        (replace(NEW, number=3, full_name="Đỗ An", birth_date=None, staff_code=""), ["shared"]),
        (replace(NEW, number=3, full_name="Đỗ An", birth_date=None, email=""), ["shared"]),
        (replace(NEW, number=3, email="", staff_code="HG-100"), []),
        (replace(NEW, number=3, full_name="Đỗ An", email="an@example.vn", staff_code=""), []),
    ],
)
def test_two_rows_about_one_person_are_refused(second: ImportRow, expected: list[str]) -> None:
    plan = plan_import([NEW, second], ROLL)
    assert codes(plan.rows[1]) == expected
    assert [problem.parameters for problem in plan.rows[1].problems] == [{"row": 2}] * len(expected)


def test_two_rows_that_find_one_person_by_different_keys_are_refused() -> None:
    rows = [ImportRow(2, "Nguyễn Thị Đào", BORN), ImportRow(3, "Nguyễn Thị Đào", email="dao@example.vn")]
    assert codes(plan_import(rows, ROLL).rows[1]) == ["repeated"]


def test_who_finds_no_seat_waits_in_the_order_of_the_list() -> None:
    rows = [replace(NEW, number=n, email=f"{n}@example.vn", staff_code=f"N{n}") for n in range(2, 6)]
    plan = plan_import(rows, replace(ROLL, capacity=3, enrolled={2: EnrolmentState.ATTENDING}))
    assert [row.state for row in plan.rows] == [
        EnrolmentState.CONFIRMED, EnrolmentState.CONFIRMED, EnrolmentState.WAITING, EnrolmentState.WAITING,
    ]  # fmt: skip
    assert (plan.waiting, plan.may_run) == (2, True)


def test_one_refused_row_holds_up_the_whole_list() -> None:
    plan = plan_import([NEW, ImportRow(3, "Nguyễn Thị Đào")], ROLL)
    assert not plan.may_run
    assert (plan.count(RowFate.NEW_PERSON), plan.count(RowFate.REFUSED)) == (1, 1)


def carried_out(plan: ImportPlan, roll: Roll) -> Roll:
    """The roll after the plan was carried out, as a command would leave it."""
    persons, enrolled = list(roll.persons), dict(roll.enrolled)
    for place, planned in enumerate(plan.rows, start=1_000):
        person_id = planned.person_id or place
        if planned.fate is RowFate.NEW_PERSON:
            row = planned.row
            persons.append(
                KnownPerson(
                    person_id,
                    row.full_name,
                    row.birth_date,
                    row.email,
                    row.staff_code,
                    planned.organisation_id,
                )
            )
        if planned.state:
            enrolled[person_id] = planned.state
    return replace(roll, persons=tuple(persons), enrolled=enrolled)


def test_an_import_repeated_doubles_nothing() -> None:
    rows = [
        NEW,
        ImportRow(3, "Nguyễn Thị Đào", BORN),
        ImportRow(4, "Lê Hoa", email="hoa@example.vn"),
        ImportRow(5, "Lê Hoa", BORN, organisation="CB"),
        ImportRow(6, "Lê Hoa", staff_code="X-1", organisation="CB"),
        ImportRow(7, "Lê Hoa", staff_code="X-1"),
    ]
    roll = replace(ROLL, capacity=4)
    first = plan_import(rows, roll)
    again = plan_import(rows, carried_out(first, roll))
    assert first.may_run
    assert [row.fate for row in again.rows] == [RowFate.ENROLLED_ALREADY] * 6
    assert [row.state for row in again.rows] == [row.state for row in first.rows]


def test_only_what_the_list_names_is_looked_up() -> None:
    rows = [replace(NEW, organisation="Cao Bằng", email="Cuong@Example.vn"), ImportRow(3, "Lê Hoa")]
    assert keys_of(rows) == ImportKeys(
        staff_codes=frozenset({"HG-099"}),
        emails=frozenset({"cuong@example.vn"}),
        names=frozenset({"tran van cuong", "le hoa"}),
        organisations=frozenset({"cao bang"}),
    )


def test_5000_rows_are_planned_against_20000_people() -> None:
    persons = tuple(
        KnownPerson(n, f"Nguyễn Văn {n}", BORN, f"p{n}@example.vn", f"P{n}", HG) for n in range(1, 20_001)
    )
    rows = [
        ImportRow(n, f"Nguyễn Văn {n}", BORN, f"p{n}@example.vn", "", "Trường Chính trị Cao Bằng")
        for n in range(17_500, 22_500)
    ]
    roll = replace(ROLL, capacity=6_000, persons=persons)
    plan = plan_import(rows, roll)
    assert (plan.count(RowFate.KNOWN_PERSON), plan.count(RowFate.NEW_PERSON)) == (2_501, 2_499)
