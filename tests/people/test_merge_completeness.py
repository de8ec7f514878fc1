"""Everything that points to a person is thought of by the merge: told by the tables, not by memory."""

from typing import Any

import pytest
from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from app.people.commands.merging import HISTORIES, HOURS
from app.people.commands.row_mover import referring_columns
from app.people.types import PERSON_REFERENCES
from app.tables import metadata


def place(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def test_every_column_that_points_to_a_person_has_a_word_on_the_page_of_the_merge() -> None:
    assert {place(column) for column in referring_columns(metadata, "person")} == set(PERSON_REFERENCES)


def test_no_table_points_to_a_person_by_a_key_of_several_columns() -> None:
    wider = [
        constraint.name
        for table in metadata.tables.values()
        for constraint in table.foreign_key_constraints
        if constraint.referred_table.name == "person" and len(constraint.elements) > 1
    ]

    assert wider == []


@pytest.mark.parametrize("column", referring_columns(metadata, "person"), ids=place)
def test_every_exclusion_that_a_merge_may_meet_has_its_way(column: Column[Any]) -> None:
    excluding = [
        constraint
        for constraint in column.table.constraints
        if isinstance(constraint, ExcludeConstraint)
        and any(str(expression) == column.name for expression, _name, _operator in constraint._render_exprs)
    ]

    assert not excluding or column.table.name in {*HISTORIES, *HOURS}
