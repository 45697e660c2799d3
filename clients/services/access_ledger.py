"""Who looked: the one place that writes down that somebody read a client's content."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from clients.models import ContentRead
from clients.policies import ContentKind

__all__ = ["ContentKind", "record_read", "record_reads"]


def record_read(*, client_id: UUID, reader_id: UUID, kind: ContentKind, now: datetime) -> None:
    """One row a reader, client, kind and hour. Called when content is loaded for somebody else."""
    record_reads(client_ids=[client_id], reader_id=reader_id, kind=kind, now=now)


def record_reads(
    *, client_ids: Iterable[UUID], reader_id: UUID, kind: ContentKind, now: datetime
) -> None:
    """The same for a page that shows several clients. One query, none for nobody."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    ContentRead.objects.bulk_create(
        [
            ContentRead(
                client_id=client_id, reader_id=reader_id, kind=kind, hour=hour, first_read_at=now
            )
            for client_id in client_ids
        ],
        ignore_conflicts=True,
    )
