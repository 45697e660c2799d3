"""What coach and client keep from a session: a draft of its author's until it is shared."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from clients.models import TeamMember
from clients.queries.safes import safe_of
from coachops.audit.record import record
from coachops.outbox.models import Message
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential
from scheduling.models import Session
from tracking.models import SessionSummary
from tracking.policies.texts import NothingToShare, tidy
from tracking.queries.clients import client_id_of
from tracking.services.versions import Saved, write_version

SHARED_KIND: Final = "tracking.summary.shared"
TEAM_KIND: Final = "tracking.summary.team"
TOLD_ONCE_IN: Final = timedelta(days=1)


@transaction.atomic
def save_summary(
    *, session: Session, text: str, version: int, by: Membership, now: datetime
) -> Saved:
    """Save the draft of `by`, or correct what the client reads of theirs already.

    `version` is the one that `by` read before writing, 0 for none. Raises Conflict, TextTooLong,
    NothingToShare (a shared summary is corrected, not emptied).
    """
    text = tidy(text)
    with confidential():
        is_shared = _rows_of(session, by).filter(shared_at__isnull=False).exists()
        if is_shared and not text.strip():
            raise NothingToShare
        saved = _write(session, text, version, by, now)
    if is_shared:
        record(event="summary.corrected", subject=session, now=now)
    return saved


@transaction.atomic
def share_summary(
    *, session: Session, text: str, version: int, by: Membership, now: datetime
) -> Saved:
    """Save this text and let the client read it from now on; a mail without a word of it says so.

    Raises Conflict, TextTooLong, NothingToShare.
    """
    text = tidy(text)
    if not text.strip():
        raise NothingToShare
    with confidential():
        saved = _write(session, text, version, by, now)
        changed = _rows_of(session, by).filter(shared_at=None).update(shared_at=now)
    if changed:
        record(event="summary.shared", subject=session, now=now)
        tell = _tell_team if session.capacity > 1 else _tell_client
        tell(session, now)
    return saved


def _tell_team(session: Session, now: datetime) -> None:
    """The same to each who is in the team."""
    for member in TeamMember.objects.present().filter(team=session.client_id).order_by("pk"):
        enqueue(
            kind=TEAM_KIND,
            key=f"summary:{session.pk}:team:{member.pk}:{now:%Y%m%d}",
            due_at=now,
            subject_id=session.pk,
            payload={"member": str(member.pk)},
        )


def _tell_client(session: Session, now: datetime) -> None:
    """One mail for a session in a day, however many coaches share something of it."""
    earlier = Message.objects.filter(
        kind=SHARED_KIND, subject_id=session.pk, due_at__gt=now - TOLD_ONCE_IN
    )
    if not earlier.exists():
        enqueue(
            kind=SHARED_KIND,
            key=f"summary:{session.pk}:shared:{now:%Y%m%dT%H%M%S}",
            due_at=now,
            subject_id=session.pk,
        )


def _write(session: Session, text: str, version: int, by: Membership, now: datetime) -> Saved:
    client_id = client_id_of(session)
    blank = SessionSummary(session=session, client_id=client_id, author=by, saved_at=now)
    rows = _rows_of(session, by)
    return write_version(rows, blank, safe_of(client_id), text=text, version=version)


def _rows_of(session: Session, author: Membership) -> QuerySet[SessionSummary]:
    """At most one: another coach's summary of the same session is theirs to write."""
    return SessionSummary.objects.filter(session=session, author=author)  # type: ignore[no-any-return]
