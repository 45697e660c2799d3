"""The base of every table that belongs to a practice."""

import os
import time
import uuid
from typing import Any, Self

from django.db import models

from coachops.tenancy.scope import ScopeError, current_practice_id, current_scope


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

    def reload(self) -> Self:
        """The row as the database has it now."""
        return type(self).objects.get(pk=self.pk)  # type: ignore[no-any-return]
