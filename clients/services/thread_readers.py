"""A team's threads have many readers: what each has not read, and one mail to each in a while."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from clients.models import (
    Client,
    CoachingMessage,
    LogisticsMessage,
    MessageThread,
    TeamMember,
    ThreadReader,
)
from clients.policies import QUIET_BETWEEN_MAILS
from clients.queries.clients import has_portal
from coachops.practices.models import Membership


def count_for_members(*, thread: MessageThread, by: Membership) -> None:
    """Part of a service that has the thread locked: one more to read for all but whoever wrote."""
    members = TeamMember.objects.present().filter(team=thread.client_id)
    ThreadReader.objects.bulk_create(
        [ThreadReader(thread=thread, member=member) for member in members.order_by("pk")],
        ignore_conflicts=True,
    )
    _readers(thread).exclude(member__client__membership=by.pk).update(unread=F("unread") + 1)


def uncount_for_members(
    *, thread: MessageThread, message: CoachingMessage | LogisticsMessage
) -> None:
    """Part of a service: as if it had never been written."""
    not_opened = Q(opened_at=None) | Q(opened_at__lt=message.sent_at)
    others = _readers(thread).exclude(member__client__membership=message.author_id)
    others.filter(not_opened, unread__gt=0).update(unread=F("unread") - 1)


def reads_for_team(team: Client, reader: Membership) -> bool:
    """Whether they read the team's threads as one of it, not as whoever organises. One query."""
    rows = TeamMember.objects.present().filter(team=team, client__membership=reader.pk)
    return bool(rows.exists())


def mark_opened(*, thread: MessageThread, reader: Membership, now: datetime) -> None:
    """One of the team has it before their eyes."""
    rows = TeamMember.objects.present().filter(team=thread.client_id, client__membership=reader.pk)
    member = rows.first()
    if member is not None:
        ThreadReader.objects.update_or_create(
            thread=thread, member=member, defaults={"opened_at": now, "unread": 0}
        )


def members_to_tell(
    *, thread: MessageThread, by: Membership, now: datetime
) -> list[tuple[Membership, datetime]]:
    """Part of a service: who gets a mail, and when: at most one each in a quiet half hour."""
    rows = _readers(thread).exclude(member__client__membership=by.pk)
    waiting = rows.filter(Q(mail_at=None) | Q(mail_at__lte=now), unread__gt=0)
    found = list(waiting.select_related("member__client__membership").order_by("pk"))
    told: list[tuple[Membership, datetime]] = []
    for row in found:
        if not has_portal(row.member.client):
            continue
        row.mail_at = _due(row.mail_at, now)
        told.append((row.member.client.membership, row.mail_at))
    ThreadReader.objects.bulk_update([row for row in found if row.mail_at], ["mail_at"])
    return told


def _due(last: datetime | None, now: datetime) -> datetime:
    quiet: timedelta = QUIET_BETWEEN_MAILS
    return now if last is None else max(now, last + quiet)


def _readers(thread: MessageThread) -> QuerySet[ThreadReader]:
    """Of those who are in the team now, and not archived."""
    rows: QuerySet[ThreadReader] = ThreadReader.objects.filter(
        thread=thread, member__left_at=None, member__client__archived_at=None
    )
    return rows
