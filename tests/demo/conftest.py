"""The demonstration, entered once into a database of its own that all its tests read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from flask import Flask

from app.demo.build import Demonstration, build_demonstration
from app.demo.staff import SignIn, actor_of
from app.kernel import transaction
from app.kernel.access import Actor, Role
from app.kernel.clock import now
from app.kernel.db import session
from config import Settings
from tests.support.applications import second_app
from tests.support.pages import PageClient
from tests.support.postgres import database_for_worker


@dataclass(frozen=True)
class Built:
    """The demonstration and the application that shows it."""

    app: Flask
    demonstration: Demonstration
    at: datetime

    def sign_in(self, who: Role | str) -> SignIn:
        """Return the first sign-in of the role, or that of the address."""
        return next(one for one in self.demonstration.sign_ins if who in (one.role, one.email))

    def actor(self, who: Role | str) -> Actor:
        """Return who signs in."""
        return actor_of(self.sign_in(who).person_id)

    def signed_in(self, who: Role | str) -> PageClient:
        """Return a browser in which somebody has signed in with their own password."""
        sign_in = self.sign_in(who)
        client = PageClient(self.app)
        client.post("/sign-in", {"email": sign_in.email, "password": sign_in.password})
        return client


@pytest.fixture(scope="package")
def built(worker_id: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Build the demonstration as `flask demo` does."""
    kept = session.session_factory.kw.get("bind")
    transaction.abandon()
    with database_for_worker(f"demo_{worker_id}") as urls:
        app = second_app(
            replace(
                settings,
                database_url=urls.app_url,
                owner_database_url=urls.owner_url,
                var_directory=tmp_path_factory.mktemp("demo"),
            )
        )
        app.testing = True
        session.configure(bind=app.extensions["engine"])
        at = now()
        try:
            with app.app_context():
                demonstration = build_demonstration(
                    passwords=app.extensions["passwords"],
                    secret=app.config["SECRET_KEY"],
                    var_directory=app.config["SETTINGS"].var_directory,
                    at=at,
                    say=lambda _told: None,
                )
            yield Built(app, demonstration, at)
        finally:
            transaction.abandon()
            app.extensions["engine"].dispose()
            session.configure(bind=kept)


@pytest.fixture(autouse=True)
def _on_the_demonstration(built: Built) -> Iterator[None]:
    """Let the session speak to the demonstration's database, whatever was tested before."""
    transaction.abandon()
    kept = session.session_factory.kw.get("bind")
    session.configure(bind=built.app.extensions["engine"])
    yield
    transaction.abandon()
    session.configure(bind=kept)
