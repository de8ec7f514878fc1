"""Pages of the places in a course."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.enrolment import commands, exports, queries, rules
from app.enrolment.events import TraineesExported
from app.enrolment.forms import StepForm
from app.enrolment.policies import EnrolmentPermission
from app.enrolment.types import EnrolmentState
from app.enrolment.views.routes import blueprint
from app.kernel import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.reading import Leaves
from app.people.policies import PersonPermission
from app.scheduling.queries import get_course
from app.web.lists import list_page, page_request
from app.web.render import form_page
from app.web.saying import say
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.enrolment.models import Enrolment
    from app.scheduling.models import Course

# No place has a longer number: the database could not look for it.
_PLACE_NUMBER = re.compile(r"[0-9]{1,18}")


@blueprint.get("/courses/<int:course_id>/trainees", access=EnrolmentPermission.VIEW, subject=get_course)
def enrolment_list(course: Course) -> ResponseReturnValue:
    """Show the trainees of a course and who waits."""
    seats = queries.measure_seats(course.id)
    return list_page(
        "enrolment/enrolment_list.html",
        listed=queries.list_enrolments(course.id, page_request("state", "organisation")),
        columns=exports.ENROLMENT_COLUMNS,
        file_name=f"trainees-{course.code}",
        leaves=Leaves(TraineesExported, (course.organisation_id,), course.id),
        course=course,
        seats=seats,
        next_waiting=queries.find_next_waiting(course.id) if seats.waiting and seats.left else None,
        organisations=queries.list_home_organisations(course.id),
        states=EnrolmentState,
        may_manage=current_actor().may(EnrolmentPermission.MANAGE, course.organisation_id),
    )


@blueprint.post(
    "/courses/<int:course_id>/trainees/confirm", access=EnrolmentPermission.MANAGE, subject=get_course
)
def enrolment_confirm(course: Course) -> ResponseReturnValue:
    """Confirm the places that were selected in the list."""
    chosen = {int(number) for number in request.form.getlist("chosen") if _PLACE_NUMBER.fullmatch(number)}
    try:
        count = commands.confirm_enrolments(
            course=course, enrolment_ids=chosen, actor=current_actor(), at=now()
        )
    except DomainError as refusal:
        return _refused(refusal, course)
    said = ngettext("%(count)s place was confirmed.", "%(count)s places were confirmed.", count, count=count)
    flash(said, "success")
    return redirect(url_for(".enrolment_list", course_id=course.id))


@blueprint.post(
    "/courses/<int:course_id>/trainees/offer", access=EnrolmentPermission.MANAGE, subject=get_course
)
def seat_offer(course: Course) -> ResponseReturnValue:
    """Offer a free seat to whoever has waited longest."""
    try:
        offered = commands.offer_seat(course=course, actor=current_actor(), at=now())
    except DomainError as refusal:
        return _refused(refusal, course)
    flash(_("The seat was offered to %(name)s.", name=offered.person.full_name), "success")
    return redirect(url_for(".enrolment_list", course_id=course.id))


@blueprint.get(
    "/enrolments/<int:enrolment_id>", access=EnrolmentPermission.VIEW, subject=queries.get_enrolment
)
def enrolment_show(enrolment: Enrolment) -> ResponseReturnValue:
    """Show a place with its history."""
    return _enrolment_page(enrolment, _step_form(enrolment))


@blueprint.post(
    "/enrolments/<int:enrolment_id>", access=EnrolmentPermission.MANAGE, subject=queries.get_enrolment
)
def enrolment_step(enrolment: Enrolment) -> ResponseReturnValue:
    """Let a place go to another state."""
    form = _step_form(enrolment)
    if form.accepts():
        with form.refusals():
            commands.change_enrolment(
                enrolment=enrolment,
                to=form.to.data,
                reason=form.reason.data,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The place was changed."), "success")
            return redirect(url_for(".enrolment_show", enrolment_id=enrolment.id))
    return _enrolment_page(enrolment, form)


def _enrolment_page(enrolment: Enrolment, form: StepForm) -> ResponseReturnValue:
    # After somebody else's change the page offers the steps from where the place stands now.
    form.version.data = str(enrolment.version)
    form.to.choices = _next_steps(enrolment)
    return form_page(
        "enrolment/enrolment_show.html",
        form=form,
        enrolment=enrolment,
        course=enrolment.course,
        steps=queries.list_steps(enrolment),
        with_reason=[state for state in rules.next_states(enrolment.state) if rules.needs_reason(state)],
        may_manage=current_actor().may(EnrolmentPermission.MANAGE, enrolment.organisation_id),
        may_see_person=current_actor().may(PersonPermission.VIEW, enrolment.person.organisation_id),
    )


def _step_form(enrolment: Enrolment) -> StepForm:
    form: StepForm = StepForm.from_request(version=str(enrolment.version))
    form.to.choices = _next_steps(enrolment)
    return form


def _next_steps(enrolment: Enrolment) -> list[SelectChoice]:
    return [SelectChoice(state, _(state.label)) for state in rules.next_states(enrolment.state)]


def _refused(refusal: DomainError, course: Course) -> ResponseReturnValue:
    course_id = course.id
    transaction.undo()
    flash(say(refusal), "error")
    return redirect(url_for(".enrolment_list", course_id=course_id))
