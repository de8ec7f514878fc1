"""Who did what, when, in which role, and what changed by it: written in the same transaction, never altered."""
