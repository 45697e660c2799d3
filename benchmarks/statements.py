"""What something asks the database, and how the database would find it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

_HOUSEKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL ROLE")
type Plan = dict[str, Any]


@dataclass(slots=True)
class Recorder:
    """Statements in the order they were sent, without those that open transactions and scopes."""

    explains: bool = False
    sent: list[str] = field(default_factory=list)
    plans: list[tuple[str, Plan]] = field(default_factory=list)

    def __call__(
        self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not statement.startswith(_HOUSEKEEPING) and "set_config(" not in statement:
            self.sent.append(statement)
            if self.explains and statement.lstrip().startswith(("SELECT", "WITH")):
                self.plans.append((statement, _plan(statement, params)))
        return execute(statement, params, many, context)


@contextmanager
def recorded(*, explains: bool = False) -> Iterator[Recorder]:
    """Everything that this thread's connection is asked inside."""
    recorder = Recorder(explains)
    with connection.execute_wrapper(recorder):
        yield recorder


def statements_of(run: Callable[[], None]) -> list[str]:
    """What it asks, once warm."""
    run()
    with recorded() as recorder:
        run()
    return recorder.sent


def plans_of(run: Callable[[], None]) -> list[tuple[str, Plan]]:
    """What it reads, and each statement's plan as the same role in the same scope."""
    with recorded(explains=True) as recorder:
        run()
    return recorder.plans


def _plan(statement: str, params: Any) -> Plan:
    """A small table would be read whole whatever its indexes: only where there is no other way."""
    cursor = connection.connection.cursor()
    cursor.execute("SET LOCAL enable_seqscan = off")
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", params)
    found: Plan = cursor.fetchone()[0][0]["Plan"]
    cursor.execute("SET LOCAL enable_seqscan = on")
    return found


def nodes(plan: Plan) -> Iterator[Plan]:
    """Every step of a plan."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)
