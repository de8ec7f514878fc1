"""Paper: a page's data and a typst source become a PDF. The worker's; pages never load it.

What users wrote goes in as data only, never into the source. Fonts are those of this directory, whatever the machine
has, so that a document looks the same everywhere.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import typst

from app.kernel.db import JsonValue

FONTS = Path(__file__).resolve().parent / "fonts"
SOURCES = Path(__file__).resolve().parents[2] / "templates" / "documents"


class DocumentUnwritable(Exception):
    """The typesetter refused; the message is its own."""


def typeset(
    source: str, page: Mapping[str, JsonValue], *, form: Literal["pdf", "png"] = "pdf", ppi: float = 96.0
) -> bytes:
    """Return ``templates/documents/<source>`` set with this data; PNG is its first page, for looking at."""
    try:
        written: object = typst.compile(
            str(SOURCES / source),
            root=str(SOURCES),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format=form,
            ppi=ppi,
            sys_inputs={"page": json.dumps(page, ensure_ascii=False)},
        )
    except (RuntimeError, ValueError) as refusal:
        raise DocumentUnwritable(str(refusal)) from refusal
    if isinstance(written, list) and written:
        written = written[0]
    if not isinstance(written, bytes):
        raise DocumentUnwritable("Nothing was written.")
    return written
