"""Pages of a course's timetable and of its releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.clock import now
from app.kernel.transaction import settle
from app.scheduling import commands, queries, slots
from app.scheduling.forms import ReleaseForm
from app.scheduling.policies import CoursePermission
from app.scheduling.types import SessionState
from app.scheduling.views.routes import blueprint
from app.scheduling.views.shown import shown_entries, shown_sessions
from app.web.access import SignedIn
from app.web.render import form_page, page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.scheduling.models import Course, TimetableRelease

ENGAGED = SignedIn("staff, and whoever is bound to a session of the course")


@blueprint.get("/courses/<int:course_id>/timetable", access=CoursePermission.VIEW, subject=queries.get_course)
def timetable_show(course: Course) -> ResponseReturnValue:
    """Show the working timetable, a long one week by week."""
    rows = queries.list_timetable(course)
    weeks = slots.weeks_of((row.starts_at for row in rows), course.time_zone)
    week = slots.week_shown(weeks, request.args.get("week", type=slots.read_day), now().date())
    release = queries.latest_release(course.id)
    at = now()
    return page(
        "scheduling/timetable_show.html",
        course=course,
        rows=rows,
        sessions=shown_sessions(course, slots.rows_of_week(rows, week, course.time_zone), at),
        weeks=weeks,
        week=week,
        release=release,
        changes=queries.differences_since(course, release),
        is_over=course.ends_on < at.astimezone(ZoneInfo(course.time_zone)).date(),
        unresolved=sum(1 for row in rows if row.state is SessionState.PLANNED and row.ends_at <= at),
        permissions=CoursePermission,
    )


@blueprint.get(
    "/courses/<int:course_id>/timetable/print", access=CoursePermission.VIEW, subject=queries.get_course
)
def timetable_print(course: Course) -> ResponseReturnValue:
    """Show the working timetable as a document."""
    entries = queries.draft_entries(course.id)
    return page(
        "scheduling/timetable_print.html",
        course=course,
        release=None,
        sessions=shown_entries(entries),
        at=now(),
        back=url_for(".timetable_show", course_id=course.id),
    )


@blueprint.form("/courses/<int:course_id>/release", access=CoursePermission.PLAN, subject=queries.get_course)
def timetable_release(course: Course) -> ResponseReturnValue:
    """Give the working timetable out under a name."""
    last = queries.latest_release(course.id)
    number = last.number + 1 if last else 1
    form = ReleaseForm.from_request(name=_("Release %(number)s", number=number))
    if form.accepts():
        with form.refusals():
            release = commands.release_timetable(
                course=course,
                name=form.name.data,
                note=form.note.data or "",
                actor=current_actor(),
                at=now(),
            )
            settle()
            flash(_("“%(name)s” was released.", name=release.name), "success")
            return redirect(url_for(".release_show", release_id=release.id))
    return form_page(
        "scheduling/release_form.html",
        form=form,
        course=course,
        last=last,
        changes=queries.differences_since(course, last),
    )


@blueprint.get("/courses/<int:course_id>/releases", access=CoursePermission.VIEW, subject=queries.get_course)
def release_list(course: Course) -> ResponseReturnValue:
    """Show what was released, and what changed from release to release."""
    releases = queries.list_releases(course.id)
    return page(
        "scheduling/release_list.html",
        course=course,
        releases=queries.with_differences(releases),
        permissions=CoursePermission,
    )


@blueprint.get("/releases/<int:release_id>", access=ENGAGED, subject=queries.get_readable_release)
def release_show(release: TimetableRelease) -> ResponseReturnValue:
    """Show a released timetable with what it changed."""
    return page("scheduling/release_show.html", **_released(release))


@blueprint.get("/releases/<int:release_id>/print", access=ENGAGED, subject=queries.get_readable_release)
def release_print(release: TimetableRelease) -> ResponseReturnValue:
    """Show a released timetable as a document."""
    return page(
        "scheduling/timetable_print.html",
        back=url_for(".release_show", release_id=release.id),
        at=release.released_at,
        **_released(release),
    )


def _released(release: TimetableRelease) -> dict[str, Any]:
    return {
        "release": release,
        "course": release.course,
        "sessions": shown_entries(queries.read_entries(release)),
        "changes": queries.differences_of(release),
        "latest": queries.latest_release(release.course_id),
        "permissions": CoursePermission,
    }
