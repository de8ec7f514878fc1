"""The message catalogues: what the pages say, gathered from the source and kept in the other languages."""

from collections.abc import Iterator
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from app.kernel.events import action_of, kinds_of_events

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "app" / "translations"
# English is the language of the source.
LOCALES = ("vi", "ja")
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}

_DATED = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Language-Team',
    '"Generated-By',
    '"Project-Id-Version',
    '"Report-Msgid-Bugs-To',
)

messages = AppGroup("messages", help="Gather what the pages say, and tell what is not translated.")


@messages.command("update")
def update() -> None:
    """Bring the catalogues of all languages up to date with the source; translations are kept."""
    template = extract()
    for locale in LOCALES:
        catalog = load(locale)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path_of(locale).parent.mkdir(parents=True, exist_ok=True)
        path_of(locale).write_bytes(written(catalog))
        click.echo(f"{locale}: {len(catalog)} messages, {len(untranslated(catalog))} not translated")


@messages.command("missing")
@click.argument("locale", type=click.Choice(LOCALES))
def missing(locale: str) -> None:
    """List what has no translation into the language."""
    for message in untranslated(load(locale)):
        click.echo(message)


def extract(only: tuple[str, ...] = ()) -> Catalog:
    """Return every message of the source and the templates, and the words of every event, which the trail shows.

    With ``only``, patterns of paths, return the messages of these files and nothing else.
    """
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        method_map, options_map = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel leaves it untyped
    found = extract_from_dir(
        str(ROOT),
        method_map,
        options_map,
        keywords=KEYWORDS,
        comment_tags=(),
        strip_comment_tags=True,
        directory_filter=_is_ours,
    )
    catalog = Catalog(charset="utf-8")
    for file_name, _line, message, _comments, context in found:
        if not only or any(fnmatch(file_name, pattern) for pattern in only):
            catalog.add(message, context=context)
    for kind in () if only else kinds_of_events():
        if kind.__module__.startswith("app."):
            catalog.add(action_of(kind))
            catalog.add(kind.subject)
    return catalog


def load(locale: str) -> Catalog:
    """Return the language's catalogue, empty when there is none yet."""
    path = path_of(locale)
    if not path.exists():
        return Catalog(
            locale=locale, charset="utf-8", header_comment=f"# What Rondo says, in {locale}.", fuzzy=False
        )
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def path_of(locale: str) -> Path:
    """Return where the language's catalogue lies."""
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def written(catalog: Catalog) -> bytes:
    """Return the catalogue as its file: sorted, without places or dates, so that it changes only with its words."""
    file = BytesIO()
    write_po(file, catalog, width=120, sort_output=True, no_location=True, omit_header=False)
    lines = file.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not _is_dated(line)).encode()


def untranslated(catalog: Catalog) -> list[str]:
    """Return the messages that have no translation."""
    return [_first(message.id) for message in catalog if message.id and not all(_forms(message.string))]


def _forms(string: str | tuple[str, ...] | list[str] | None) -> Iterator[str]:
    yield from (string,) if isinstance(string, str) else string or ("",)


def _first(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _is_dated(line: str) -> bool:
    return line.startswith(_DATED)


def _is_ours(directory: str) -> bool:
    name = Path(directory).name
    return not name.startswith((".", "_")) and name not in ("var", "node_modules", "tests", "static", "docs")
