"""Migrations: one line of them, its head pinned, each reversible, and equal to the models."""

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from app.hosting.database import check_drift, downgrade, role_of, upgrade
from tests.architecture.source import ROOT
from tests.support.postgres import empty_database


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))


def test_there_is_one_line_with_a_pinned_head() -> None:
    pinned = (ROOT / "migrations" / ".current-head").read_text(encoding="utf-8").strip()
    assert _scripts().get_heads() == [pinned]


def test_files_are_numbered_in_the_order_of_history() -> None:
    history = [script.revision for script in _scripts().walk_revisions()][::-1]
    files = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert history == files


def test_every_migration_goes_up_down_and_up_again() -> None:
    with empty_database("migrations") as urls:
        upgrade(urls.owner_url, role_of(urls.app_url))
        downgrade(urls.owner_url, "base")
        assert _tables(urls.owner_url) == {"alembic_version"}
        upgrade(urls.owner_url, role_of(urls.app_url))
        check_drift(urls.owner_url)
        assert "course_session" in _tables(urls.owner_url)


def _tables(url: str) -> set[str]:
    engine = create_engine(url, poolclass=NullPool)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()
