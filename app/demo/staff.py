"""The people who run the demonstration academy, what they may do, and how they sign in."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.accounts.commands.administration import add_account, grant_role
from app.accounts.queries import find_account_id, list_grants
from app.demo.academy import Academy
from app.demo.names import MARKER, Names
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.transaction import unit_of_work
from app.organisations.queries import get_organisation
from app.people.commands import add_people, appoint
from app.people.queries import get_person
from app.people.types import AppointmentLevel
from app.teaching.commands import add_lecturer

if TYPE_CHECKING:
    from app.accounts.passwords import Passwords
    from app.people.models import Person

SINCE = date(2013, 1, 1)
ENTERED_AT = datetime(2013, 1, 14, 2, 0, tzinfo=UTC)
FILE_NAME = "demo-sign-ins.json"
TRAINERS_AT_HEADQUARTERS, TRAINERS_AT_ACADEMIES = 8, 3


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who may be tried out: one of each role."""

    role: Role
    email: str
    password: str
    person_id: int


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts in the demonstration, and the lecturers (by lecturer number) of headquarters and academies.

    The ``observer`` sees the real evaluations alone.
    """

    sign_ins: tuple[SignIn, ...]
    manager: Actor
    quality: Actor
    registrar: Actor
    director: Actor
    observer: Actor
    lecturer_id: int
    expert_id: int
    trainers: dict[str, tuple[int, ...]]

    def person_id(self, role: Role) -> int:
        """Return who signs in with the role."""
        return next(sign_in.person_id for sign_in in self.sign_ins if sign_in.role is role)


_POSTS = {
    Role.ADMINISTRATOR: ("administrator", "Chuyên viên công nghệ thông tin"),
    Role.TRAINING_MANAGER: ("manager", "Trưởng ban Quản lý đào tạo"),
    Role.QUALITY_OFFICER: ("quality", "Trưởng phòng Khảo thí và Bảo đảm chất lượng"),
    Role.DIRECTOR: ("director", "Phó Giám đốc Học viện"),
    Role.REGISTRAR: ("registrar", "Chuyên viên Ban Quản lý đào tạo"),
    Role.LECTURER: ("lecturer", "Giảng viên chính"),
    Role.TRAINEE: ("trainee", "Giảng viên"),
    Role.PARTNER_EXPERT: ("expert", "Chuyên gia đào tạo"),
}
_LOCALES = {Role.PARTNER_EXPERT: "ja"}
_NAMES = {Role.PARTNER_EXPERT: f"Satō Kenji {MARKER} 008"}


def enter_staff(academy: Academy, names: Names, passwords: Passwords) -> Staff:
    """Enter whoever runs the academy, with accounts and roles, and its lecturers."""
    with unit_of_work():
        sign_ins = tuple(_of_role(role, academy, names, passwords) for role in Role)
        # Whoever brought in the real evaluations sees those, and nothing of the academy.
        observer = _sign_in(
            Role.QUALITY_OFFICER,
            "carpentries@example.org",
            "Instructor training",
            academy.carpentries_id,
            [academy.carpentries_id],
            names,
            passwords,
        )
    with unit_of_work():
        trainers = {
            site.code: tuple(_trainers(site.organisation_id, count, names))
            for site, count in (
                (academy.headquarters, TRAINERS_AT_HEADQUARTERS),
                *((regional, TRAINERS_AT_ACADEMIES) for regional in academy.regional),
            )
        }
        of = {sign_in.role: sign_in.person_id for sign_in in sign_ins}
        lecturer_id = make_lecturer(of[Role.LECTURER], "Phương pháp giảng dạy tích cực", ("vi", "en"))
        expert_id = make_lecturer(of[Role.PARTNER_EXPERT], "PDCA, đánh giá đào tạo", ("ja", "en"))
    return Staff(
        sign_ins=(*sign_ins, observer),
        manager=actor_of(of[Role.TRAINING_MANAGER]),
        quality=actor_of(of[Role.QUALITY_OFFICER]),
        registrar=actor_of(of[Role.REGISTRAR]),
        director=actor_of(of[Role.DIRECTOR]),
        observer=actor_of(observer.person_id),
        lecturer_id=lecturer_id,
        expert_id=expert_id,
        trainers=trainers,
    )


def actor_of(person_id: int) -> Actor:
    """Return the person as somebody who acts, with the roles of today."""
    person = get_person(person_id)
    return Actor(
        account_id=find_account_id(person_id),
        person_id=person_id,
        name=person.full_name,
        grants=list_grants(person_id),
        email=person.email or "",
    )


def make_lecturer(
    person_id: int, specialities: str, languages: tuple[str, ...] = ("vi",), at: datetime = ENTERED_AT
) -> int:
    """Make a person a lecturer and return the lecturer's number."""
    lecturer = add_lecturer(
        person=get_person(person_id), specialities=specialities, languages=languages, actor=SYSTEM, at=at
    )
    return lecturer.id


