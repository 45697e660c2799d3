"""PostgreSQL backend under which every statement runs in the scope that is active in Python."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.db.backends.postgresql import base, features
from psycopg.pq import TransactionStatus

from coachops.tenancy.scope import Scope, current_scope

NOBODY: Final = Scope()
_SETTINGS: Final = (
    "SELECT set_config('app.user_id', %s, true), set_config('app.practice_id', %s, true),"
    " set_config('app.membership_id', %s, true), set_config('app.roles', %s, true),"
    " set_config('app.practice_slug', %s, true)"
)
_AND_ROLE: Final = ", set_config('role', %s, true)"


class DatabaseFeatures(features.DatabaseFeatures):
    """Nothing older is supported, so checks need not ask a server how old it is."""

    minimum_database_version = (18,)
    is_postgresql_18 = True


class DatabaseWrapper(base.DatabaseWrapper):
    """`told` is what the open transaction has heard last; None: nobody knows."""

    features_class = DatabaseFeatures
    told: Scope | None = NOBODY

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told_before: dict[str, Scope | None] = {}
        self.execute_wrappers.append(_in_scope)

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        """Both ends of a transaction: the settings end with it."""
        super().set_autocommit(autocommit, *args, **kwargs)
        self.told = NOBODY
        self.told_before.clear()

    def _savepoint(self, sid: str) -> None:
        super()._savepoint(sid)  # type: ignore[misc]
        self.told_before[sid] = self.told

    def _savepoint_rollback(self, sid: str) -> None:
        """The settings go back to what they were at the savepoint."""
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self.told = self.told_before[sid]

    def is_open_for_statements(self) -> bool:
        """In a transaction that PostgreSQL has not given up."""
        if self.autocommit or self.connection is None:
            return False
        status = self.connection.info.transaction_status
        return bool(status in (TransactionStatus.IDLE, TransactionStatus.INTRANS))


def _in_scope(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Tell PostgreSQL who is acting, where it does not know yet, and run the statement."""
    connection, wanted = context["connection"], current_scope() or NOBODY
    told = connection.told
    if told is not wanted and told != wanted and connection.is_open_for_statements():
        connection.told = wanted
        _tell(connection, told, wanted)
    return execute(sql, params, many, context)


def _tell(connection: DatabaseWrapper, told: Scope | None, wanted: Scope) -> None:
    sql, role = _SETTINGS, _database_role(wanted)
    params = [
        _text(wanted.user_id),
        _text(wanted.practice_id),
        _text(wanted.membership_id),
        ",".join(sorted(wanted.roles)),
        wanted.practice_slug,
    ]
    if told is None or _database_role(told) != role:
        sql, params = sql + _AND_ROLE, [*params, role]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)


def _database_role(wanted: Scope) -> str:
    if wanted.erasing:
        return "coachops_eraser"
    return "coachops_confidential" if wanted.confidential else "none"
