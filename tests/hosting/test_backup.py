"""A backup comes back whole, into an empty database only, and a bad file never reaches it."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from app.hosting.backup import DUMP, MANIFEST, Manifest, backup, read, restore
from app.hosting.database import is_current, role_of, upgrade
from app.hosting.errors import HostingError
from app.hosting.postgres import DatabaseUrls
from tests.support.postgres import empty_database

NAME = "Học viện Chính trị – \U0001f393 'quoted'"


@pytest.fixture(scope="module")
def used() -> Iterator[DatabaseUrls]:
    """A database with an organisation and an entry of the audit log in it."""
    with empty_database("used") as urls:
        upgrade(urls.owner_url, role_of(urls.app_url))
        execute(
            urls.app_url,
            "INSERT INTO organisation (kind, code, name, time_zone, version)"
            " VALUES ('headquarters', 'HQ', :name, 'Asia/Ho_Chi_Minh', 1)",
            name=NAME,
        )
        execute(
            urls.app_url,
            "INSERT INTO audit_event (at, unit, actor_name, action, subject)"
            " VALUES (now(), gen_random_uuid(), 'somebody', 'made', 'organisation')",
        )
        yield urls


@pytest.fixture
def target() -> Iterator[DatabaseUrls]:
    with empty_database("target") as urls:
        yield urls


@pytest.fixture
def file(used: DatabaseUrls, tmp_path: Path) -> Path:
    path = tmp_path / "academy.rondo"
    backup(used.owner_url, path)
    return path


def execute(url: str, statement: str, **values: object) -> list[tuple[object, ...]]:
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def test_everything_comes_back(file: Path, target: DatabaseUrls) -> None:
    restore(target.owner_url, target.app_url, file)

    assert execute(target.app_url, "SELECT code, name FROM organisation") == [("HQ", NAME)]
    assert execute(target.app_url, "SELECT actor_name FROM audit_event") == [("somebody",)]
    assert is_current(target.owner_url)


def test_rights_are_given_anew(file: Path, target: DatabaseUrls) -> None:
    restore(target.owner_url, target.app_url, file)

    rights = "SELECT has_table_privilege('audit_event', :right), has_table_privilege('organisation', :right)"
    assert execute(target.app_url, rights, right="UPDATE") == [(False, True)]
    assert execute(target.app_url, rights, right="INSERT") == [(True, True)]


def test_new_rows_get_new_numbers_after_a_restore(file: Path, target: DatabaseUrls) -> None:
    restore(target.owner_url, target.app_url, file)

    execute(
        target.app_url,
        "INSERT INTO organisation (kind, code, name, time_zone, version)"
        " VALUES ('ministry', 'X', 'X', 'Asia/Tokyo', 1)",
    )
    assert execute(target.app_url, "SELECT count(DISTINCT id) FROM organisation") == [(2,)]


def test_migrated_tables_without_a_row_count_as_empty(file: Path, target: DatabaseUrls) -> None:
    upgrade(target.owner_url, role_of(target.app_url))

    restore(target.owner_url, target.app_url, file)

    assert execute(target.app_url, "SELECT code FROM organisation") == [("HQ",)]


def test_a_database_with_data_is_not_touched(file: Path, used: DatabaseUrls) -> None:
    with pytest.raises(HostingError, match="holds data already"):
        restore(used.owner_url, used.app_url, file)

    assert execute(used.app_url, "SELECT name FROM organisation") == [(NAME,)]


def test_a_database_in_use_is_not_touched(file: Path, target: DatabaseUrls) -> None:
    upgrade(target.owner_url, role_of(target.app_url))
    engine = create_engine(target.app_url, poolclass=NullPool)
    with engine.connect(), pytest.raises(HostingError, match="Rondo is running"):
        restore(target.owner_url, target.app_url, file)
    engine.dispose()


def test_an_existing_file_is_never_replaced(used: DatabaseUrls, tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("last year")

    with pytest.raises(HostingError, match="exists already"):
        backup(used.owner_url, path)

    assert path.read_text() == "last year"


def test_nothing_is_left_beside_the_file_and_only_its_owner_reads_it(file: Path) -> None:
    assert [path.name for path in file.parent.iterdir()] == ["academy.rondo"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_database_without_tables_is_not_backed_up(target: DatabaseUrls, tmp_path: Path) -> None:
    with pytest.raises(HostingError, match="nothing to back up"):
        backup(target.owner_url, tmp_path / "file")


Entry = tuple[str, bytes] | tarfile.TarInfo
CONTENT = b"a dump"
MANIFEST_OF_CONTENT = Manifest(
    format=1,
    rondo="0.1.0",
    made_at="2026-11-22T00:00:00+00:00",
    postgresql="18.6",
    revision="0001_extensions",
    dump_bytes=len(CONTENT),
    dump_sha256=hashlib.sha256(CONTENT).hexdigest(),
)


def manifest(**changes: object) -> tuple[str, bytes]:
    return MANIFEST, json.dumps({**asdict(MANIFEST_OF_CONTENT), **changes}).encode()


def link(name: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return entry


def archive(path: Path, entries: list[Entry]) -> None:
    with tarfile.open(path, "w") as file:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                file.addfile(entry)
                continue
            name, content = entry
            information = tarfile.TarInfo(name)
            information.size = len(content)
            file.addfile(information, io.BytesIO(content))


def test_a_well_made_file_is_read(tmp_path: Path) -> None:
    archive(tmp_path / "file", [manifest(), (DUMP, CONTENT)])

    assert read(tmp_path / "file", tmp_path / "dump") == MANIFEST_OF_CONTENT
    assert (tmp_path / "dump").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([manifest(), (DUMP, b"another")], "not where it belongs"),
        ([manifest(), (DUMP, b"a dumq")], "is damaged"),
        ([manifest(dump_bytes=7), (DUMP, CONTENT)], "is damaged"),
        ([manifest(), ("../../etc/cron.d/x", CONTENT)], "not where it belongs"),
        ([manifest(), link(DUMP)], "not where it belongs"),
        ([link(MANIFEST), (DUMP, CONTENT)], "not where it belongs"),
        ([(DUMP, CONTENT), manifest()], "not where it belongs"),
        ([manifest(), (DUMP, CONTENT), ("more", b"")], "more than a backup"),
        ([manifest()], "not where it belongs"),
        ([manifest(format=2), (DUMP, CONTENT)], "has format 2"),
        ([manifest(format="1"), (DUMP, CONTENT)], "holds something else"),
        ([manifest(more="x"), (DUMP, CONTENT)], "manifest cannot be read"),
        ([manifest(dump_bytes=10**18), (DUMP, CONTENT)], "there are fewer"),
        ([(MANIFEST, b"[]"), (DUMP, CONTENT)], "manifest cannot be read"),
        ([(MANIFEST, b"{" * 70_000), (DUMP, CONTENT)], "not where it belongs"),
        ([], "not where it belongs"),
    ],
)
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, entries: list[Entry], told: str) -> None:
    archive(tmp_path / "file", entries)

    with pytest.raises(HostingError, match=told):
        read(tmp_path / "file", tmp_path / "dump")


@pytest.mark.parametrize("spoil", [lambda whole: whole[: len(whole) // 2], lambda whole: b"\0" * 100])
def test_a_cut_or_empty_file_is_refused(file: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    file.write_bytes(spoil(file.read_bytes()))

    with pytest.raises(HostingError):
        read(file, tmp_path / "dump")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(HostingError, match="There is no file"):
        read(tmp_path / "nothing", tmp_path / "dump")


def test_a_backup_of_a_newer_release_is_not_restored(tmp_path: Path, target: DatabaseUrls) -> None:
    newer = replace(MANIFEST_OF_CONTENT, rondo="9.0.0", revision="9999_from_the_future")
    archive(tmp_path / "file", [(MANIFEST, json.dumps(asdict(newer)).encode()), (DUMP, CONTENT)])

    with pytest.raises(HostingError, match=r"newer than this release"):
        restore(target.owner_url, target.app_url, tmp_path / "file")
