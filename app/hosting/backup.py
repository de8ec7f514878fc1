"""All data in one file, and back.

The file is a plain tar of a manifest and a PostgreSQL dump. It is treated as hostile when read:
members by name, sizes and digests from the manifest checked before the database sees a byte, and
the restoring role is the owner of one database, never a superuser.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from app.hosting.binaries import find_binaries
from app.hosting.database import (
    clear_empty_tables,
    knows_revision,
    revision_of,
    role_of,
    server_version,
    upgrade,
)
from app.hosting.errors import HostingError
from app.hosting.local import ROOT

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
LARGEST_MANIFEST = 64 * 1024
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself."""

    format: int
    rondo: str
    made_at: str
    postgresql: str
    revision: str
    dump_bytes: int
    dump_sha256: str


def backup(owner_url: str, target: Path) -> Manifest:
    """Write everything in the database to `target`, as of one moment, also while Rondo runs."""
    if target.exists():
        raise HostingError(f"{target} exists already. Nothing was written; choose another name.")
    if not target.parent.is_dir():
        raise HostingError(f"There is no directory {target.parent}. Nothing was written.")
    revision = revision_of(owner_url)
    if revision is None:
        raise HostingError("The database holds no tables of Rondo yet; there is nothing to back up.")
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as directory:
        dump = Path(directory) / DUMP
        _run_program(
            "pg_dump", owner_url, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"
        )
        manifest = Manifest(
            format=FORMAT,
            rondo=release(),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            postgresql=server_version(owner_url),
            revision=revision,
            dump_bytes=dump.stat().st_size,
            dump_sha256=_digest(dump),
        )
        written = Path(directory) / "backup.tar"
        _write(written, manifest, dump)
        os.link(written, target)  # unlike a rename this never replaces a file that came meanwhile
    return manifest


def restore(owner_url: str, app_url: str, source: Path) -> Manifest:
    """Read a backup into an empty database; all of it arrives, or nothing."""
    with tempfile.TemporaryDirectory(prefix="rondo-restore-") as directory:
        dump = Path(directory) / DUMP
        manifest = read(source, dump)
        if not knows_revision(manifest.revision):
            raise HostingError(
                f"{source} was written by Rondo {manifest.rondo}, which is newer than this release "
                f"({release()}). Nothing was touched. Upgrade Rondo first."
            )
        clear_empty_tables(owner_url, role_of(app_url))
        _run_program(
            "pg_restore", owner_url, "--single-transaction", "--exit-on-error", "--no-owner",
            "--no-privileges", "--no-comments", str(dump),
        )  # fmt: skip
    upgrade(owner_url, role_of(app_url))
    return manifest


def read(source: Path, dump: Path) -> Manifest:
    """Check a backup against its manifest and put its dump at `dump`."""
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _manifest(_member(archive, MANIFEST, LARGEST_MANIFEST))
            if manifest.dump_bytes > shutil.disk_usage(dump.parent).free:
                raise HostingError(
                    f"{source} needs {manifest.dump_bytes} bytes in {dump.parent}; there are fewer."
                )
            taken = _copy(_member(archive, DUMP, manifest.dump_bytes), dump)
            if archive.next() is not None:
                raise HostingError(f"{source} holds more than a backup does.")
    except FileNotFoundError:
        raise HostingError(f"There is no file {source}.") from None
    except (tarfile.TarError, OSError) as error:
        raise HostingError(f"{source} cannot be read as a backup of Rondo: {error}") from error
    if taken != (manifest.dump_bytes, manifest.dump_sha256):
        raise HostingError(f"{source} is damaged: its content is not what was written. Nothing was touched.")
    return manifest


def release() -> str:
    """Return the version of this release."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _write(target: Path, manifest: Manifest, dump: Path) -> None:
    text = json.dumps(asdict(manifest), indent=2).encode()
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive, dump.open("rb") as content:
        for name, size, stream in (
            (MANIFEST, len(text), BytesIO(text)),
            (DUMP, manifest.dump_bytes, content),
        ):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = size, 0o600
            archive.addfile(entry, stream)
    target.chmod(0o600)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _member(archive: tarfile.TarFile, name: str, largest: int) -> IO[bytes]:
    """Return the next member's content if it is the plain file expected there."""
    entry = archive.next()
    if entry is None or entry.name != name or not entry.isreg() or entry.size > largest:
        raise HostingError(f"This is no backup of Rondo: {name} is not where it belongs.")
    content = archive.extractfile(entry)
    assert content is not None  # a regular file always has content
    return content


def _manifest(content: IO[bytes]) -> Manifest:
    try:
        values = json.loads(content.read())
        manifest = Manifest(**values)
        types = {name: type(getattr(manifest, name)) for name in Manifest.__slots__}
    except (ValueError, TypeError) as error:
        raise HostingError("This is no backup of Rondo: its manifest cannot be read.") from error
    numbers = {"format", "dump_bytes"}
    if any(kind is not (int if name in numbers else str) for name, kind in types.items()):
        raise HostingError("This is no backup of Rondo: its manifest holds something else.")
    if manifest.format != FORMAT:
        raise HostingError(
            f"The backup has format {manifest.format}; this release reads {FORMAT}. Upgrade Rondo."
        )
    return manifest


def _copy(content: IO[bytes], target: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while block := content.read(BLOCK):
            digest.update(block)
            size += len(block)
            file.write(block)
    return size, digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run_program(name: str, owner_url: str, *options: str) -> None:
    """Run one of PostgreSQL's own programs; the password never shows in the list of processes."""
    url = make_url(owner_url)
    environ = {**os.environ, "LC_ALL": "C"}
    if url.password:
        environ["PGPASSWORD"] = url.password
    # `set` ignores None: the password is taken out by naming the parts that stay.
    address = url.set(drivername="postgresql")._replace(password=None).render_as_string(hide_password=False)
    ran = subprocess.run(
        [find_binaries().program(name), f"--dbname={address}", *options],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode:
        raise HostingError(f"{name} failed and nothing was changed:\n{ran.stderr.strip()}")
