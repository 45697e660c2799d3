"""Who looked: the one place that writes down that somebody read a client's content."""

from datetime import datetime
from uuid import UUID

from clients.models import ContentRead
from clients.policies import ContentKind

__all__ = ["ContentKind", "record_read"]


def record_read(*, client_id: UUID, reader_id: UUID, kind: ContentKind, now: datetime) -> None:
    """One row a reader, client, kind and hour. Called when content is loaded for somebody else."""
    ContentRead.objects.bulk_create(
        [
            ContentRead(
                client_id=client_id,
                reader_id=reader_id,
                kind=kind,
                hour=now.replace(minute=0, second=0, microsecond=0),
                first_read_at=now,
            )
        ],
        ignore_conflicts=True,
    )
