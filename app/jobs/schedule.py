"""Everything that happens by the clock, in one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task called by the clock: minute, hour, day, month, weekday (and, sixth, seconds) in UTC."""

    cron: str
    task_name: str


SCHEDULE: tuple[Periodic, ...] = (
    Periodic("* * * * *", "evaluation.keep_windows"),
    # Asked for at each closing too; this finds what was missed, and what newer methods make anew.
    Periodic("*/5 * * * *", "evaluation.compute_figures"),
    Periodic("17 20 * * *", "accounts.forget_the_past"),
    # Seven in the morning in Vietnam.
    Periodic("0 0 * * *", "teaching.tell_lecturers"),
)
