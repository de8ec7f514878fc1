"""What happens to waves when people change."""

from app.evaluation.commands import recount_invited
from app.people.events import PeopleMerged


def count_merged_once(event: PeopleMerged) -> None:
    """Whoever was invited under two records is one of those invited."""
    recount_invited(person_id=event.kept_id)
