"""Pages of the accounts."""

from app.accounts.views import administration, links, own, signing_in
from app.accounts.views.edge import blueprint

__all__ = ["administration", "blueprint", "links", "own", "signing_in"]
