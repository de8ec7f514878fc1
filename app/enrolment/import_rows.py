"""From the cells of a list of trainees to understood rows, with everything that is wrong in each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.enrolment.types import ImportRow, RowProblem
from app.files.spreadsheets import cell_name, match_headers, parse_date
from app.files.types import Cell, HeaderMatch, Row, Sheet
from app.kernel.errors import DomainError
from app.kernel.text import N_, clean_name, fold
from app.people.types import Gender

# The first name of each column is the one that a template of the list shows.
COLUMNS: Final = {
    "full_name": ("Họ và tên", "Họ tên", "Họ và tên học viên", "Full name", "Name"),
    "birth_date": ("Ngày sinh", "Ngày tháng năm sinh", "Birth date", "Date of birth", "Birthday"),
    "email": ("Thư điện tử", "Email", "E-mail", "Địa chỉ email", "Email address"),
    "phone": ("Điện thoại", "Số điện thoại", "SĐT", "Phone", "Telephone", "Mobile"),
    "organisation": (
        "Đơn vị",
        "Cơ quan",
        "Đơn vị công tác",
        "Cơ quan công tác",
        "Organisation",
        "Organization",
    ),
    "position": ("Chức vụ", "Chức danh", "Position", "Title", "Post"),
    "gender": ("Giới tính", "Gender", "Sex"),
    "staff_code": ("Mã số", "Mã cán bộ", "Mã số cán bộ", "Staff code", "Code"),
}
_EARLIEST_BIRTH = date(1900, 1, 1)
_LONGEST_TEXT = 200
_EMAIL = re.compile(
    r"(?:(?![@,;:<>()\[\]\\\"'])[!-~]){1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}",
    re.IGNORECASE | re.ASCII,
)
_PHONE = re.compile(r"\+?[\d\s.()\-]{6,25}", re.ASCII)
# A mobile number that a spreadsheet took for a number and stripped of its leading zero.
_MOBILE_WITHOUT_ZERO = re.compile(r"[35789]\d{8}", re.ASCII)
_GENDERS = {
    "nam": Gender.MALE,
    "male": Gender.MALE,
    "m": Gender.MALE,
    "nu": Gender.FEMALE,
    "female": Gender.FEMALE,
    "f": Gender.FEMALE,
    "khac": Gender.OTHER,
    "other": Gender.OTHER,
}


def read_rows(sheet: Sheet, *, today: date) -> tuple[ImportRow, ...]:
    """Understand every row; what could not be understood is among its problems.

    Raises ``UnreadableFile`` when the list has no column of names or two columns for one thing.
    """
    found = match_headers(sheet.headers, COLUMNS, required=("full_name",))
    return tuple(_Reader(found, row, today).read() for row in sheet.rows)


@dataclass
class _Reader:
    """Reads one row and gathers its problems."""

    found: HeaderMatch
    row: Row
    today: date
    problems: list[RowProblem] = field(default_factory=list)

    def read(self) -> ImportRow:
        full_name = self.text("full_name")
        if not full_name and not self.problems:
            self.complain("full_name", "no_name", N_("The name is missing."), {})
        return ImportRow(
            number=self.row.number,
            full_name=full_name,
            birth_date=self.birth_date(),
            email=self.email(),
            phone=self.phone(),
            organisation=self.text("organisation"),
            position=self.text("position"),
            gender=self.gender(),
            staff_code=self.text("staff_code"),
            problems=tuple(self.problems),
        )

    def complain(self, column: str, code: str, message: str, parameters: Mapping[str, object]) -> None:
        self.problems.append(RowProblem(code, message, parameters, column))

    def cell(self, column: str) -> Cell:
        return self.found.cell(self.row, column)

    def text(self, column: str) -> str:
        value = self.cell(column)
        try:
            text = clean_name(value if isinstance(value, str) else value.strftime("%d/%m/%Y"))
        except DomainError as problem:
            self.complain(column, "unreadable", problem.message, problem.parameters)
            return ""
        if len(text) <= _LONGEST_TEXT:
            return text
        message = N_("This has %(length)s characters; up to %(limit)s can be kept.")
        self.complain(column, "too_long", message, {"length": len(text), "limit": _LONGEST_TEXT})
        return ""

    def birth_date(self) -> date | None:
        value = self.cell("birth_date")
        if not value:
            return None
        place = cell_name(self.row.number, self.found.columns["birth_date"])
        try:
            day = parse_date(value, cell=place)
        except DomainError as problem:
            self.complain("birth_date", "wrong_date", problem.message, problem.parameters)
            return None
        if _EARLIEST_BIRTH <= day < self.today:
            return day
        message = N_("Cell %(cell)s: nobody in this list was born on %(text)s. Correct the birth date.")
        parameters = {"cell": place, "text": day.strftime("%d/%m/%Y")}
        self.complain("birth_date", "impossible_birth_date", message, parameters)
        return None

    def email(self) -> str:
        text = self.text("email").removeprefix("mailto:")
        if text and not _EMAIL.fullmatch(text):
            self.complain("email", "wrong_email", N_("“%(text)s” is not an e-mail address."), {"text": text})
            return ""
        return text

    def phone(self) -> str:
        text = self.text("phone")
        if text and not _PHONE.fullmatch(text):
            self.complain("phone", "wrong_phone", N_("“%(text)s” is not a telephone number."), {"text": text})
            return ""
        return f"0{text}" if _MOBILE_WITHOUT_ZERO.fullmatch(text) else text

    def gender(self) -> Gender | None:
        text = self.text("gender")
        gender = _GENDERS.get(fold(text))
        if text and gender is None:
            message = N_("“%(text)s” is not understood as a gender. Write “Nam”, “Nữ” or “Khác”.")
            self.complain("gender", "wrong_gender", message, {"text": text})
        return gender
