"""Who may do what with the records of people."""

from app.kernel.access import STAFF, Permission, Role


class PersonPermission(Permission):
    """Rights on people, decided in their home organisation."""

    VIEW = "person.view", "See the people of an organisation and below, with their posts.", STAFF
    MANAGE = (
        "person.manage",
        "Add and change people and their posts.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER, Role.REGISTRAR},
    )
    MERGE = (
        "person.merge",
        "Merge two records of one person, with everything they have.",
        {Role.ADMINISTRATOR, Role.REGISTRAR},
    )
