"""Warnings in words: what the codes beside figures mean to somebody who reads them."""

from collections.abc import Mapping

from app.kernel.text import N_

WARNINGS: Mapping[str, str] = {
    "response_rate": N_(
        "%(answered)s of %(invited)s answered: too few to compare. %(needed)s would speak for the class."
    ),
    "more_answers_than_invited": N_(
        "%(answered)s answers came from %(invited)s invitations, so the response rate says nothing."
    ),
    "upper_points_unused": N_(
        "Nobody went above %(highest_given)s although the scale reaches %(highest)s. "
        "Were the answers given on another scale?"
    ),
    "item_against_scale": N_(
        "“%(item)s” runs against the other questions. Is it worded the other way round?"
    ),
    "loading_at_its_bound": N_("Omega is at the edge of what can be computed; rather trust alpha."),
    "interval_too_narrow_for_answers": N_(
        "The answers are too uneven for the interval of alpha; the true one is wider."
    ),
    "few_levels": N_("Only %(levels)s courses are compared, so the intervals are wide."),
    "no_difference_found": N_("No difference between the courses beyond chance was found."),
    "organisation_few_levels": N_("Only %(levels)s organisations are compared, so the intervals are wide."),
    "organisation_no_difference_found": N_(
        "No difference between the organisations beyond chance was found."
    ),
    "provisional_limits": N_(
        "The limits are provisional: they rest on %(points)s courses and become firm with %(firm)s."
    ),
}

SIGNALS: Mapping[tuple[str, str], str] = {
    ("beyond", "above"): N_("%(last)s lies above the upper limit: more than chance varies."),
    ("beyond", "below"): N_("%(last)s lies below the lower limit: more than chance varies."),
    ("run", "above"): N_(
        "%(points)s courses in a row above the average, from %(first)s to %(last)s: a shift."
    ),
    ("run", "below"): N_(
        "%(points)s courses in a row below the average, from %(first)s to %(last)s: a shift."
    ),
    ("trend", "rising"): N_(
        "%(points)s courses in a row each higher than the one before, from %(first)s to %(last)s."
    ),
    ("trend", "falling"): N_(
        "%(points)s courses in a row each lower than the one before, from %(first)s to %(last)s."
    ),
}

# Where an item lies against its target.
REACHED = N_("reached, the whole interval lies on the good side of it.")
TARGET_CANNOT_TELL = N_("cannot be told yet, the interval lies on both sides of it.")
MISSED = N_("missed, the whole interval lies on the other side of it.")

# What is said of one against the average of all, by the value of its standing.
VERDICTS: Mapping[str, str] = {
    "above": N_("above the average"),
    "below": N_("below the average"),
    "cannot_tell": N_("not told apart"),
}
