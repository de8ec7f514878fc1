"""The routes of the improvement hang here."""

from app.web.blueprint import FeatureBlueprint

blueprint = FeatureBlueprint("improvement", __name__)
