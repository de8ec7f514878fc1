"""The blueprint that the pages of the enrolment are mounted on."""

from app.web.blueprint import FeatureBlueprint

blueprint = FeatureBlueprint("enrolment", __name__)
