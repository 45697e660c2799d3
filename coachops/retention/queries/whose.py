"""SQL that finds a client's rows in any table, from the file of rules alone."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from coachops.retention.policies import TableRule

_MINE = "practice_id = (SELECT app.practice_id())"
_HELD = f"SELECT client_id FROM retention_legalhold WHERE {_MINE} AND lifted_at IS NULL"  # noqa: S608 -- names


@cache
def table_of(rule: TableRule) -> str:
    """The quoted name of the rule's table."""
    return connection.ops.quote_name(apps.get_model(rule.model)._meta.db_table)


@cache
def of_clients(rule: TableRule) -> str:
    """A condition with one parameter, an array of client ids; it reads keys alone."""
    return _condition(apps.get_model(rule.model), rule.via.split("."))


@cache
def of_persons(rule: TableRule) -> str:
    """The same with an array of ids of memberships."""
    return _condition(apps.get_model(rule.model), [rule.person])


@cache
def older_than(rule: TableRule) -> str:
    """A condition with one parameter, a moment. Rows of clients under a legal hold are not meant:
    the database would not let go of them."""
    field = apps.get_model(rule.model)._meta.get_field(rule.date)
    condition = f"{_MINE} AND {_column(field)} < %s"
    if not rule.via:
        return condition
    held = of_clients(rule).replace("%s", f"ARRAY({_HELD})")
    return f"{condition} AND ({held}) IS NOT TRUE"


def stored_files(rule: TableRule) -> list[str]:
    """The quoted columns with names of files in the storage."""
    model = apps.get_model(rule.model)
    return [_column(model._meta.get_field(name)) for name in rule.files]


def _condition(model: type[models.Model], path: list[str]) -> str:
    field = model._meta.get_field(path[0])
    if len(path) == 1:
        return f"{_MINE} AND {_column(field)} = ANY(%s)"
    target = field.related_model
    assert isinstance(target, type), f"{model} {path}"  # noqa: S101 -- the rules are tested
    table = connection.ops.quote_name(target._meta.db_table)
    inner = _condition(target, path[1:])
    return f"{_MINE} AND {_column(field)} IN (SELECT id FROM {table} WHERE {inner})"  # noqa: S608 -- names


def _column(field: Any) -> str:
    return connection.ops.quote_name(str(field.column))
