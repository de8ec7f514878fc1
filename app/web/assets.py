"""The stylesheet, the script and the drawings of the site: made at start, kept for ever."""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from app.web.access import Public

FOR_EVER = "public, max-age=31536000, immutable"

STYLE_ORDER = (
    "css/tokens.css",
    "css/base.css",
    "css/components/*.css",
    "css/features/*.css",
    "css/print.css",
)
SCRIPT_ORDER = ("js/*.js",)
DRAWINGS = ("img/*.svg",)

# Flask's own blueprint: a FeatureBlueprint would ask who is there, which an asset need not know.
blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire, plain and compressed beforehand."""

    name: str
    content_type: str
    plain: bytes
    gzipped: bytes
    brotli: bytes

    @property
    def hashed_name(self) -> str:
        """The name with a part that changes with the content: ``rondo.1a2b3c4d5e6f.css``."""
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{sha256(self.plain).hexdigest()[:12]}.{ending}"


class Assets:
    """All assets, found by their own name and by their hashed one."""

    def __init__(self, assets: tuple[Asset, ...]) -> None:
        self.by_name = {asset.name: asset for asset in assets}
        self.by_hashed_name = {asset.hashed_name: asset for asset in assets}
        self.urls = {asset.name: f"/assets/{asset.hashed_name}" for asset in assets}


def _make(name: str, text: str) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    plain = text.encode()
    return Asset(
        name,
        f"{kind}; charset=utf-8",
        plain,
        gzip.compress(plain, 9, mtime=0),
        brotli.compress(plain, mode=brotli.MODE_TEXT),
    )


def squeeze_styles(text: str) -> str:
    """The stylesheet without comments, indentation and line breaks; strings in it hold neither."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{};,])\s*", r"\1", text).replace(";}", "}").strip()


def squeeze_script(text: str) -> str:
    """The script without whole-line comments and indentation."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _sources(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(folder.glob(pattern))]


@cache
def build_assets(folder: Path) -> Assets:
    """Read and compress everything once in the life of the process.

    Each script gets a block of its own, so that its names are its own in the one module they become.
    """
    styles = "\n".join(path.read_text("utf-8") for path in _sources(folder, STYLE_ORDER))
    scripts = [squeeze_script(path.read_text("utf-8")) for path in _sources(folder, SCRIPT_ORDER)]
    drawings = (_make(path.name, path.read_text("utf-8").strip()) for path in _sources(folder, DRAWINGS))
    return Assets(
        (
            _make("rondo.css", squeeze_styles(styles)),
            _make("rondo.js", "\n".join(f"{{\n{script}\n}}" for script in scripts)),
            *drawings,
        )
    )


def _assets() -> Assets:
    assets: Assets = current_app.extensions["rondo_assets"]
    return assets


def asset_url(name: str) -> str:
    """The address of an asset, which changes whenever its content does."""
    return _assets().urls[name]


def _encoded(asset: Asset) -> tuple[bytes, str | None]:
    accepted = request.accept_encodings
    if accepted["br"]:
        return asset.brotli, "br"
    if accepted["gzip"]:
        return asset.gzipped, "gzip"
    return asset.plain, None


class SessionsBesideAssets(SecureCookieSessionInterface):
    """Flask's sessions, but an asset does not vary by them, so that signing in fetches nothing anew."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the session's cookie where there is a page."""
        if request.blueprint != blueprint.name:
            super().save_session(app, session, response)


@blueprint.get("/assets/<name>")
def serve_asset(name: str) -> Response:
    """Send an asset in the shortest form that the browser takes."""
    asset = _assets().by_hashed_name.get(name)
    if asset is None:
        abort(404)
    body, encoding = _encoded(asset)
    response = Response(body, content_type=asset.content_type)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


serve_asset.access = Public("the same for everybody")  # type: ignore[attr-defined]  # read by the route table


def register(app: Flask) -> None:
    """Put the assets together and serve them."""
    app.session_interface = SessionsBesideAssets()
    app.extensions["rondo_assets"] = build_assets(Path(app.root_path) / "static")
    app.jinja_env.globals["asset_url"] = asset_url
    app.register_blueprint(blueprint)
