"""Deletes rows by their keys, as the role that cannot read what it deletes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, transaction

from coachops.retention.policies import TableRule, table_rules
from coachops.retention.queries.whose import (
    of_clients,
    of_persons,
    older_than,
    stored_files,
    table_of,
)
from coachops.tenancy.scope import erasing


def remove_of_clients(*, rules: Iterable[TableRule], clients: Sequence[UUID]) -> Counter[str]:
    """Everything these rules say of these clients; how many rows of each table.

    Files go once the transaction is certain. Only in the system's scope.
    """
    removed: Counter[str] = Counter()
    for rule in rules:
        removed += _remove(rule, of_clients(rule), list(clients))
    return removed


def remove_of_person(*, rules: Iterable[TableRule], membership_id: UUID) -> Counter[str]:
    """The same of what belongs to one membership: links, feeds, exports."""
    removed: Counter[str] = Counter()
    for rule in rules:
        removed += _remove(rule, of_persons(rule), [membership_id])
    return removed


def remove_about(*, rules: Iterable[TableRule], email: str) -> Counter[str]:
    """Rows about an address, with or without a client: found by it, deleted by their keys."""
    removed: Counter[str] = Counter()
    for rule in rules:
        model = apps.get_model(rule.model)
        rows = model._default_manager.filter(**{f"{rule.address}__iexact": email})
        ids = list(rows.values_list("pk", flat=True))
        removed += _remove(rule, "id = ANY(%s)", ids)
    return removed


def remove_naming(*, model: str, column: str, name: str) -> Counter[str]:
    """Rows that belong to nobody in particular, and say a name in one of their columns."""
    rows = apps.get_model(model)._default_manager.filter(
        **{"client": None, f"{column}__contains": name}
    )
    ids = list(rows.values_list("pk", flat=True))
    return _remove(table_rules()[model], "id = ANY(%s)", ids)


def _remove(rule: TableRule, condition: str, ids: list[UUID]) -> Counter[str]:
    files = forget_files(names=_files(rule, condition, ids))
    removed = _run(f"DELETE FROM {table_of(rule)} WHERE {condition}", ids)  # noqa: S608 -- names
    return +Counter({rule.model: removed, "files": files})


def remove_older(*, rule: TableRule, before: datetime, limit: int) -> int:
    """At most so many rows written before then."""
    table = table_of(rule)
    return _run(
        f"DELETE FROM {table} WHERE id IN"  # noqa: S608 -- names
        f" (SELECT id FROM {table} WHERE {older_than(rule)} LIMIT {limit:d})",
        before,
    )


def forget_files(*, names: Iterable[str]) -> int:
    """Delete from the storage once the transaction is certain; how many."""
    wanted = sorted({name for name in names if name})
    for name in wanted:
        transaction.on_commit(lambda each=name: default_storage.delete(each))  # type: ignore[misc]
    return len(wanted)


def _files(rule: TableRule, condition: str, ids: list[UUID]) -> list[str]:
    """Names of files are no content."""
    columns = stored_files(rule)
    if not columns:
        return []
    with erasing(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM {table_of(rule)} WHERE {condition}",  # noqa: S608 -- names
            [ids],
        )
        return [name for row in cursor.fetchall() for name in row]


def _run(statement: str, parameter: list[UUID] | datetime) -> int:
    with erasing(), connection.cursor() as cursor:
        cursor.execute(statement, [parameter])
        return int(cursor.rowcount)
