"""Letters: rendered from templates in the recipient's language, wherever the work is done."""

from flask import current_app
from flask_babel import force_locale
from jinja2 import Template

from app.web.locale import LOCALES


def render_letter(name: str, locale: str | None, /, **told: object) -> tuple[str, str, str]:
    """Return subject, text and HTML of ``templates/emails/<name>``; the subject is the text's heading.

    Addresses in a letter must be whole: the templates put ``base_url`` before a path.
    """
    settings = current_app.config["SETTINGS"]
    language = locale if locale in LOCALES else settings.default_locale
    context = {"base_url": settings.base_url, "locale": language, **told}
    find = current_app.jinja_env.get_template
    with force_locale(language):
        text, html = find(f"emails/{name}.txt"), find(f"emails/{name}.html")
        return _heading(text, context), text.render(context).strip() + "\n", html.render(context)


def _heading(template: Template, context: dict[str, object]) -> str:
    parts = template.blocks["heading"](template.new_context(context))
    return " ".join("".join(parts).split())
