"""The base of every table that belongs to a practice."""

import json
import os
import time
import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.lookups import Exact
from django.db.models.sql.where import WhereNode

from coachops.tenancy.scope import ScopeError, current_practice_id, current_scope

_NUMBERS_AND_TEXTS: Final = (
    models.BooleanField,
    models.CharField,
    models.FloatField,
    models.IntegerField,
    models.TextField,
)
_AS_JSON: Final = (
    *_NUMBERS_AND_TEXTS,
    models.DateField,
    models.JSONField,
    models.TimeField,
    models.UUIDField,
)


def uuid7() -> uuid.UUID:
    """A time-ordered identifier (RFC 9562, version 7)."""
    value = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10))
    value[6] = (value[6] & 0x0F) | 0x70
    value[8] = (value[8] & 0x3F) | 0x80
    return uuid.UUID(bytes=bytes(value))


class PracticeManager(models.Manager[Any]):
    """Refuses to be asked outside a practice scope, and names the model that was asked.

    Row-level security is the wall; this is the early, readable alarm in front of it.
    """

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[Any]:
        active = current_scope()
        if active is None or active.practice_id is None:
            raise ScopeError(f"{self.model.__name__} was queried outside a practice scope")
        queryset = super().get_queryset().filter(practice_id=active.practice_id)
        return queryset.fetch_mode(models.FETCH_PEERS)


class PracticeForeignKey(models.ForeignKey[Any, Any]):
    """A reference to a row of the same practice.

    The database constraint is composite (practice and id) and made by the migration operation
    `PracticeFK`, together with its index; what happens on delete is the database's business.
    """

    def __init__(self, to: Any, **kwargs: Any) -> None:
        kwargs["on_delete"] = models.DO_NOTHING
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        kwargs.setdefault("related_name", "+")
        super().__init__(to, **kwargs)

    def get_extra_restriction(self, alias: str, related_alias: str) -> WhereNode:
        """Joins name the practice of both tables; `alias` is that of the one referred to.

        Nobody sees less by it. But PostgreSQL knows how many rows of a named practice there are,
        and of one that only the wall names it expects as many as of the average.
        """
        here: Any = self.model._meta.get_field("practice")
        there: Any = self.related_model._meta.get_field("practice")
        same = Exact(there.get_col(alias), here.get_col(related_alias))
        return WhereNode([same])  # type: ignore[list-item]  # a lookup is as good as a node

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for settled in ("on_delete", "db_constraint", "db_index"):
            kwargs.pop(settled, None)
        return name, path, args, kwargs


class PracticeModel(models.Model):
    """A row of one practice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(
        "practices.Practice",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        default=current_practice_id,
        editable=False,
    )

    objects: Any = PracticeManager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["practice", "id"], name="%(class)s_practice_id_key")
        ]

    def insert(self) -> None:
        """Write a new row as it stands, by one statement that is always the same.

        For what is written many times a second. Unlike `save` it asks nothing and sends no signals.
        """
        statement, fields = _insertion(type(self))
        values = [
            field.get_db_prep_save(field.pre_save(self, add=True), connection) for field in fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        self._state.adding, self._state.db = False, connection.alias

    @classmethod
    def insert_all(cls, rows: Sequence[Mapping[str, Any]], **common: Any) -> None:
        """Write many new rows by one statement: values by column, as JSON writes them.

        What is the same in all of them comes once, in `common`, as a field has it; a column that is
        named in neither gets its default, and a row without `id` a number of the database's. Like
        `insert` it asks nothing and sends no signals. Raises KeyError for a column there is not.
        """
        if not rows:
            return
        statement, fields = _insertion_of_many(cls, tuple(rows[0]), tuple(common))
        values = [
            field.get_db_prep_save(common.get(field.attname, field.get_default()), connection)
            for field in fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, json.dumps(rows)])

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """The row of this table that `row_to_json` was given.

        Raises TypeError for a table with a column that would come back as something else.
        """
        fields = _read_as_json(cls)
        names = [field.attname for field in fields]
        values = [field.to_python(row[str(field.column)]) for field in fields]
        return cls.from_db(connection.alias, names, values)

    def reload(self) -> Self:
        """The row as the database has it now."""
        return type(self).objects.get(pk=self.pk)  # type: ignore[no-any-return]


@cache
def _read_as_json(model: type[PracticeModel]) -> list[Any]:
    """The fields of its columns. Raises TypeError."""
    fields = list(model._meta.concrete_fields)
    for field in fields:
        if not _is_same_as_json(field):
            raise TypeError(f"{field} cannot be read as JSON; select its column")
    return fields


def _is_same_as_json(field: Any) -> bool:
    """Not bytes, ranges, decimals or durations; of arrays those of numbers and texts alone."""
    if isinstance(field, models.ForeignKey):
        return _is_same_as_json(field.target_field)
    if isinstance(field, models.GeneratedField):
        return _is_same_as_json(field.output_field)
    if isinstance(field, ArrayField):
        return isinstance(field.base_field, _NUMBERS_AND_TEXTS)
    return isinstance(field, _AS_JSON)


@cache
def _insertion(model: type[PracticeModel]) -> tuple[str, list[Any]]:
    """The statement that writes one row, and the fields of its columns in their order."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({columns}) VALUES ({places})', fields  # noqa: S608 -- names


@cache
def _insertion_of_many(
    model: type[PracticeModel], given: tuple[str, ...], common: tuple[str, ...]
) -> tuple[str, list[Any]]:
    """The statement, and the fields whose values are the same for all rows, in their order."""
    named = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
    read = [named[name] for name in given]
    same = [field for name, field in named.items() if name not in {*given, "id"}]
    if unknown := set(common) - {field.attname for field in same}:
        raise KeyError(*sorted(unknown))
    numbered = [] if "id" in given else ["uuidv7()"]
    columns = [*(["id"] if numbered else []), *(str(f.column) for f in same + read)]
    values = [*numbered, *(f"%s::{f.db_type(connection)}" for f in same)]
    values += [f'row."{f.column}"' for f in read]
    types = ", ".join(f'"{f.column}" {f.db_type(connection)}' for f in read)
    names = ", ".join(f'"{column}"' for column in columns)
    statement = (
        f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(values)}'  # noqa: S608 -- names
        f" FROM json_to_recordset(%s::json) AS row ({types})"
    )
    return statement, same
