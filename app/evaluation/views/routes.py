"""The routes of the evaluation."""

from app.web.blueprint import FeatureBlueprint

blueprint = FeatureBlueprint("evaluation", __name__)
