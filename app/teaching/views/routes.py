"""The blueprint that all pages of the teaching hang on."""

from app.web.blueprint import FeatureBlueprint

blueprint = FeatureBlueprint("teaching", __name__)
