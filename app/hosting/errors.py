"""What can keep this machine from running Rondo."""

from __future__ import annotations


class HostingError(Exception):
    """Rondo cannot go on; the message says what happened and what to do, in plain words."""
