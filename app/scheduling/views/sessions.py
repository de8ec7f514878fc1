"""Pages of the sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.kernel.clock import now
from app.kernel.periods import Period
from app.kernel.transaction import settle
from app.organisations.queries import get_room
from app.scheduling import commands, queries, rules, slots
from app.scheduling.forms import ReasonForm, SessionForm
from app.scheduling.policies import CoursePermission
from app.scheduling.types import EngagementKind
from app.scheduling.views.routes import blueprint
from app.web.fields import translations_of
from app.web.render import form_page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.scheduling.models import Course, CourseModule, CourseSession
    from app.scheduling.types import RoomChoice


@blueprint.get("/sessions/<int:session_id>", access=CoursePermission.VIEW, subject=queries.get_session)
def session_show(course_session: CourseSession) -> ResponseReturnValue:
    """Show one session, with what is not as it should be."""
    return _session_page(course_session, ReasonForm())


@blueprint.form(
    "/courses/<int:course_id>/sessions/new", access=CoursePermission.PLAN, subject=queries.get_course
)
def session_new(course: Course) -> ResponseReturnValue:
    """Put a session on the timetable."""
    form = SessionForm.from_request(day=_next_day(course))
    modules, rooms = _offer(form, course, None)
    if form.accepts():
        form.take_suggestion([room.id for room in rooms])
        with form.refusals():
            made = commands.schedule_session(
                course=course, actor=current_actor(), at=now(), **_described(form, course, modules)
            )
            settle()
            flash(_("“%(title)s” was scheduled.", title=made.title), "success")
            return redirect(url_for(".timetable_show", course_id=course.id, week=slots.monday_of(made.day)))
    return _form_page(form, course, None, rooms)


@blueprint.form("/sessions/<int:session_id>/edit", access=CoursePermission.PLAN, subject=queries.get_session)
def session_edit(course_session: CourseSession) -> ResponseReturnValue:
    """Change or move a session."""
    course = course_session.course
    form = SessionForm.from_request(course_session)
    modules, rooms = _offer(form, course, course_session)
    if form.accepts():
        form.take_suggestion([room.id for room in rooms])
        with form.refusals(course_session):
            commands.change_session(
                course_session=course_session,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
                **_described(form, course, modules),
            )
            settle()
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".session_show", session_id=course_session.id))
    return _form_page(form, course, course_session, rooms)


@blueprint.post(
    "/sessions/<int:session_id>/cancel", access=CoursePermission.PLAN, subject=queries.get_session
)
def session_cancel(course_session: CourseSession) -> ResponseReturnValue:
    """Call a session off."""
    form = ReasonForm.from_request()
    if form.accepts():
        with form.refusals():
            commands.cancel_session(
                course_session=course_session, reason=form.reason.data, actor=current_actor(), at=now()
            )
            settle()
            flash(_("The session was cancelled; its room and its people are free."), "success")
            return redirect(url_for(".session_show", session_id=course_session.id))
    return _session_page(course_session, form)


@blueprint.post("/sessions/<int:session_id>/held", access=CoursePermission.PLAN, subject=queries.get_session)
def session_held(course_session: CourseSession) -> ResponseReturnValue:
    """Say that a session took place."""
    form = ReasonForm.from_request()
    with form.refusals():
        commands.mark_session_held(course_session=course_session, actor=current_actor(), at=now())
        settle()
        flash(_("The session is marked as held."), "success")
    if form.is_refused:
        return _session_page(course_session, form)
    return redirect(url_for(".session_show", session_id=course_session.id))


@blueprint.post(
    "/courses/<int:course_id>/sessions/held", access=CoursePermission.PLAN, subject=queries.get_course
)
def sessions_held(course: Course) -> ResponseReturnValue:
    """Say of all past sessions that they took place."""
    count = commands.mark_past_sessions_held(course=course, actor=current_actor(), at=now())
    flash(
        ngettext(
            "%(count)s session is marked as held.",
            "%(count)s sessions are marked as held.",
            count,
            count=count,
        ),
        "success",
    )
    return redirect(url_for(".timetable_show", course_id=course.id))


def _session_page(course_session: CourseSession, form: ReasonForm) -> ResponseReturnValue:
    course, at = course_session.course, now()
    (row,) = queries.list_timetable(course, only=course_session.id)
    return form_page(
        "scheduling/session_show.html",
        form=form,
        course_session=course_session,
        course=course,
        row=row,
        lecturers=queries.list_engagements(course_session, EngagementKind.LECTURER),
        trainees=queries.count_engaged(course_session, EngagementKind.TRAINEE),
        clashes=[c for c in queries.list_standing_clashes(course.id) if c.session_id == row.id],
        warnings=rules.session_warnings(
            row,
            first=course.starts_on,
            last=course.ends_on,
            capacity=course.capacity,
            zone=course.time_zone,
            at=at,
        ),
        has_begun=course_session.starts_at <= at,
        permissions=CoursePermission,
    )


def _form_page(
    form: SessionForm, course: Course, course_session: CourseSession | None, rooms: list[RoomChoice]
) -> ResponseReturnValue:
    wanted = Period(*form.hours(course.time_zone)) if form.clashes else None
    return form_page(
        "scheduling/session_form.html",
        form=form,
        course=course,
        course_session=course_session,
        free_rooms=_free_rooms(course, course_session, wanted) if wanted else (),
        free_slots=_free_slots(form, course, course_session, wanted) if wanted else (),
    )


def _offer(
    form: SessionForm, course: Course, course_session: CourseSession | None
) -> tuple[list[CourseModule], list[RoomChoice]]:
    """Fill the choices of the form; return the modules and rooms that may be chosen."""
    modules = list(queries.list_modules(course))
    form.course_module_id.choices = [
        SelectChoice("", _("No module")),
        *(SelectChoice(m.id, f"{m.position}. {translated(m.title, m.titles)}") for m in modules),
    ]
    besides = course_session.id if course_session else None
    rooms = queries.list_rooms(course, current_actor(), besides=besides)
    form.room_id.choices = [SelectChoice("", _("No room")), *(_room_choice(room) for room in rooms)]
    return modules, rooms


def _room_choice(room: RoomChoice) -> SelectChoice:
    places = ngettext("%(count)s place", "%(count)s places", room.capacity, count=room.capacity)
    return SelectChoice(
        room.id,
        f"{room.name} · {places} · {_(room.layout.label)}",
        optgroup=f"{room.campus_name} · {room.organisation_name}",
    )


def _described(form: SessionForm, course: Course, modules: list[CourseModule]) -> dict[str, Any]:
    module = next((m for m in modules if m.id == form.course_module_id.data), None)
    title = form.title.data or (module.title if module else "")
    starts_at, ends_at = form.hours(course.time_zone)
    reason = form.clash_reason.data or None
    return {
        "module": module,
        "title": title,
        "titles": translations_of(form, "titles")
        or (dict(module.titles) if module and not form.title.data else {}),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "room": get_room(form.room_id.data) if form.room_id.data else None,
        "online_url": form.online_url.data or None,
        "method": form.method.data or rules.method_of(module.method if module else None),
        "materials": form.materials,
        "room_clash_reason": reason,
        "person_clash_reason": reason,
        "allowed_with": form.named_clashes if reason else None,
    }


def _free_rooms(course: Course, course_session: CourseSession | None, wanted: Period) -> list[RoomChoice]:
    besides = course_session.id if course_session else None
    rooms = queries.list_rooms(course, current_actor(), wanted=wanted, besides=besides)
    return slots.best_rooms(rooms, course.campus_id, course.capacity)


def _free_slots(
    form: SessionForm, course: Course, course_session: CourseSession | None, wanted: Period
) -> list[tuple[Period, str]]:
    span = slots.days_as_period(course.starts_on, course.ends_on, course.time_zone)
    busy = queries.list_busy(
        course, span, room_id=form.room_id.data, besides=course_session.id if course_session else None
    )
    found = slots.free_slots(wanted, busy, course.starts_on, course.ends_on, course.time_zone)
    return [(slot, slots.write_slot(slot, course.time_zone)) for slot in found]


def _next_day(course: Course) -> Any:
    return (
        request.args.get("day", type=slots.read_day) or queries.last_day_planned(course) or course.starts_on
    )
