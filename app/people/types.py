"""Words of the people."""

from app.kernel.text import LabelledEnum, N_


class Gender(LabelledEnum):
    """As stated by the person."""

    FEMALE = "female", N_("Female")
    MALE = "male", N_("Male")
    OTHER = "other", N_("Other")


class AppointmentLevel(LabelledEnum):
    """The level of government that a post belongs to."""

    NATIONAL = "national", N_("National")
    PROVINCE = "province", N_("Province")
    DISTRICT = "district", N_("District")
    COMMUNE = "commune", N_("Commune")
