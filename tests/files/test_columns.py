from datetime import date

import pytest

from app.files import errors
from app.files.spreadsheets import cell_name, match_headers, parse_date
from app.files.types import Row

ALIASES = {
    "full_name": ("Họ và tên", "Họ tên", "Full name", "Name"),
    "born_on": ("Ngày sinh", "Birth date", "Date of birth"),
    "email": ("Thư điện tử", "Email", "E-mail"),
}


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(7, 2, "C7"), (1, 0, "A1"), (2, 25, "Z2"), (2, 26, "AA2"), (9, 701, "ZZ9"), (1, 702, "AAA1")],
)
def test_a_cell_has_the_name_spreadsheet_programs_give_it(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


@pytest.mark.parametrize(
    "headers",
    [
        ("STT", "HỌ VÀ TÊN", "Ngày sinh (dd/mm/yyyy)", "E-mail *"),
        ("No.", "full_name", "DATE OF BIRTH:", "email"),
        ("", "Ho va ten", "ngay  sinh", "thu dien tu"),
    ],
)
def test_headings_are_found_in_either_language_and_spelling(headers: tuple[str, ...]) -> None:
    found = match_headers(headers, ALIASES, required=("full_name",))
    assert found.columns == {"full_name": 1, "born_on": 2, "email": 3}
    assert found.unknown == tuple(header for header in headers[:1] if header)


def test_a_field_without_column_is_empty() -> None:
    found = match_headers(("Name",), ALIASES)
    row = Row(2, ("Nguyễn An",))
    assert (found.cell(row, "full_name"), found.cell(row, "email")) == ("Nguyễn An", "")


def test_missing_and_doubled_headings_are_named() -> None:
    with pytest.raises(errors.MissingHeadings, match="Họ và tên, Ngày sinh"):
        match_headers(("Email",), ALIASES, required=("born_on", "full_name"))
    with pytest.raises(errors.DuplicateHeadings, match="Họ tên, Full name"):
        match_headers(("Họ tên", "Full name"), ALIASES)


@pytest.mark.parametrize(
    "value",
    ["02/09/1980", "2/9/1980", "02-09-1980", "02.09.1980", " 02 / 09 / 1980 ", "1980-09-02", "1980/9/2",
     "1980-09-02 00:00:00", "29466", date(1980, 9, 2)],
)  # fmt: skip
def test_a_day_is_read_in_each_common_spelling(value: str | date) -> None:
    assert parse_date(value, cell="B2") == date(1980, 9, 2)


@pytest.mark.parametrize(
    "text", ["31/02/2020", "29/02/2021", "12/31/2020", "00/01/2020", "2020-13-01", "01/01/0000"]
)
def test_a_day_that_does_not_exist_is_refused_with_its_cell(text: str) -> None:
    with pytest.raises(errors.NoSuchDay, match="Cell C7") as caught:
        parse_date(text, cell="C7")
    assert caught.value.parameters == {"cell": "C7", "text": text}


@pytest.mark.parametrize("text", ["", "1980", "02/09/80", "hôm qua", "2.9", "١٢/٠٩/١٩٨٠"])
def test_what_is_no_date_is_refused_with_its_cell(text: str) -> None:
    with pytest.raises(errors.NotADate, match=r"Cell C7: .*31/12/1980"):
        parse_date(text, cell="C7")
