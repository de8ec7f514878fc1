"""Pages on which timetables are asked for, and on which an organisation says what it wants of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from babel.dates import get_day_names
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel.clock import now
from app.organisations.queries import get_organisation
from app.planning import commands, queries
from app.planning.forms import SECONDS, ProposeForm, TimesForm, level_values, times_values
from app.planning.policies import PlanningPermission
from app.planning.types import LEVEL_WORDS
from app.planning.views.routes import blueprint
from app.scheduling.queries import get_course, list_module_plans
from app.web.forms import BaseForm, locale_code
from app.web.render import form_page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.organisations.models import Organisation
    from app.scheduling.models import Course

TERM = timedelta(days=120)


@blueprint.form("/courses/<int:course_id>/propose", access=PlanningPermission.PLAN, subject=get_course)
def course_propose(course: Course) -> ResponseReturnValue:
    """Ask for timetables of a course."""
    form = _form(course.organisation, course.starts_on, course.ends_on)
    if form.accepts():
        with form.refusals():
            run = _ask(form, course.organisation, course)
            return redirect(url_for(".run_show", run_id=run.id))
    return form_page(
        "planning/course_propose.html",
        form=form,
        course=course,
        organisation=course.organisation,
        modules=list_module_plans(course),
        lecturers=queries.list_module_lecturers(course.id),
        runs=queries.list_runs(course.organisation, course),
        absences=queries.list_absences(course.organisation, now()),
        level_words=_level_words(),
    )


@blueprint.form(
    "/organisations/<int:organisation_id>/propose", access=PlanningPermission.PLAN, subject=get_organisation
)
def organisation_propose(organisation: Organisation) -> ResponseReturnValue:
    """Ask for timetables of all courses of an organisation in some days: a term."""
    tomorrow = now().date() + timedelta(days=1)
    form = _form(organisation, tomorrow, tomorrow + TERM)
    if form.accepts():
        with form.refusals():
            run = _ask(form, organisation, None)
            return redirect(url_for(".run_show", run_id=run.id))
    return form_page(
        "planning/organisation_propose.html",
        form=form,
        organisation=organisation,
        runs=queries.list_runs(organisation, None),
        absences=queries.list_absences(organisation, now()),
        level_words=_level_words(),
    )


@blueprint.form(
    "/organisations/<int:organisation_id>/teaching-times",
    access=PlanningPermission.PLAN,
    subject=get_organisation,
)
def times_edit(organisation: Organisation) -> ResponseReturnValue:
    """Say when an organisation teaches, and how much each wish matters."""
    found = queries.find_settings(organisation)
    own = found if found and found.organisation_id == organisation.id else None
    values = times_values(queries.teaching_times(organisation))
    form = TimesForm.from_request(version=str(own.version if own else 0), **values)
    form.weekdays.choices = sorted(get_day_names("wide", locale=locale_code()).items())
    if form.accepts():
        with form.refusals():
            commands.change_teaching_times(
                organisation=organisation,
                expected_version=form.expected_version,
                times=form.times,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The teaching times were saved."), "success")
            return redirect(url_for(".organisation_propose", organisation_id=organisation.id))
    return form_page(
        "planning/times_form.html",
        form=form,
        organisation=organisation,
        above=found.organisation_id if found and own is None else None,
        level_words=_level_words(),
    )


@blueprint.form(
    "/courses/<int:course_id>/module-lecturers", access=PlanningPermission.PLAN, subject=get_course
)
def module_lecturers(course: Course) -> ResponseReturnValue:
    """Say who is to teach the modules of a course."""
    modules = list_module_plans(course)
    chosen = queries.list_module_lecturers(course.id)
    names = queries.list_lecturer_names(current_actor(), {n for numbers in chosen.values() for n in numbers})
    form = BaseForm.from_request()
    if form.accepts():
        allowed = {number for number, _name in names}
        wanted = {
            module.id: [n for n in request.form.getlist(f"module-{module.id}", type=int) if n in allowed]
            for module in modules
        }
        with form.refusals():
            commands.choose_module_lecturers(course=course, lecturers=wanted, actor=current_actor(), at=now())
            flash(_("The lecturers of the modules were saved."), "success")
            return redirect(url_for(".course_propose", course_id=course.id))
    return form_page(
        "planning/module_lecturers.html",
        form=form,
        course=course,
        modules=modules,
        chosen=chosen,
        names=names,
    )


def _form(organisation: Organisation, first: date, last: date) -> ProposeForm:
    values = level_values(queries.teaching_times(organisation).levels)
    form: ProposeForm = ProposeForm.from_request(first=first, last=last, seconds=SECONDS[0], **values)
    form.seconds.choices = [(seconds, _written_length(seconds)) for seconds in SECONDS]
    return form


def _written_length(seconds: int) -> str:
    if seconds < 60:
        return str(ngettext("%(count)s second", "%(count)s seconds", seconds, count=seconds))
    return str(ngettext("%(count)s minute", "%(count)s minutes", seconds // 60, count=seconds // 60))


def _level_words() -> dict[int, str]:
    return {int(level): _(word) for level, word in LEVEL_WORDS.items()}


def _ask(form: ProposeForm, organisation: Organisation, course: Course | None) -> Any:
    first, last = form.first.data, form.last.data
    if first is None or last is None:
        raise ValueError("An accepted form names both days.")
    return commands.ask_for_proposals(
        organisation=organisation,
        course=course,
        first=first,
        last=last,
        seconds=form.seconds.data,
        levels=form.levels,
        moving=form.moving.data,
        actor=current_actor(),
        at=now(),
    )
