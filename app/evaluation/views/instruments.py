"""Pages of the instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.evaluation import commands, exports, queries
from app.evaluation.forms import InstrumentForm, InstrumentStartForm, StoredInstrument, answer_form
from app.evaluation.policies import EvaluationPermission
from app.evaluation.types import InstrumentState
from app.evaluation.views.routes import blueprint
from app.kernel.access import require
from app.kernel.clock import now
from app.organisations.queries import get_organisation, list_choices
from app.web.fields import translations_of
from app.web.lists import list_page, page_request
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.evaluation.models import Instrument


def organisation_choices() -> list[SelectChoice]:
    """Return the organisations whose evaluations the actor manages."""
    scope = current_actor().organisations_for(EvaluationPermission.MANAGE)
    return [SelectChoice(c.id, translated(c.name, c.names)) for c in list_choices(scope)]


@blueprint.get("/evaluation/instruments", access=EvaluationPermission.VIEW)
def instrument_list() -> ResponseReturnValue:
    """Show the instruments in the actor's scope."""
    actor = current_actor()
    return list_page(
        "evaluation/instrument_list.html",
        listed=queries.list_instruments(actor, page_request("state")),
        columns=exports.INSTRUMENT_COLUMNS,
        file_name="instruments",
        states=InstrumentState,
        may_add=actor.may_somewhere(EvaluationPermission.MANAGE),
    )


@blueprint.get(
    "/evaluation/instruments/<int:instrument_id>",
    access=EvaluationPermission.VIEW,
    subject=queries.get_instrument,
)
def instrument_show(instrument: Instrument) -> ResponseReturnValue:
    """Show an instrument as those who answer will see it."""
    return page(
        "evaluation/instrument_show.html",
        instrument=instrument,
        preview=answer_form(queries.list_questions(instrument))(),
        may_manage=current_actor().may(EvaluationPermission.MANAGE, instrument.organisation_id),
    )


@blueprint.form("/evaluation/instruments/new", access=EvaluationPermission.MANAGE)
def instrument_new() -> ResponseReturnValue:
    """Begin an instrument, with no questions or with the standard ones."""
    actor = current_actor()
    form = InstrumentStartForm.from_request()
    form.organisation.choices = organisation_choices()
    if form.accepts():
        with form.refusals():
            organisation = get_organisation(form.organisation.data)
            require(actor, EvaluationPermission.MANAGE, organisation.id)
            instrument = commands.add_instrument(
                organisation=organisation,
                code=form.code.data,
                title=form.title.data,
                titles={},
                questions=queries.list_standard_questions() if form.with_standard.data else (),
                actor=actor,
                at=now(),
            )
            return redirect(url_for(".instrument_edit", instrument_id=instrument.id))
    return form_page("evaluation/instrument_new.html", form=form)


@blueprint.form(
    "/evaluation/instruments/<int:instrument_id>/edit",
    access=EvaluationPermission.MANAGE,
    subject=queries.get_instrument,
)
def instrument_edit(instrument: Instrument) -> ResponseReturnValue:
    """Change a draft: words and questions on one page."""
    stored = StoredInstrument(instrument, queries.list_questions(instrument))
    form = InstrumentForm.from_request(stored)
    if form.accepts():
        with form.refusals(stored):
            commands.change_instrument(
                instrument=instrument,
                expected_version=form.expected_version,
                title=form.title.data,
                titles=translations_of(form, "titles"),
                introduction=form.introduction.data or "",
                introductions=form.introductions(),
                questions=form.asked(),
                actor=current_actor(),
                at=now(),
            )
            flash(_("The instrument was saved."), "success")
            return redirect(url_for(".instrument_show", instrument_id=instrument.id))
    if not form.is_refused:
        form.offer_spare_places()
    return form_page("evaluation/instrument_form.html", form=form, instrument=instrument)


@blueprint.post(
    "/evaluation/instruments/<int:instrument_id>/next",
    access=EvaluationPermission.MANAGE,
    subject=queries.get_instrument,
)
def instrument_next(instrument: Instrument) -> ResponseReturnValue:
    """Copy an instrument into the draft of its next version."""
    draft = commands.make_next_version(instrument=instrument, actor=current_actor(), at=now())
    flash(_("This is version %(number)s, a draft with the same questions.", number=draft.number), "success")
    return redirect(url_for(".instrument_edit", instrument_id=draft.id))
