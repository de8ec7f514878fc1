"""Pages of the courses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.curriculum.queries import get_version, list_version_choices
from app.kernel.access import Actor, require
from app.kernel.clock import now
from app.kernel.transaction import settle
from app.organisations.queries import get_campus, get_organisation, list_choices
from app.scheduling import commands, exports, queries, rules
from app.scheduling.forms import CourseForm, ReasonForm, number_or_none
from app.scheduling.policies import CoursePermission
from app.scheduling.types import CourseState, SessionState, SessionWarning
from app.scheduling.views.routes import blueprint
from app.web.fields import translations_of
from app.web.lists import list_page, page_request
from app.web.render import form_page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.scheduling.models import Course, TimetableRelease
    from app.scheduling.types import CourseWarning, ModulePlan, TimetableRow


@blueprint.get("/courses", access=CoursePermission.VIEW)
def course_list() -> ResponseReturnValue:
    """Show the courses in the actor's scope."""
    actor = current_actor()
    return list_page(
        "scheduling/course_list.html",
        listed=queries.list_courses(actor, page_request("organisation", "curriculum", "year", "state")),
        columns=exports.COURSE_COLUMNS,
        file_name="courses",
        states=CourseState,
        organisations=list_choices(actor.organisations_for(CoursePermission.VIEW)),
        curricula=queries.list_curriculum_choices(actor),
        years=queries.list_years(actor),
        may_plan=actor.may_somewhere(CoursePermission.PLAN),
    )


@blueprint.get("/courses/<int:course_id>", access=CoursePermission.VIEW, subject=queries.get_course)
def course_show(course: Course) -> ResponseReturnValue:
    """Show where a course stands: what it is, its modules, and what still stands in its way."""
    return _overview(course, ReasonForm())


@blueprint.form("/courses/new", access=CoursePermission.PLAN)
def course_new() -> ResponseReturnValue:
    """Make a course of a curriculum in one step."""
    actor = current_actor()
    own = [actor.person_id] if actor.person_id else []
    form = CourseForm.from_request(
        version_id=number_or_none(request.args.get("version")), manager_ids=own, capacity=30
    )
    scope = actor.organisations_for(CoursePermission.PLAN)
    _offer(form, scope, managers=own)
    _offer_previous(form, scope)
    if form.accepts():
        with form.refusals():
            course = _create(form, actor)
            settle()
            flash(_("“%(title)s” was made, with its modules.", title=course.title), "success")
            return redirect(url_for(".course_show", course_id=course.id))
    return form_page("scheduling/course_form.html", form=form, course=None)


@blueprint.form("/courses/<int:course_id>/edit", access=CoursePermission.PLAN, subject=queries.get_course)
def course_edit(course: Course) -> ResponseReturnValue:
    """Change what is known of a course."""
    actor = current_actor()
    form = CourseForm.from_request(course)
    del form.version_id, form.organisation_id, form.previous_course_id
    scope = actor.organisations_for(CoursePermission.PLAN)
    _offer(form, scope, managers=course.manager_ids, campus_id=course.campus_id)
    if form.accepts():
        with form.refusals(course):
            commands.change_course(
                course=course,
                expected_version=form.expected_version,
                code=form.code.data or course.code,
                title=form.title.data or course.title,
                actor=actor,
                at=now(),
                **_described(form),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".course_show", course_id=course.id))
    return form_page("scheduling/course_form.html", form=form, course=course)


@blueprint.post("/courses/<int:course_id>/cancel", access=CoursePermission.PLAN, subject=queries.get_course)
def course_cancel(course: Course) -> ResponseReturnValue:
    """Call a course off."""
    form = ReasonForm.from_request()
    if form.accepts():
        with form.refusals():
            commands.cancel_course(course=course, reason=form.reason.data, actor=current_actor(), at=now())
            settle()
            flash(_("The course was cancelled, with its coming sessions."), "success")
            return redirect(url_for(".course_show", course_id=course.id))
    return _overview(course, form)


