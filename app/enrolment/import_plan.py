"""What an import of trainees will do, decided before anything is done.

The same list planned again after it was imported finds everybody enrolled already, so nothing is doubled.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.enrolment.rules import seats_left
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
from app.kernel.text import N_, fold

# What makes two rows, or a row and a person, the same: each kind of key with its value.
Key = tuple[str, object, object]


@dataclass(frozen=True, slots=True)
class ImportKeys:
    """All by which the persons and organisations of a list can be looked up; names and texts are folded."""

    staff_codes: frozenset[str]
    emails: frozenset[str]
    names: frozenset[str]
    organisations: frozenset[str]


def keys_of(rows: Iterable[ImportRow]) -> ImportKeys:
    """What to look up before planning, so that not everybody on record has to be loaded."""
    rows = tuple(rows)
    return ImportKeys(
        staff_codes=frozenset(row.staff_code for row in rows if row.staff_code),
        emails=frozenset(row.email.lower() for row in rows if row.email),
        names=frozenset(fold(row.full_name) for row in rows if row.full_name),
        organisations=frozenset(fold(row.organisation) for row in rows if row.organisation),
    )


def plan_import(rows: Sequence[ImportRow], roll: Roll) -> ImportPlan:
    """Decide the fate of every row. Who finds no seat left waits, in the order of the list."""
    return ImportPlan(tuple(_Planner(roll).plan(rows)))


def _keys(
    name: str, birth_date: date | None, email: str, staff_code: str, organisation_id: int | None
) -> list[Key]:
    """The keys in the order in which they are trusted."""
    keys: list[Key] = []
    if staff_code:
        keys.append(("staff_code", staff_code.casefold(), organisation_id))
    if email:
        keys.append(("email", email.lower(), None))
    if birth_date:
        keys.append(("name", fold(name), birth_date))
    return keys


class _Planner:
    """Looks everything up by dictionaries made once, so that the work grows with the list only."""

    def __init__(self, roll: Roll) -> None:
        self.roll = roll
        self.seats = seats_left(roll.capacity, roll.enrolled.values())
        self.persons: Mapping[Key, list[KnownPerson]] = _persons_by_key(roll.persons)
        self.organisations: Mapping[str, list[KnownOrganisation]] = _organisations_by_name(roll.organisations)
        self.first_row_with: dict[Key, ImportRow] = {}

    def plan(self, rows: Sequence[ImportRow]) -> Iterable[PlannedRow]:
        for row in rows:
            yield self.plan_row(row)

    def plan_row(self, row: ImportRow) -> PlannedRow:
        problems = list(row.problems)
        organisation_id = self.find_organisation(row, problems)
        keys = _keys(row.full_name, row.birth_date, row.email, row.staff_code, organisation_id)
        if not keys and not problems:
            message = N_(
                "Give the birth date, the e-mail or the staff code, so that nobody is entered twice."
            )
            problems.append(RowProblem("not_identifiable", message, column="birth_date"))
        candidates = self.find_persons(keys)
        person = self.settle(row, organisation_id, candidates, problems)
        self.check_repetition(row, keys, person, problems)
        if problems:
            shown = candidates if person is None else ()
            return PlannedRow(row, RowFate.REFUSED, problems=tuple(problems), candidates=shown)
        if person and person.id in self.roll.enrolled:
            state = self.roll.enrolled[person.id]
            return PlannedRow(row, RowFate.ENROLLED_ALREADY, person.id, organisation_id, state)
        fate = RowFate.KNOWN_PERSON if person else RowFate.NEW_PERSON
        return PlannedRow(row, fate, person.id if person else None, organisation_id, self.take_seat())

    def take_seat(self) -> EnrolmentState:
        if self.seats == 0:
            return EnrolmentState.WAITING
        self.seats -= 1
        return EnrolmentState.CONFIRMED

    def find_organisation(self, row: ImportRow, problems: list[RowProblem]) -> int:
        """The organisation by code or name; that of the course when the row names none."""
        if not row.organisation:
            return self.roll.organisation_id
        found = self.organisations.get(fold(row.organisation), [])
        if len(found) == 1:
            return found[0].id
        parameters: dict[str, object] = {"text": row.organisation}
        if found:
            message = N_("“%(text)s” is the name of several organisations. Write the code: %(codes)s.")
            parameters["codes"] = ", ".join(sorted(organisation.code for organisation in found))
            problems.append(RowProblem("organisation_ambiguous", message, parameters, "organisation"))
        else:
            message = N_(
                "No organisation has the code or name “%(text)s”. Correct it, or enter the organisation."
            )
            problems.append(RowProblem("organisation_unknown", message, parameters, "organisation"))
        return self.roll.organisation_id

    def find_persons(self, keys: list[Key]) -> tuple[KnownPerson, ...]:
        """Everybody found by staff code or e-mail, once each; by name and birth date only without these."""
        named = [key for key in keys if key[0] == "name"]
        for group in ([key for key in keys if key not in named], named):
            if found := {person.id: person for key in group for person in self.persons.get(key, [])}:
                return tuple(found.values())
        return ()

    def settle(
        self,
        row: ImportRow,
        organisation_id: int,
        candidates: tuple[KnownPerson, ...],
        problems: list[RowProblem],
    ) -> KnownPerson | None:
        """The one person meant; or none, and then perhaps a problem that says why."""
        if len(candidates) > 1:
            message = N_(
                "This could be %(count)s different persons on record. Add or correct the staff code."
            )
            problems.append(RowProblem("ambiguous", message, {"count": len(candidates)}, "full_name"))
        if len(candidates) != 1:
            return None
        [person] = candidates
        contradiction = _contradiction(row, organisation_id, person)
        if contradiction:
            problems.append(contradiction)
            return None
        return person

    def check_repetition(
        self, row: ImportRow, keys: list[Key], person: KnownPerson | None, problems: list[RowProblem]
    ) -> None:
        """Whether an earlier row is about the same person, or claims the same code or e-mail for another."""
        own_keys: list[Key] = [*keys, ("person", person.id, None)] if person else keys
        earlier = next((first for key in own_keys if (first := self.earlier_row(key, row))), None)
        for key in own_keys:
            self.first_row_with.setdefault(key, row)
        if earlier is None:
            return
        if fold(earlier.full_name) == fold(row.full_name):
            message = N_("Row %(row)s is about the same person. Delete one of the two.")
            problems.append(RowProblem("repeated", message, {"row": earlier.number}, "full_name"))
        else:
            message = N_(
                "Row %(row)s has the same staff code or e-mail under another name. Correct one of the two."
            )
            problems.append(RowProblem("shared", message, {"row": earlier.number}, "full_name"))

    def earlier_row(self, key: Key, row: ImportRow) -> ImportRow | None:
        """The first row with the key. Namesakes born on one day are two persons when their codes differ."""
        first = self.first_row_with.get(key)
        if first and key[0] == "name" and first.staff_code and row.staff_code:
            return first if first.staff_code.casefold() == row.staff_code.casefold() else None
        return first


def _contradiction(row: ImportRow, organisation_id: int, person: KnownPerson) -> RowProblem | None:
    """What the row says otherwise than the record of the person whom its keys find."""
    parameters = {"name": person.full_name, "code": person.staff_code}
    if fold(person.full_name) != fold(row.full_name):
        message = N_(
            "The staff code or e-mail belongs to “%(name)s”. Correct the name, or the code and e-mail."
        )
        return RowProblem("other_name", message, parameters, "full_name")
    if row.birth_date and person.birth_date and row.birth_date != person.birth_date:
        message = N_("“%(name)s” is on record with another birth date. Correct it here or on record.")
        return RowProblem("other_birth_date", message, parameters, "birth_date")
    codes = {code.casefold() for code in (row.staff_code, person.staff_code) if code}
    if len(codes) == 2 and person.organisation_id == organisation_id:
        message = N_("“%(name)s” is on record with the staff code %(code)s. Correct it here or on record.")
        return RowProblem("other_code", message, parameters, "staff_code")
    return None


def _persons_by_key(persons: Iterable[KnownPerson]) -> Mapping[Key, list[KnownPerson]]:
    found: dict[Key, list[KnownPerson]] = defaultdict(list)
    for person in persons:
        for key in _keys(
            person.full_name, person.birth_date, person.email, person.staff_code, person.organisation_id
        ):
            found[key].append(person)
    return found


def _organisations_by_name(
    organisations: Iterable[KnownOrganisation],
) -> Mapping[str, list[KnownOrganisation]]:
    """By code and by every name; a code counts more than another organisation's equal name."""
    found: dict[str, list[KnownOrganisation]] = defaultdict(list)
    codes = {fold(organisation.code): organisation for organisation in organisations}
    for organisation in organisations:
        for name in {fold(name) for name in organisation.names}:
            found[name].append(organisation)
    return found | {code: [organisation] for code, organisation in codes.items()}
