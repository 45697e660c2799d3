"""Mails about records: that something is asked or done, never what the records say."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.retention.policies import Notice

NOTICE_KIND = "retention.notice"

__all__ = ["NOTICE_KIND", "Notice", "tell"]


def tell(
    *,
    readers: Iterable[Membership],
    notice: Notice,
    subject_id: UUID,
    now: datetime,
    due_at: datetime | None = None,
    by: Membership | None = None,
) -> None:
    """One mail for each of them. `by`: who did it, where the mail says so."""
    for reader in readers:
        enqueue(
            kind=NOTICE_KIND,
            key=f"records:{subject_id}:{notice}:{reader.pk}",
            due_at=due_at or now,
            subject_id=subject_id,
            recipient=reader.user.email,
            payload={
                "notice": str(notice),
                "reader": str(reader.pk),
                "by": str(by.pk) if by else "",
            },
        )
