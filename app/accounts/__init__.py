"""Signing in: accounts, sessions that end at once, role grants, invitations and resets by mailed one-use links."""
