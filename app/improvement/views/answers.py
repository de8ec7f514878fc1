"""What the pages of the improvement have in common: the page of one entry, the way back, the actor's choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.improvement.read_models import Choice
from app.web.forms import BaseForm
from app.web.render import form_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.improvement.models import Action, Cycle


def entry_page(
    form: BaseForm, cycle: Cycle, *, heading: str, verb: str, part: str, **context: Any
) -> ResponseReturnValue:
    """Answer with the page on which one entry of a cycle is written."""
    back = url_for(".cycle_show", course_id=cycle.course_id, _anchor=part)
    return form_page(
        "improvement/entry_form.html",
        form=form,
        cycle=cycle,
        course=cycle.course,
        heading=heading,
        verb=verb,
        back=back,
        **{"lead": "", "context": (), "remove": None, "tone": "primary", **context},
    )


def saved(cycle: Cycle, message: str, part: str) -> ResponseReturnValue:
    """Say what was saved and go back to its place in the cycle."""
    flash(message, "success")
    return redirect(url_for(".cycle_show", course_id=cycle.course_id, _anchor=part))


def action_saved(action: Action, message: str) -> ResponseReturnValue:
    """Say what was saved and go back to the action."""
    flash(message, "success")
    return redirect(url_for(".action_show", action_id=action.id))


def choices(entries: Iterable[Choice], nothing: str | None = None) -> list[SelectChoice]:
    """Return the entries to choose from, nothing first."""
    first = SelectChoice("", nothing if nothing is not None else _("None"))
    return [first, *(SelectChoice(str(entry.id), _shortened(entry.text)) for entry in entries)]


def _shortened(text: str, longest: int = 90) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def indicator_choices(cycle: Cycle) -> list[SelectChoice]:
    """Return the cycle's indicators to choose from."""
    return choices(Choice(indicator.id, indicator.name) for indicator in cycle.indicators)
