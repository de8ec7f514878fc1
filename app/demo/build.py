"""The whole demonstration, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from app.accounts.passwords import Passwords
from app.demo.academy import enter_academy
from app.demo.curricula import Curricula, enter_curricula
from app.demo.history import History, Say, enter_history
from app.demo.lessons import instant
from app.demo.names import Names
from app.demo.past_evaluations import enter_past_evaluations
from app.demo.present import Present, enter_present
from app.demo.staff import SignIn, enter_staff, write_sign_ins
from app.evaluation.commands import add_standard_instrument
from app.kernel.transaction import unit_of_work
from app.organisations.queries import get_organisation


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was entered, by its numbers."""

    sign_ins: tuple[SignIn, ...]
    curricula: Curricula
    history: History
    present: Present
    past_curriculum_id: int
    file: Path


def build_demonstration(
    *, passwords: Passwords, secret: str, var_directory: Path, at: datetime, say: Say
) -> Demonstration:
    """Enter everything, the present as it is at ``at``, and write the sign-ins into ``var_directory``."""
    names = Names()
    academy = enter_academy()
    say(
        f"Headquarters, {len(academy.regional)} regional academies, {len(academy.schools)} provincial schools"
    )
    staff = enter_staff(academy, names, passwords)
    curricula = enter_curricula(academy.headquarters.organisation_id, staff.manager)
    say("People, roles, programs and curricula")
    with unit_of_work():
        instrument = add_standard_instrument(
            organisation=get_organisation(academy.headquarters.organisation_id),
            actor=staff.quality,
            at=instant(date(2013, 6, 3)),
        )
    history = enter_history(academy, staff, curricula, names, instrument.id, secret, say)
    present = enter_present(academy, staff, curricula, history, names, instrument.id, secret, at)
    say("One course in each phase today")
    past_id = enter_past_evaluations(academy.carpentries_id, staff, at - timedelta(days=20))
    say("967 real evaluations of The Carpentries, CC BY 4.0")
    file = write_sign_ins(staff.sign_ins, var_directory)
    return Demonstration(staff.sign_ins, curricula, history, present, past_id, file)
