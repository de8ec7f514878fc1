"""The page of the audit trail."""

from __future__ import annotations

from operator import itemgetter

from flask.typing import ResponseReturnValue

from app.audit import exports, queries
from app.audit.events import TrailExported
from app.audit.policies import AuditPermission
from app.audit.reading import read_entries
from app.audit.words import thing_word
from app.kernel.events import action_of, kinds_of_events
from app.kernel.pages import Page
from app.kernel.reading import leaves_scope
from app.web.blueprint import FeatureBlueprint
from app.web.lists import list_page, page_request
from app.web.session import current_actor

blueprint = FeatureBlueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("", access=AuditPermission.VIEW)
def trail_list() -> ResponseReturnValue:
    """Show who did what in the actor's organisations."""
    actor, kinds = current_actor(), kinds_of_events()
    found = queries.list_events(actor, page_request("from", "until", "person", "subject", "number", "action"))
    told = read_entries(found.items, actor)
    # An export is read while it is sent; a page may be gone through more than once.
    entries = told if found.request.size is None else list(told)
    return list_page(
        "audit/trail_list.html",
        listed=Page(entries, found.request, found.total),
        columns=exports.TRAIL_COLUMNS,
        file_name="audit",
        leaves=leaves_scope(TrailExported, actor, AuditPermission.VIEW),
        subjects=sorted(
            ((kind, thing_word(kind)) for kind in {kind.subject for kind in kinds}), key=itemgetter(1)
        ),
        actions=sorted({action_of(kind) for kind in kinds}),
    )
