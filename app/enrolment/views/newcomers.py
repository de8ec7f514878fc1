"""The page on which somebody is enrolled by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.enrolment import commands, queries
from app.enrolment.forms import KnownTraineeForm, NewTraineeForm
from app.enrolment.policies import EnrolmentPermission
from app.enrolment.types import EnrolmentState
from app.enrolment.views.routes import blueprint
from app.kernel import transaction
from app.kernel.clock import now
from app.kernel.text import fold
from app.organisations.queries import get_organisation
from app.people.policies import PersonPermission
from app.people.queries import find_duplicates, list_person_choices
from app.scheduling.queries import get_course
from app.web.render import form_page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.enrolment.models import Enrolment
    from app.people.types import DuplicateCandidate
    from app.scheduling.models import Course


@blueprint.form(
    "/courses/<int:course_id>/trainees/new", access=EnrolmentPermission.MANAGE, subject=get_course
)
def enrolment_new(course: Course) -> ResponseReturnValue:
    """Enrol somebody: found on record by a search, or entered here."""
    form = _new_form(course)
    if form.accepts():
        with form.refusals():
            enrolment = commands.enrol_new_person(
                course=course, actor=current_actor(), at=now(), **_described(form)
            )
            # The timetable may refuse whoever is elsewhere.
            transaction.settle()
            return _enrolled(enrolment)
    return _new_page(course, form, _candidates(form) if form.is_refused else [])


@blueprint.post(
    "/courses/<int:course_id>/trainees/known", access=EnrolmentPermission.MANAGE, subject=get_course
)
def enrolment_of_known(course: Course) -> ResponseReturnValue:
    """Enrol somebody on record."""
    form = KnownTraineeForm.from_request()
    if form.accepts():
        with form.refusals():
            enrolment = commands.enrol_known_person(
                course=course,
                person_id=form.person_id.data,
                called=form.called.data,
                state=form.state.data,
                before_waiting=form.before_waiting.data,
                actor=current_actor(),
                at=now(),
            )
            transaction.settle()
            return _enrolled(enrolment)
    shown = NewTraineeForm()
    shown.organisation.choices = _organisations()
    shown.form_errors = [*form.form_errors, *form.before_waiting.errors]
    return _new_page(course, shown, [])


def _new_page(
    course: Course, form: NewTraineeForm, candidates: list[DuplicateCandidate]
) -> ResponseReturnValue:
    search = request.args.get("q", "").replace("\x00", "").strip()[:200]
    scope = current_actor().organisations_for(EnrolmentPermission.MANAGE)
    found = list_person_choices(scope, search) if search else []
    seats = queries.measure_seats(course.id)
    return form_page(
        "enrolment/enrolment_new.html",
        form=form,
        course=course,
        seats=seats,
        next_waiting=queries.find_next_waiting(course.id) if seats.waiting and seats.left else None,
        search=search,
        found=found,
        places=queries.find_places(course.id, [*(one.id for one in found), *(one.id for one in candidates)]),
        candidates=candidates,
        may_see=current_actor().organisations_for(PersonPermission.VIEW),
        named=_named(form, candidates),
        states=EnrolmentState,
    )


def _new_form(course: Course) -> NewTraineeForm:
    form: NewTraineeForm = NewTraineeForm.from_request(
        organisation=course.organisation_id, state=EnrolmentState.CONFIRMED
    )
    form.organisation.choices = _organisations()
    return form


def _organisations() -> list[Any]:
    return [
        SelectChoice(home.id, translated(home.name, home.names)) for home in queries.list_home_organisations()
    ]


def _described(form: NewTraineeForm) -> dict[str, Any]:
    return {
        "full_name": form.full_name.data,
        "birth_date": form.birth_date.data,
        "gender": form.gender.data,
        "email": form.email.data or None,
        "phone": form.phone.data or None,
        "staff_code": form.staff_code.data or None,
        "home_organisation": get_organisation(form.organisation.data),
        "position": form.position.data or "",
        "state": form.state.data,
        "before_waiting": form.before_waiting.data,
        "duplicate_reason": form.duplicate_reason.data or None,
    }


def _candidates(form: NewTraineeForm) -> list[DuplicateCandidate]:
    if not form.full_name.data:
        return []
    return find_duplicates(
        form.full_name.data,
        form.birth_date.data,
        form.email.data or None,
        staff_code=form.staff_code.data or None,
        organisation_id=form.organisation.data,
    )


def _named(form: NewTraineeForm, candidates: list[DuplicateCandidate]) -> frozenset[int]:
    """Return who was typed with the name and something sure: to be told of them is to learn nothing new."""
    typed = fold(form.full_name.data or "")
    return frozenset(one.id for one in candidates if one.likeness.is_certain and fold(one.full_name) == typed)


def _enrolled(enrolment: Enrolment) -> ResponseReturnValue:
    flash(_("%(name)s was put on the list.", name=enrolment.person.full_name), "success")
    return redirect(url_for(".enrolment_list", course_id=enrolment.course_id))
