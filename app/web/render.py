"""Pages: whole, refused, or one named block of them."""

from typing import Any

from flask import current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from jinja2.runtime import Context

from app.web.forms import BaseForm

FRAGMENT_HEADER = "X-Fragment"


def render(template: str, **context: Any) -> str:
    """Return the page's HTML; what the layout needs is given by the context processor."""
    return render_template(template, **context)


def page(template: str, **context: Any) -> ResponseReturnValue:
    """Answer with the page, or with the one block of it that the page's own script asks for."""
    wanted = request.headers.get(FRAGMENT_HEADER, "")
    if wanted.isidentifier():
        return fragment(template, wanted, **context)
    return render(template, **context)


def form_page(template: str, *, form: BaseForm, **context: Any) -> ResponseReturnValue:
    """Answer with the form's page; if the form was sent and not taken, with all that was typed and 422 or 409."""
    html = render(template, form=form, **context)
    if not form.is_refused:
        return html
    return html, 409 if form.is_stale else 422


def fragment(template: str, block: str, **context: Any) -> ResponseReturnValue:
    """Answer with one named block of the page's own template."""
    loaded = current_app.jinja_env.get_template(template)
    if block not in loaded.blocks:
        return render(template, **context)
    current_app.update_template_context(context)
    inner: Context = loaded.new_context(context)
    # What stands outside of the blocks, such as the imports of components, runs up to the layout's first word.
    next(iter(loaded.root_render_func(inner)), None)
    return "".join(loaded.blocks[block](inner))


def request_id() -> str:
    """Return the number by which this request is found in the log."""
    return str(g.get("request_id", ""))
