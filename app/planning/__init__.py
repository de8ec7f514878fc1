"""Proposing timetables: what the optimiser is asked, what it found, and taking one of its proposals."""
