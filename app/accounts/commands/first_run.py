"""The first administrator of an empty installation."""

from datetime import datetime

from sqlalchemy import func, select, update

from app.accounts import rules
from app.accounts.commands.administration import add_account, grant_role
from app.accounts.commands.links import make_link, use_link
from app.accounts.commands.sessions import begin_session
from app.accounts.errors import LinkSpent
from app.accounts.models import OneTimeLink
from app.accounts.passwords import Passwords
from app.accounts.queries import has_accounts
from app.accounts.types import FirstHouse, LinkPurpose, NewSession
from app.kernel.access import SYSTEM, Role
from app.kernel.db import session
from app.organisations.commands import add_organisation
from app.people.commands import add_person

_ALONE = 7_261_100


def make_first_run_link(*, at: datetime) -> str | None:
    """Return the token of the one link to the first-run page, ending earlier ones; None once there is an account."""
    if has_accounts():
        return None
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.purpose == LinkPurpose.FIRST_RUN, OneTimeLink.used_at.is_(None))
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )
    return make_link(purpose=LinkPurpose.FIRST_RUN, account=None, life=rules.INVITATION_LIFE, at=at)


def set_up(
    *, token: str, house: FirstHouse, password: str, passwords: Passwords, user_agent: str, at: datetime
) -> NewSession:
    """Make the first organisation, and its administrator with a password, in one step; the link is used up.

    Raises LinkSpent, and what the commands of organisations, people and accounts refuse.
    """
    # Two links, or one used twice, must not make two first administrators.
    session.execute(select(func.pg_advisory_xact_lock(_ALONE)))
    use_link(token=token, purposes=(LinkPurpose.FIRST_RUN,), at=at)
    if has_accounts():
        raise LinkSpent()
    organisation = add_organisation(
        kind=house.kind,
        code=house.code,
        name=house.name,
        names={},
        parent=None,
        time_zone=house.time_zone,
        valid_from=None,
        valid_to=None,
        actor=SYSTEM,
        at=at,
    )
    person = add_person(
        full_name=house.full_name, organisation=organisation, email=house.email, actor=SYSTEM, at=at
    )
    account = add_account(
        person=person,
        email=house.email,
        locale=house.locale,
        password=password,
        passwords=passwords,
        actor=SYSTEM,
        at=at,
    )
    grant_role(
        person=person,
        role=Role.ADMINISTRATOR,
        organisation=organisation,
        valid_from=at.date(),
        valid_to=None,
        actor=SYSTEM,
        at=at,
    )
    return begin_session(account=account, user_agent=user_agent, at=at)
