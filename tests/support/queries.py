"""Counts statements: a page must need as many for 3 rows as for 3,000."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event


class QueryCounter:
    """Counts what is executed on the test's connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.statements: list[str] = []

    def __len__(self) -> int:
        return len(self.statements)

    @contextmanager
    def counting(self) -> Iterator["QueryCounter"]:
        """Count inside; savepoints of the test's own set-up are not statements of the page."""
        self.statements = []
        event.listen(self._connection, "before_cursor_execute", self._note)
        try:
            yield self
        finally:
            event.remove(self._connection, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.statements.append(statement)
