"""Changing people: entering them, their posts, and making one record of two."""

from app.people.commands.merging import merge_people
from app.people.commands.persons import add_people, add_person, appoint, change_person, end_appointment

__all__ = ["add_people", "add_person", "appoint", "change_person", "end_appointment", "merge_people"]
