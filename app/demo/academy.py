"""The organisations of the demonstration: headquarters, regional academies, 63 provincial schools, and others."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.kernel.access import SYSTEM
from app.kernel.transaction import unit_of_work
from app.organisations.commands import add_campus, add_organisation, add_room
from app.organisations.types import OrganisationKind, RoomLayout

if TYPE_CHECKING:
    from app.organisations.models import Organisation

DATA = Path(__file__).parent / "data"
HANOI, TOKYO = "Asia/Ho_Chi_Minh", "Asia/Tokyo"
ENTERED_AT = datetime(2013, 1, 7, 2, 0, tzinfo=UTC)
# Since this day there were 63 provinces.
SCHOOLS_SINCE = date(2008, 8, 1)


@dataclass(frozen=True, slots=True)
class Site:
    """A body with a campus and the rooms that lectures and work in groups take place in, by their numbers."""

    organisation_id: int
    code: str
    name: str
    parent_code: str
    campus_id: int
    lecture_room_id: int
    group_room_id: int


@dataclass(frozen=True, slots=True)
class Academy:
    """All bodies of the demonstration that something happens in."""

    headquarters: Site
    regional: tuple[Site, ...]
    schools: tuple[Site, ...]
    ministry_id: int
    partner: Site
    carpentries_id: int

    def site(self, code: str) -> Site:
        """Return the headquarters, academy or school of the code."""
        return next(site for site in (self.headquarters, *self.regional, *self.schools) if site.code == code)


@dataclass(frozen=True, slots=True)
class _Room:
    name: str
    capacity: int
    layout: RoomLayout
    equipment: tuple[str, ...]


_HALL = _Room("Hội trường A", 240, RoomLayout.HALL, ("Máy chiếu", "Âm thanh", "Cabin phiên dịch"))
_LARGE = _Room("Phòng 201", 60, RoomLayout.LECTURE, ("Máy chiếu", "Micro"))
_GROUPS = _Room("Phòng 202", 40, RoomLayout.GROUPS, ("Máy chiếu", "Bảng lật", "Bảng ghim"))
_GROUPS_TOO = _Room("Phòng 203", 36, RoomLayout.GROUPS, ("Màn hình", "Bảng lật"))
_SEMINAR = _Room("Phòng 301", 24, RoomLayout.HORSESHOE, ("Màn hình", "Họp trực tuyến"))
_COMPUTERS = _Room("Phòng máy 302", 30, RoomLayout.COMPUTER, ("30 máy tính", "Máy chiếu"))
_SMALL = _Room("Phòng 303", 20, RoomLayout.GROUPS, ("Bảng trắng",))
_AT_SCHOOL = (
    _Room("Hội trường", 120, RoomLayout.HALL, ("Máy chiếu", "Âm thanh")),
    _Room("Phòng học 1", 45, RoomLayout.GROUPS, ("Máy chiếu", "Bảng lật")),
)
_AT_ACADEMY = (_LARGE, _GROUPS, _GROUPS_TOO, _SEMINAR, _COMPUTERS)
_AT_HEADQUARTERS = (_HALL, _LARGE, _GROUPS, _GROUPS_TOO, _SEMINAR, _COMPUTERS, _SMALL)

_HEADQUARTERS = "Học viện Chính trị và Hành chính quốc gia"
_HEADQUARTERS_NAMES = {
    "en": "National Academy of Politics and Public Administration",
    "ja": "国家政治行政学院",
}
_REGIONS = (
    ("KV1", "I", "第一", "Hà Nội"),
    ("KV2", "II", "第二", "Thành phố Hồ Chí Minh"),
    ("KV3", "III", "第三", "Đà Nẵng"),
    ("KV4", "IV", "第四", "Cần Thơ"),
)


def enter_academy() -> Academy:
    """Enter all organisations with their campuses and rooms."""
    with unit_of_work():
        root = _body(OrganisationKind.HEADQUARTERS, "HV", _HEADQUARTERS, _HEADQUARTERS_NAMES, None)
        headquarters = _site(root, "Cơ sở chính", "Hà Nội", _AT_HEADQUARTERS)
        bodies = {}
        regional = []
        for code, numeral, ordinal, city in _REGIONS:
            bodies[code] = _body(
                OrganisationKind.REGIONAL_ACADEMY,
                code,
                f"Học viện Chính trị khu vực {numeral}",
                {"en": f"Regional Academy of Politics {numeral}", "ja": f"{ordinal}地域政治学院"},
                root,
            )
            regional.append(_site(bodies[code], f"Cơ sở {city}", city, _AT_ACADEMY))
        schools = [_school(row, bodies[row["academy"]]) for row in _provinces()]
        ministry = _body(
            OrganisationKind.MINISTRY,
            "BNV",
            "Bộ Nội vụ",
            {"en": "Ministry of Home Affairs", "ja": "内務省"},
            None,
        )
        partner, carpentries = _partners(root)
        return Academy(headquarters, tuple(regional), tuple(schools), ministry.id, partner, carpentries.id)


def _partners(root: Organisation) -> tuple[Site, Organisation]:
    institute = _body(
        OrganisationKind.PARTNER,
        "TPI",
        "Viện Đào tạo Chính sách Tokyo (minh họa)",
        {"en": "Tokyo Institute for Policy Training (example)", "ja": "東京政策研修所(例)"},
        root,
        time_zone=TOKYO,
    )
    rooms = (_Room("Seminar room 1", 30, RoomLayout.HORSESHOE, ("Online meetings",)),)
    partner = _site(institute, "Tokyo", "Tokyo", rooms, time_zone=TOKYO)
    # No part of the academy: what it did is for comparison, and counts in none of the academy’s own figures.
    carpentries = _body(
        OrganisationKind.PARTNER, "CARPENTRIES", "The Carpentries", {}, None, time_zone="Etc/UTC"
    )
    return partner, carpentries


def _provinces() -> list[dict[str, str]]:
    with (DATA / "provinces.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _school(row: dict[str, str], academy: Organisation) -> Site:
    kind, _, place = row["name"].partition(" ") if row["kind"] == "province" else ("thành phố", "", "")
    place = place or row["name"].removeprefix("Thành phố ")
    english = (
        f"{place} Provincial Political School" if row["kind"] == "province" else f"{place} Political School"
    )
    body = _body(
        OrganisationKind.PROVINCIAL_SCHOOL,
        f"TCT-{row['code']}",
        f"Trường Chính trị {kind.lower()} {place}",
        {"en": english},
        academy,
        valid_from=SCHOOLS_SINCE,
    )
    return _site(body, "Cơ sở chính", place, _AT_SCHOOL)


def _body(
    kind: OrganisationKind,
    code: str,
    name: str,
    names: dict[str, str],
    parent: Organisation | None,
    *,
    time_zone: str = HANOI,
    valid_from: date | None = None,
) -> Organisation:
    return add_organisation(
        kind=kind,
        code=code,
        name=name,
        names=names,
        parent=parent,
        time_zone=time_zone,
        valid_from=valid_from,
        valid_to=None,
        actor=SYSTEM,
        at=ENTERED_AT,
    )


def _site(
    body: Organisation, campus_name: str, address: str, rooms: Sequence[_Room], *, time_zone: str = HANOI
) -> Site:
    campus = add_campus(
        organisation=body,
        name=campus_name,
        address=address,
        time_zone=time_zone,
        actor=SYSTEM,
        at=ENTERED_AT,
    )
    entered = [
        add_room(
            campus=campus,
            name=room.name,
            capacity=room.capacity,
            layout=room.layout,
            equipment=room.equipment,
            actor=SYSTEM,
            at=ENTERED_AT,
        )
        for room in rooms
    ]
    return Site(
        organisation_id=body.id,
        code=body.code,
        name=body.name,
        parent_code=body.parent.code if body.parent else "",
        campus_id=campus.id,
        lecture_room_id=next((r.id for r in entered if r.layout is RoomLayout.LECTURE), entered[0].id),
        group_room_id=next((r.id for r in entered if r.layout is RoomLayout.GROUPS), entered[0].id),
    )
