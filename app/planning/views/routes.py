"""The one set of routes that the pages of this feature share."""

from app.web.blueprint import FeatureBlueprint

blueprint = FeatureBlueprint("planning", __name__)
