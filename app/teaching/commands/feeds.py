"""Making and closing the private addresses of calendars."""

import secrets
from datetime import datetime

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import flush
from app.people.models import Person
from app.teaching import events
from app.teaching.models import CalendarFeed
from app.teaching.queries import find_live_feed, hash_token


def make_feed(*, person: Person, actor: Actor, at: datetime) -> str:
    """Make a new private address and close the one before; return its token, which is kept nowhere."""
    revoke_feed(person=person, actor=actor, at=at)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(person_id=person.id, token_hash=hash_token(token), created_at=at)
    session.add(feed)
    # The trail names the feed by the number that the database gives.
    flush()
    record(
        events.CalendarFeedMade(
            actor=actor, at=at, organisation_id=person.organisation_id, subject_id=feed.id
        )
    )
    return token


def revoke_feed(*, person: Person, actor: Actor, at: datetime) -> None:
    """Close the person's private address; nothing happens when there is none."""
    # Two requests at once wait for each other here, so that one address remains.
    session.refresh(person, with_for_update={"key_share": True, "of": Person})
    feed = find_live_feed(person.id)
    if feed is None:
        return
    feed.revoked_at = at
    record(
        events.CalendarFeedRevoked(
            actor=actor, at=at, organisation_id=person.organisation_id, subject_id=feed.id
        )
    )
    flush()
