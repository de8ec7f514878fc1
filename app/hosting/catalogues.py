"""Compiles the translation catalogues that are newer than what was compiled from them."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.hosting.errors import HostingError


def compile_catalogues(directory: Path) -> int:
    """Write a .mo beside every .po below `directory` that lacks a fresh one; return how many."""
    compiled = 0
    for source in sorted(directory.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        fresh = target.with_suffix(f".{os.getpid()}.tmp")
        try:
            with fresh.open("wb") as file:
                write_mo(file, catalogue)
            fresh.replace(target)
        except PermissionError:
            raise HostingError(
                f"{target} cannot be written. Start Rondo once as the user {directory} belongs to."
            ) from None
        compiled += 1
    return compiled
