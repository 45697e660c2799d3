"""Telling people that something about a client's access has changed. Names only, no content."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from clients.models import Client
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.tenancy.scope import current_scope

NOTICE_KIND = "clients.notice"


class Notice(StrEnum):
    """What happened; also the end of the name of the mail's templates."""

    FIRST_INVITATION = "first_invitation"
    ADDRESS_CHANGED = "address_changed"
    COACH_ASSIGNED = "coach_assigned"
    BRIEF = "brief_shared"
    PASSED_ON = "passed_on"
    NO_SPEAKER = "no_speaker"


def tell(
    *,
    readers: Iterable[Membership],
    notice: Notice,
    client: Client,
    now: datetime,
    coach: Membership | None = None,
) -> None:
    """One mail for each reader but the one who did it. `coach` is the one who now coaches."""
    active = current_scope()
    acting = active.membership_id if active else None
    for reader in readers:
        if reader.pk == acting:
            continue
        enqueue(
            kind=NOTICE_KIND,
            key=f"client-notice:{client.pk}:{notice}:{reader.pk}:{now:%Y%m%dT%H%M%S}",
            due_at=now,
            subject_id=client.pk,
            recipient=reader.user.email,
            payload={
                "notice": str(notice),
                "reader": str(reader.pk),
                "by": str(acting) if acting else None,
                "coach": str(coach.pk) if coach else None,
            },
        )
