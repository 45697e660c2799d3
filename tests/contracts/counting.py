"""Counts what a page asks the database, leaving out what only opens transactions and scopes."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser

_HOUSEKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL ROLE")


@dataclass
class Statements:
    """In the order they were sent."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    @property
    def twice(self) -> list[str]:
        """Statements sent more than once with the same values."""
        return [sql for (sql, _), times in Counter(self.sent).items() if times > 1]

    def __len__(self) -> int:
        return len(self.sent)

    def __str__(self) -> str:
        return "\n".join(sql[:110] for sql, _ in self.sent)


@contextmanager
def counted() -> Iterator[Statements]:
    """The statements that are sent inside."""
    statements = Statements()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(_HOUSEKEEPING) and "set_config(" not in sql:
            statements.sent.append((sql, repr(params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


def opened(browser: Browser, address: str) -> tuple[HttpResponse, Statements]:
    """The page and what it asked. The first visit of the hour writes that somebody looked."""
    with counted() as statements:
        response = browser.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return response, statements