def _overview(course: Course, form: ReasonForm) -> ResponseReturnValue:
    at = now()
    rows = queries.list_timetable(course)
    live = [row for row in rows if row.state is not SessionState.CANCELLED]
    managers = queries.list_managers(course)
    modules = queries.list_module_plans(course)
    release = queries.latest_release(course.id)
    return form_page(
        "scheduling/course_show.html",
        form=form,
        course=course,
        state=rules.course_state(
            course.starts_on, course.ends_on, cancelled=course.cancelled_at is not None, today=at.date()
        ),
        modules=modules,
        managers=managers,
        release=release,
        live=live,
        coming=next((row for row in live if row.starts_at > at), None),
        warnings=_standing_in_the_way(course, rows, modules, release, len(managers)),
        permissions=CoursePermission,
    )


def _standing_in_the_way(
    course: Course,
    rows: list[TimetableRow],
    modules: list[ModulePlan],
    release: TimetableRelease | None,
    managers: int,
) -> dict[CourseWarning, int]:
    return rules.course_warnings(
        managers=managers,
        live_sessions=sum(1 for row in rows if row.state is not SessionState.CANCELLED),
        modules=modules,
        of_sessions=_warnings_of(course, rows),
        releases=release.number if release else 0,
        changes=len(queries.differences_since(course, release)),
    )


def _warnings_of(course: Course, rows: list[TimetableRow]) -> list[SessionWarning]:
    at = now()
    return [
        warning
        for row in rows
        for warning in rules.session_warnings(
            row,
            first=course.starts_on,
            last=course.ends_on,
            capacity=course.capacity,
            zone=course.time_zone,
            at=at,
        )
    ]


def _offer(
    form: CourseForm, scope: frozenset[int], *, managers: list[int], campus_id: int | None = None
) -> None:
    if "version_id" in form:
        form.version_id.choices = [
            SelectChoice("", _("Choose a curriculum")),
            *(
                SelectChoice(v.id, f"{v.code} · {translated(v.title, v.titles)} ({v.number})")
                for v in list_version_choices(scope)
            ),
        ]
        form.organisation_id.choices = [
            SelectChoice(choice.id, "\u2003" * (choice.depth - 1) + translated(choice.name, choice.names))
            for choice in list_choices(scope, valid_on=now().date())
        ]
    form.campus_id.choices = [
        SelectChoice("", _("No campus")),
        *(
            SelectChoice(number, f"{name} · {organisation}")
            for number, name, organisation in queries.list_campus_choices(scope, campus_id)
        ),
    ]
    form.manager_ids.choices = [
        SelectChoice(person.id, person.full_name) for person in queries.list_manager_choices(scope, managers)
    ]


def _offer_previous(form: CourseForm, scope: frozenset[int]) -> None:
    # Before anything was typed the address may name the curriculum; later another may have been chosen.
    version_id = form.version_id.data if request.method == "GET" else None
    earlier = queries.list_previous_choices(scope, version_id=version_id, chosen=form.previous_course_id.data)
    form.previous_course_id.choices = [
        SelectChoice("", _("The latest course of this curriculum in the organisation")),
        *(
            SelectChoice(number, f"{code} · {translated(title, titles)}")
            for number, code, title, titles in earlier
        ),
    ]


def _create(form: CourseForm, actor: Actor) -> Course:
    version = get_version(form.version_id.data)
    organisation = get_organisation(form.organisation_id.data)
    require(actor, CoursePermission.PLAN, organisation.id)
    described = _described(form)
    followed = form.previous_course_id.data
    year = described["starts_on"].year
    known = queries.list_codes(version.curriculum.code, year)
    return commands.create_course(
        version=version,
        organisation=organisation,
        code=form.code.data or rules.suggest_code(version.curriculum.code, year, known),
        title=form.title.data or version.curriculum.title,
        previous_course=queries.get_course(followed) if followed else None,
        actor=actor,
        at=now(),
        **{**described, "titles": described["titles"] or dict(version.curriculum.titles)},
    )


def _described(form: CourseForm) -> dict[str, Any]:
    return {
        "campus": get_campus(form.campus_id.data) if form.campus_id.data else None,
        "titles": translations_of(form, "titles"),
        "starts_on": form.starts_on.data,
        "ends_on": form.ends_on.data,
        "capacity": form.capacity.data,
        "managers": queries.list_persons(form.manager_ids.data or ()),
    }
