"""Puts the application together: settings, the web toolkit, what the registry mounts."""

import gc
import os
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import registry
from app.kernel.db import connect
from app.web import (
    addresses,
    assets,
    bodies,
    compression,
    cookies,
    csrf,
    errors,
    filters,
    headers,
    health,
    layout,
    locale,
    logs,
    session,
    style_guide,
    transaction,
)
from config import Mode, Settings

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings, by default those of the environment.

    Raises ``ConfigurationError`` naming everything in the environment that is missing or unsafe.
    """
    settings = settings or Settings.from_environment(os.environ)
    app = Flask("app", root_path=str(ROOT), static_folder=None)
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SETTINGS=settings,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
        TRUSTED_HOSTS=list(settings.hosts),
        TRANSLATIONS=str(ROOT / "app" / "translations"),
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.add_extension("jinja2.ext.do")
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.extensions["engine"] = connect(settings.database_url)
    addresses.register(app)
    logs.register(app)
    cookies.register(app, secure=settings.is_secure)
    transaction.register(app)
    locale.register(app, default_locale=settings.default_locale, default_zone=settings.default_time_zone)
    session.register(app, registry.actor_finder(settings))
    bodies.register(app)
    csrf.register(app)
    compression.register(app)
    headers.register(app, secure=settings.is_secure)
    errors.register(app)
    filters.register(app)
    assets.register(app)
    health.register(app)
    style_guide.register(app, open_to_all=settings.mode is not Mode.PRODUCTION)
    layout.register(
        app,
        destinations=registry.NAVIGATION,
        start_pages=registry.START_PAGES,
        course_tabs=registry.COURSE_TABS,
        organisation_pages=registry.ORGANISATION_PAGES,
    )
    registry.register(app)
    # What start-up has made lives as long as the process: no collection need look at it again.
    gc.collect()
    gc.freeze()
    return app