def write_sign_ins(sign_ins: Iterable[SignIn], directory: Path) -> Path:
    """Write the passwords where only the owner of the installation reads them; return the file."""
    path = directory / FILE_NAME
    directory.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    told = [
        {"role": sign_in.role.value, "email": sign_in.email, "password": sign_in.password}
        for sign_in in sign_ins
    ]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, indent=2)
    return path


def _of_role(role: Role, academy: Academy, names: Names, passwords: Passwords) -> SignIn:
    word, position = _POSTS[role]
    home = {Role.PARTNER_EXPERT: academy.partner, Role.TRAINEE: academy.schools[0]}.get(
        role, academy.headquarters
    )
    # A partner's expert works at headquarters; what a trainee may do is decided at home.
    places = [academy.headquarters if role is Role.PARTNER_EXPERT else home]
    numbers = [place.organisation_id for place in places]
    if role is Role.ADMINISTRATOR:
        numbers += [academy.ministry_id, academy.carpentries_id]
    return _sign_in(role, f"{word}@example.org", position, home.organisation_id, numbers, names, passwords)


def _sign_in(
    role: Role,
    email: str,
    position: str,
    home_id: int,
    places: Iterable[int],
    names: Names,
    passwords: Passwords,
) -> SignIn:
    person = _enter_person(names, home_id, email, _NAMES.get(role))
    _appoint(person, home_id, position)
    password = "-".join(secrets.token_hex(2) for _ in range(5))
    add_account(
        person=person,
        email=email,
        locale=_LOCALES.get(role),
        password=password,
        passwords=passwords,
        actor=SYSTEM,
        at=ENTERED_AT,
    )
    for organisation_id in places:
        grant_role(
            person=person,
            role=role,
            organisation=get_organisation(organisation_id),
            valid_from=SINCE,
            valid_to=None,
            actor=SYSTEM,
            at=ENTERED_AT,
        )
    return SignIn(role, email, password, person.id)


def _enter_person(names: Names, organisation_id: int, email: str, name: str | None) -> Person:
    drawn = names.person(organisation_id)
    [number] = add_people(
        people=[replace(drawn, email=email, full_name=name or drawn.full_name)],
        actor=SYSTEM,
        at=ENTERED_AT,
    )
    return get_person(number)


def _trainers(organisation_id: int, count: int, names: Names) -> Iterable[int]:
    people = list(names.people(organisation_id, count))
    for number in add_people(people=people, actor=SYSTEM, at=ENTERED_AT):
        _appoint(get_person(number), organisation_id, "Giảng viên")
        yield make_lecturer(number, "Khoa học hành chính")


def _appoint(person: Person, organisation_id: int, position: str) -> None:
    appoint(
        person=person,
        organisation=get_organisation(organisation_id),
        position=position,
        level=AppointmentLevel.NATIONAL,
        valid_from=SINCE,
        valid_to=None,
        actor=SYSTEM,
        at=ENTERED_AT,
    )
