import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from app.web.assets import build_assets, squeeze_script, squeeze_styles
from tests.support.component_app import ROOT, make_component_app

STATIC = ROOT / "static"
STYLES = sorted(path.relative_to(STATIC).as_posix() for path in (STATIC / "css").rglob("*.css"))


@pytest.fixture
def client() -> FlaskClient:
    return make_component_app().test_client()


def test_the_name_of_an_asset_changes_with_its_content(tmp_path: Path) -> None:
    def name_with(colour: str) -> str:
        folder = tmp_path / colour
        (folder / "css").mkdir(parents=True)
        (folder / "css" / "base.css").write_text(f"p {{ color: {colour}; }}")
        return build_assets(folder).by_name["rondo.css"].hashed_name

    assert name_with("red") != name_with("blue")


@pytest.mark.parametrize("name", ["rondo.css", "rondo.js", "mark.svg"])
def test_an_asset_is_sent_compressed_and_kept_for_ever(client: FlaskClient, name: str) -> None:
    assets = build_assets(STATIC)
    plain = client.get(assets.urls[name])
    with_gzip = client.get(assets.urls[name], headers={"Accept-Encoding": "gzip"})
    with_brotli = client.get(assets.urls[name], headers={"Accept-Encoding": "gzip, br"})

    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain.headers
    assert "charset=utf-8" in plain.headers["Content-Type"]
    assert with_gzip.headers["Content-Encoding"] == "gzip"
    assert with_brotli.headers["Content-Encoding"] == "br"
    assert gzip.decompress(with_gzip.data) == brotli.decompress(with_brotli.data) == plain.data


def test_a_name_without_its_hash_or_of_another_release_is_not_found(client: FlaskClient) -> None:
    for name in ("rondo.css", "rondo.000000000000.css", "../config.py", "..%2fconfig.py"):
        assert client.get(f"/assets/{name}").status_code == 404


def test_all_assets_together_take_little_of_a_page_s_hundred_kilobytes() -> None:
    assert sum(len(asset.brotli) for asset in build_assets(STATIC).by_name.values()) < 20_000


def test_every_stylesheet_is_in_the_bundle() -> None:
    bundle = build_assets(STATIC).by_name["rondo.css"].plain.decode()
    for path in STYLES:
        first = next(iter(re.findall(r"^\.[a-z_-]+", (STATIC / path).read_text("utf-8"), re.MULTILINE)), None)
        assert first is None or first in bundle, path


def test_dark_is_the_same_whether_the_device_asks_for_it_or_the_reader() -> None:
    text = (STATIC / "css" / "tokens.css").read_text("utf-8")
    asked = re.search(r'root:not\(\[data-theme="light"\]\) \{(.*?)\}', text, re.DOTALL)
    chosen = re.search(r'^  :root\[data-theme="dark"\] \{(.*?)\}', text, re.DOTALL | re.MULTILINE)
    assert asked is not None
    assert chosen is not None
    assert asked[1].split() == chosen[1].split()


def test_every_colour_is_a_token() -> None:
    for path in STYLES:
        if path in ("css/tokens.css", "css/print.css"):
            continue
        text = (STATIC / path).read_text("utf-8")
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", text) == [], path


def test_every_token_that_is_used_is_defined() -> None:
    text = "\n".join((STATIC / path).read_text("utf-8") for path in STYLES)
    defined = set(re.findall(r"(--[a-z0-9-]+):", text))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) - defined == set()


def test_squeezing_keeps_what_the_stylesheet_says() -> None:
    text = "/* why */\n.a > b,\n.c {\n  margin: calc(-1 * var(--s3)) 0;\n}\n"
    text += "@media (min-width: 1em) { p { top: 0; } }\n"
    squeezed = ".a > b,.c{margin: calc(-1 * var(--s3)) 0}@media (min-width: 1em){p{top: 0}}"
    assert squeeze_styles(text) == squeezed


def test_squeezing_keeps_what_the_script_does() -> None:
    assert squeeze_script("// why\nif (a) {\n  b();\n\n}\n") == "if (a) {\nb();\n}"
