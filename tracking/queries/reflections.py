"""What the client wrote between sessions: to the client all of it, to the coach what was shared."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from clients.queries.safes import Safe, safe_of
from coachops.tenancy.scope import confidential
from tracking.markdown import excerpt, render_markdown
from tracking.models import Reflection
from tracking.queries.pads import Pad

EXCERPT = 240


@dataclass(frozen=True, slots=True)
class ReflectionEntry:
    """`text` is Markdown as it was typed. `saved_at`: when it was changed last, if it was."""

    id: UUID
    text: str
    written_at: datetime
    saved_at: datetime | None
    shared_at: datetime | None

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None

    @property
    def changed_at(self) -> datetime | None:
        """When it was changed after it had been shared: then it is not what was read first."""
        if self.saved_at is None or self.shared_at is None or self.saved_at <= self.shared_at:
            return None
        return self.saved_at

    @property
    def html(self) -> SafeString:
        return render_markdown(self.text)

    @property
    def excerpt(self) -> str:
        return excerpt(self.text, EXCERPT)


def shared_reflections(
    client_id: UUID, *, since: datetime | None = None, limit: int = 20
) -> tuple[ReflectionEntry, ...]:
    """What the client shared (after `since`), newest first. Two queries."""
    with confidential():
        return read_shared(safe_of(client_id), client_id, since=since, limit=limit)


def read_shared(
    safe: Safe, client_id: UUID, *, since: datetime | None = None, limit: int = 20
) -> tuple[ReflectionEntry, ...]:
    """For callers who have stepped up to confidential() and hold the safe. One query."""
    which = Q(client_id=client_id, shared_at__isnull=False)
    if since is not None:
        which &= Q(shared_at__gt=since)
    return _opened(safe, Reflection.objects.filter(which), offset=0, limit=limit)


def own_reflections(
    client_id: UUID, *, offset: int = 0, limit: int = 20
) -> tuple[ReflectionEntry, ...]:
    """Everything the client wrote; for the client alone. Two queries."""
    with confidential():
        return read_own(safe_of(client_id), client_id, offset=offset, limit=limit)


def read_own(
    safe: Safe, client_id: UUID, *, offset: int = 0, limit: int = 20
) -> tuple[ReflectionEntry, ...]:
    """For callers who have stepped up to confidential() and hold the safe. One query."""
    rows = Reflection.objects.filter(client_id=client_id)
    return _opened(safe, rows, offset=offset, limit=limit)


def reflection_pad(reflection: Reflection) -> Pad:
    """To go on writing; for the client alone. Two queries. Raises Reflection.DoesNotExist."""
    with confidential():
        row = Reflection.objects.get(pk=reflection.pk)
        text = safe_of(row.client_id).open(bytes(row.sealed_body), row_id=row.pk)
    return Pad(text, row.version, saved_at=row.saved_at, shared_at=row.shared_at)


def own_reflection_count(client_id: UUID) -> int:
    """One query."""
    with confidential():
        return int(Reflection.objects.filter(client_id=client_id).count())


def _opened(
    safe: Safe, rows: QuerySet[Reflection], *, offset: int, limit: int
) -> tuple[ReflectionEntry, ...]:
    newest = rows.order_by("-written_at", "-pk")[offset : offset + limit]
    return tuple(
        ReflectionEntry(
            id=row.pk,
            text=safe.open(bytes(row.sealed_body), row_id=row.pk),
            written_at=row.written_at,
            saved_at=row.saved_at,
            shared_at=row.shared_at,
        )
        for row in newest
    )
