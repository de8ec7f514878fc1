"""Mail that did not arrive, for whoever keeps the addresses."""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, column, false, func, literal, or_, select, table, true

from app.accounts.models import Account
from app.kernel.access import Actor, Permission
from app.kernel.db import within
from app.messaging.models import OutgoingMail
from app.people.models import Person
from app.reporting.cards import MailCard, Shortlist
from app.reporting.queries.shortlists import first_of

MAIL_MEMORY = timedelta(days=30)
MOST_MAILS = 8
# The tables of the job queue are its library's own; nothing maps them.
JOBS = table("procrastinate_jobs", column("id"), column("task_name"), column("args"), column("status"))


def list_refused_mails(
    actor: Actor, permission: Permission, at: datetime, *, to_accounts: bool
) -> Shortlist[MailCard]:
    """Return the mails of the last month to people in scope that were refused and not sent since; newest first.

    Without ``to_accounts`` only those to addresses that stand on records and belong to no account.
    """
    tried_again = (
        select(literal(1))
        .select_from(JOBS)
        .where(
            JOBS.c.task_name == "messaging.deliver",
            cast(JOBS.c.status, String).in_(("todo", "doing")),
            JOBS.c.args.op("->>")("mail_id") == cast(OutgoingMail.id, String),
        )
        .exists()
    )
    address = func.lower(OutgoingMail.to_address)
    # Whose address it is: the account's owner, else the first record on which it stands.
    known = (
        select(func.min(Person.id))
        .where(func.lower(Person.email) == address, Person.merged_into_id.is_(None))
        .correlate(OutgoingMail)
        .scalar_subquery()
    )
    return first_of(
        select(
            OutgoingMail.subject,
            OutgoingMail.to_name,
            OutgoingMail.to_address,
            Person.id,
            Account.id,
            OutgoingMail.last_error,
            OutgoingMail.attempts,
            OutgoingMail.created_at,
            tried_again,
        )
        .select_from(OutgoingMail)
        .outerjoin(Account, func.lower(Account.email) == address)
        .join(Person, Person.id == func.coalesce(Account.person_id, known))
        .where(
            or_(true() if to_accounts else false(), Account.id.is_(None)),
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.last_error.is_not(None),
            OutgoingMail.created_at > at - MAIL_MEMORY,
            within(Person.organisation_id, actor.organisations_for(permission)),
        )
        .order_by(OutgoingMail.id.desc()),
        MailCard,
        most=MOST_MAILS,
    )
