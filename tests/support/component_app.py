"""A small application around the templates alone: no database, no feature, a made-up layout."""

from pathlib import Path

from flask import Flask, render_template, request
from flask_babel import Babel
from jinja2 import StrictUndefined

from app.kernel.access import Actor
from app.web import assets, filters, session, style_guide, wording
from app.web.layout import LocaleChoice
from app.web.navigation import NavigationItem

ROOT = Path(__file__).resolve().parents[2]
READER = Actor(account_id=1, person_id=1, name="Nguyễn Thị Hồng Ánh", email="anh@example.vn")
TITLES = (
    "Trang đầu",
    "Khóa học",
    "Thời khóa biểu",
    "Giảng dạy",
    "Con người",
    "Đánh giá",
    "Chu trình",
    "Đơn vị",
)


def make_component_app() -> Flask:
    """Return an application with the style guide, the error pages and the assets."""
    app = Flask("components", root_path=str(ROOT), static_folder=None)
    app.config.update(SECRET_KEY="only for this application", BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh")
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.add_extension("jinja2.ext.do")
    wording.register(app, Babel(app, locale_selector=lambda: request.args.get("locale", "en")))
    session.register(app, lambda _token: None)
    filters.register(app)
    assets.register(app)
    style_guide.register(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    app.context_processor(_layout)
    app.add_url_rule("/errors/<int:status>", view_func=_error_page)
    return app


def _layout() -> dict[str, object]:
    codes = {"vi": "Tiếng Việt", "en": "English", "ja": "日本語"}
    chosen = request.args.get("locale", "en")
    return {
        "actor": None if "anonymous" in request.args else READER,
        "navigation": [NavigationItem(title, f"#{title}", title == "Khóa học") for title in TITLES],
        "start_pages": [
            NavigationItem("Training manager", "#m", True),
            NavigationItem("Lecturer", "#l", False),
        ],
        "locales": [LocaleChoice(code, name, code == chosen) for code, name in codes.items()],
        "request_id": "7F3K-20",
    }


def _error_page(status: int) -> str:
    return render_template(f"errors/{status}.html", message=request.args.get("message", ""))
