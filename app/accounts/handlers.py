"""What happens to accounts when people change."""

from app.accounts.commands.administration import end_sessions_of_merged
from app.people.events import PeopleMerged


def sign_out_merged(event: PeopleMerged) -> None:
    """Whoever acts as one of the two signs in again, with the roles of both."""
    end_sessions_of_merged(person_ids=(event.kept_id, event.merged_id), at=event.at)
