"""What stays of an erased client: counts and dates that name nobody, as rows of their own.

Everything that is not copied here goes with the rows it hung on, so that a table made tomorrow is
erased without anybody thinking of it.
"""

import uuid
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from clients.models import Client, CoachAssignment, Engagement
from coachops.tenancy.models import uuid7
from programs.models import EngagementPlan, LedgerAccount, LedgerEntry
from scheduling.models import Seat, Session

NOBODY = "Erased client"
NOBODYS_DOMAIN = "@erased.invalid"
_SESSION_FACTS = (
    "offering_id",
    "coach_id",
    "second_coach_id",
    "number",
    "starts_at",
    "ends_at",
    "coach_time_zone",
    "booker_time_zone",
    "state",
    "outcome",
    "place",
    "cancelled_at",
    "cancelled_by",
)
_ENGAGEMENT_FACTS = (
    "coach_id",
    "sponsor_organisation_id",
    "payer",
    "starts_on",
    "ends_on",
)


def nobodys_address() -> str:
    """An address that reaches nobody (RFC 2606) and is never given twice."""
    return f"erased-{uuid.uuid4().hex}{NOBODYS_DOMAIN}"


def keep_facts(*, client: Client, now: datetime) -> Counter[str]:
    """Copy what names nobody to a client without a name; how many rows of each kind."""
    nobody = Client.objects.create(
        name=NOBODY, email=nobodys_address(), time_zone="UTC", archived_at=now
    )
    engagements = _keep_engagements(client, nobody)
    sessions = _keep_sessions(client, nobody, engagements, now)
    entries = _keep_ledger(engagements, sessions)
    _keep_plans(engagements)
    places = _keep_places(client, nobody, engagements)
    _keep_assignments(client, nobody, now)
    return +Counter(
        engagements=len(engagements), sessions=len(sessions), ledger=entries, places=places
    )


def _keep_engagements(client: Client, nobody: Client) -> dict[UUID, Engagement]:
    copies = {}
    for before in Engagement.objects.filter(client=client):
        facts = {name: getattr(before, name) for name in _ENGAGEMENT_FACTS}
        is_over = before.state in (Engagement.State.COMPLETED, Engagement.State.CLOSED)
        state = before.state if is_over else Engagement.State.CLOSED
        copies[before.pk] = Engagement(client=nobody, title=NOBODY, state=state, **facts)
    Engagement.objects.bulk_create(copies.values())
    return copies


def _keep_sessions(
    client: Client, nobody: Client, engagements: dict[UUID, Engagement], now: datetime
) -> dict[UUID, Session]:
    copies = {}
    theirs = Q(client=client)
    if client.email:
        theirs |= Q(client=None, guest_email__iexact=client.email)
    for before in Session.objects.filter(theirs):
        facts = {name: getattr(before, name) for name in _SESSION_FACTS}
        copies[before.pk] = Session(
            client=nobody,
            engagement=engagements.get(before.engagement_id),
            booking_key=uuid.uuid4(),
            calendar_uid=f"{uuid7()}{NOBODYS_DOMAIN}",
            revised_at=now,
            **facts,
        )
    Session.objects.bulk_create(copies.values())
    return copies


def _keep_ledger(engagements: dict[UUID, Engagement], sessions: dict[UUID, Session]) -> int:
    accounts = {
        before.pk: LedgerAccount(engagement=engagements[before.engagement_id])
        for before in LedgerAccount.objects.filter(engagement__in=engagements)
    }
    LedgerAccount.objects.bulk_create(accounts.values())
    entries = [
        LedgerEntry(
            account=accounts[before.account_id],
            sequence=before.sequence,
            kind=before.kind,
            change=before.change,
            balance_after=before.balance_after,
            session_id=_new_id(sessions, before.session_id),
            recorded_at=before.recorded_at,
        )
        for before in LedgerEntry.objects.filter(account__in=accounts)
    ]
    LedgerEntry.objects.bulk_create(entries)
    return len(entries)


def _new_id(sessions: dict[UUID, Session], before: UUID | None) -> UUID | None:
    copy = sessions.get(before) if before else None
    return copy.pk if copy else None


def _keep_plans(engagements: dict[UUID, Engagement]) -> None:
    """Which version of which program it was."""
    EngagementPlan.objects.bulk_create(
        EngagementPlan(
            engagement=engagements[before.engagement_id],
            version_id=before.version_id,
            applied_at=before.applied_at,
        )
        for before in EngagementPlan.objects.filter(engagement__in=engagements)
    )


def _keep_places(client: Client, nobody: Client, engagements: dict[UUID, Engagement]) -> int:
    """Attendance in groups, which are other people's too."""
    places = 0
    theirs = Q(client=client)
    if client.email:
        theirs |= Q(email__iexact=client.email)
    for seat in Seat.objects.filter(theirs):
        seat.client, seat.engagement = nobody, engagements.get(seat.engagement_id)
        seat.name, seat.email, seat.time_zone = NOBODY, nobodys_address(), "UTC"
        seat.save(update_fields=["client", "engagement", "name", "email", "time_zone"])
        places += 1
    return places


def _keep_assignments(client: Client, nobody: Client, now: datetime) -> None:
    """Who coached, for their own count of hours; it opens nothing any more."""
    yesterday = timezone.localdate(now, client.practice.zone) - timedelta(days=1)
    CoachAssignment.objects.bulk_create(
        CoachAssignment(
            client=nobody,
            coach_id=before.coach_id,
            started_on=min(before.started_on, yesterday),
            ended_on=min(before.ended_on or yesterday, yesterday),
        )
        for before in CoachAssignment.objects.filter(client=client)
    )
