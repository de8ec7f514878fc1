from datetime import date

import pytest

from app.enrolment.import_rows import COLUMNS, read_rows
from app.enrolment.types import ImportRow
from app.files.errors import DuplicateHeadings, MissingHeadings
from app.files.spreadsheets import read_sheet
from app.files.types import Row, Sheet
from app.people.types import Gender

TODAY = date(2026, 3, 2)
VIETNAMESE = (
    "Họ và tên",
    "Ngày sinh",
    "Thư điện tử",
    "Điện thoại",
    "Đơn vị",
    "Chức vụ",
    "Giới tính",
    "Mã số",
)
ENGLISH = ("Full name", "Birth date", "E-mail", "Phone", "Organisation", "Position", "Gender", "Staff code")
WHOLE = ("Nguyễn Thị Đào", "02/09/1980", "dao@example.vn", "0912 345 678", "HG", "Giảng viên", "Nữ", "HG-017")


def read(**changes: str | date) -> ImportRow:
    cells = tuple(changes.get(field, value) for field, value in zip(COLUMNS, WHOLE, strict=True))
    [row] = read_rows(Sheet(VIETNAMESE, (Row(7, cells),)), today=TODAY)
    return row


@pytest.mark.parametrize(
    "headers", [VIETNAMESE, ENGLISH, tuple(header.upper() + " *" for header in VIETNAMESE)]
)
def test_a_row_is_understood_under_headings_in_either_language(headers: tuple[str, ...]) -> None:
    assert read_rows(Sheet(headers, (Row(2, WHOLE),)), today=TODAY) == (
        ImportRow(
            number=2,
            full_name="Nguyễn Thị Đào",
            birth_date=date(1980, 9, 2),
            email="dao@example.vn",
            phone="0912 345 678",
            organisation="HG",
            position="Giảng viên",
            gender=Gender.FEMALE,
            staff_code="HG-017",
        ),
    )


def test_only_the_name_is_required_as_a_column() -> None:
    [row] = read_rows(Sheet(("Name",), (Row(2, ("Nguyễn An",)),)), today=TODAY)
    assert row == ImportRow(number=2, full_name="Nguyễn An")
    with pytest.raises(MissingHeadings, match="Họ và tên"):
        read_rows(Sheet(("Email",), (Row(2, ("a@example.vn",)),)), today=TODAY)
    with pytest.raises(DuplicateHeadings):
        read_rows(Sheet(("Name", "Họ tên"), (Row(2, ("An", "An")),)), today=TODAY)


@pytest.mark.parametrize(
    ("column", "value", "code", "says"),
    [
        ("full_name", "", "no_name", "name is missing"),
        ("full_name", "An\u202eB", "unreadable", "U+202E"),
        ("full_name", "x" * 201, "too_long", "201"),
        ("birth_date", "31/02/2020", "wrong_date", "Cell B7: there is no day “31/02/2020”"),
        ("birth_date", "1980", "wrong_date", "Cell B7: “1980” is not a date"),
        ("birth_date", "02/03/2026", "impossible_birth_date", "Cell B7"),
        ("birth_date", "31/12/1899", "impossible_birth_date", "31/12/1899"),
        ("email", "dao@", "wrong_email", "“dao@”"),
        ("email", "a@example.vn, b@example.vn", "wrong_email", "not an e-mail"),
        ("phone", "call me", "wrong_phone", "“call me”"),
        ("gender", "x", "wrong_gender", "“Nam”"),
    ],
)
def test_what_is_wrong_in_a_cell_is_named(column: str, value: str, code: str, says: str) -> None:
    [problem] = read(**{column: value}).problems
    assert (problem.code, problem.column) == (code, column)
    assert says in problem.message % problem.parameters


def test_all_that_is_wrong_in_a_row_is_named_at_once() -> None:
    row = read(full_name="", birth_date="31/02/2020", email="@", phone="?", gender="?")
    assert [problem.code for problem in row.problems] == [
        "no_name", "wrong_date", "wrong_email", "wrong_phone", "wrong_gender",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("Nam", Gender.MALE),
        ("nữ", Gender.FEMALE),
        ("NU", Gender.FEMALE),
        ("Khác", Gender.OTHER),
        ("F", Gender.FEMALE),
    ],
)
def test_gender_is_understood_in_either_language(text: str, gender: Gender) -> None:
    assert read(gender=text).gender is gender


def test_a_mobile_number_gets_its_leading_zero_back() -> None:
    assert read(phone="912345678").phone == "0912345678"
    assert read(phone="+84 912 345 678").phone == "+84 912 345 678"


def test_a_date_of_the_spreadsheet_program_is_a_birth_date() -> None:
    assert read(birth_date=date(1980, 9, 2)).birth_date == date(1980, 9, 2)
    assert read(birth_date="").birth_date is None


def test_a_file_is_understood_from_its_bytes_on() -> None:
    content = "Họ và tên;Ngày sinh;Ghi chú\r\nLê Bình;1/2/1975;x\r\n".encode("utf-16")
    [row] = read_rows(read_sheet(content, name="ds.csv"), today=TODAY)
    assert row == ImportRow(number=2, full_name="Lê Bình", birth_date=date(1975, 2, 1))
