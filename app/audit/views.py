"""The page of the audit trail."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.audit import exports, queries
from app.audit.policies import AuditPermission
from app.kernel.events import action_of, kinds_of_events
from app.web.blueprint import FeatureBlueprint
from app.web.lists import list_page, page_request
from app.web.session import current_actor

blueprint = FeatureBlueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("", access=AuditPermission.VIEW)
def trail_list() -> ResponseReturnValue:
    """Show who did what in the actor's organisations."""
    kinds = kinds_of_events()
    return list_page(
        "audit/trail_list.html",
        listed=queries.list_events(
            current_actor(), page_request("from", "until", "person", "subject", "number", "action")
        ),
        columns=exports.TRAIL_COLUMNS,
        file_name="audit",
        subjects=sorted({kind.subject for kind in kinds}),
        actions=sorted({action_of(kind) for kind in kinds}),
    )
