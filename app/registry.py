"""The table of contents: which features there are, what they mount, subscribe and run. Only here are views imported."""

from collections.abc import Callable, Mapping

import click
from flask import Flask

from app.accounts.queries import find_actor
from app.cli.database import database_commands
from app.jobs.worker import worker_command
from app.kernel.errors import DomainError
from app.kernel.events import Event, subscribe
from app.kernel.tasks import Task
from app.kernel.text import N_
from app.kernel.transaction import explain_constraints
from app.organisations import errors as organisation_errors
from app.organisations import views as organisation_views
from app.organisations.policies import OrganisationPermission
from app.web.blueprint import FeatureBlueprint
from app.web.layout import CourseTab
from app.web.navigation import Destination

__all__ = ["COURSE_TABS", "NAVIGATION", "START_PAGES", "TASKS", "find_actor", "register"]

BLUEPRINTS: tuple[FeatureBlueprint, ...] = (organisation_views.blueprint,)

NAVIGATION: tuple[Destination, ...] = (
    Destination(
        N_("Organisations"),
        "organisations.organisation_list",
        OrganisationPermission.VIEW,
        covers=("organisations.",),
    ),
)

START_PAGES: tuple[Destination, ...] = ()

# In the order in which a course is lived.
COURSE_TABS: tuple[CourseTab, ...] = ()

REFUSALS: tuple[Mapping[str, type[DomainError]], ...] = (organisation_errors.CONSTRAINTS,)

HANDLERS: tuple[tuple[type[Event], Callable[..., None]], ...] = ()

TASKS: tuple[Task, ...] = ()

COMMANDS: tuple[click.Command, ...] = (database_commands, worker_command(TASKS))


def register(app: Flask) -> None:
    """Mount every feature."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for refusals in REFUSALS:
        explain_constraints(refusals)
    for event_type, handler in HANDLERS:
        subscribe(event_type, handler)
    for command in COMMANDS:
        app.cli.add_command(command)
