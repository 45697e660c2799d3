"""Many clients of one coach, each with an engagement, sessions, goals and action items."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from clients.models import Client, CoachAssignment, Engagement
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7
from programs.models import LedgerAccount, LedgerEntry
from scheduling.models import Session
from tests.cast import practice_day
from tests.contracts.world import World, as_member
from tests.tracking.factories import make_offering
from tracking.models import ActionItem, Goal, ProgressReport

WEEK = timedelta(days=7)


def add_crowd(world: World, number: int) -> None:
    """That many more clients for Bob, all paid for by Acme at level 1, with everything on time."""
    bob = world.cast.bob.membership
    now = timezone.now()
    with as_member(bob):
        clients = Client.objects.bulk_create(
            [
                Client(
                    id=uuid7(),
                    name=f"Person {each:03}",
                    email=f"person{each}@mail.example",
                    time_zone="Europe/Berlin",
                )
                for each in range(number)
            ]
        )
        CoachAssignment.objects.bulk_create(
            [
                CoachAssignment(client=client, coach=bob, started_on=practice_day(now - 4 * WEEK))
                for client in clients
            ]
        )
        engagements = Engagement.objects.bulk_create(
            [
                Engagement(
                    id=uuid7(),
                    client=client,
                    coach=bob,
                    title="Executive coaching",
                    payer=Engagement.Payer.SPONSOR,
                    sponsor_organisation=world.cast.acme,
                    disclosure_level=1,
                    starts_on=practice_day(now - 4 * WEEK),
                    ends_on=practice_day(now + 20 * WEEK),
                )
                for client in clients
            ]
        )
        _ledgers(engagements, now)
        _sessions(engagements, bob, now)
        _tracking(engagements, now)


def _ledgers(engagements: list[Engagement], now: datetime) -> None:
    accounts = LedgerAccount.objects.bulk_create(
        [LedgerAccount(id=uuid7(), engagement=engagement) for engagement in engagements]
    )
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                account=account,
                sequence=1,
                kind=LedgerEntry.Kind.ALLOT,
                change=12,
                balance_after=12,
                recorded_at=now,
            )
            for account in accounts
        ]
    )


def _sessions(engagements: list[Engagement], coach: Membership, now: datetime) -> None:
    """One held last week, one that ended without an outcome, one to come, for everybody."""
    offering = make_offering(coach)
    Session.objects.bulk_create(
        [
            Session(
                offering=offering,
                coach=coach,
                client_id=engagement.client_id,
                engagement=engagement,
                number=number,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                coach_time_zone="Europe/Berlin",
                booker_time_zone="Europe/Berlin",
                outcome=outcome,
                place="video",
                booking_key=uuid.uuid4(),
                calendar_uid=f"{uuid.uuid4()}@coachops",
                revised_at=now,
            )
            for index, engagement in enumerate(engagements)
            for number, days, outcome in ((1, -9, "held"), (2, -1, ""), (3, 2, ""))
            for starts_at in [now + timedelta(days=days, minutes=index)]
        ]
    )


def _tracking(engagements: list[Engagement], now: datetime) -> None:
    Goal.objects.bulk_create(
        [Goal(client_id=each.client_id, engagement=each, position=1) for each in engagements]
    )
    ActionItem.objects.bulk_create(
        [
            ActionItem(
                client_id=each.client_id,
                engagement=each,
                text="Write the first page",
                due_on=practice_day(now - WEEK),
                created_at=now - 2 * WEEK,
            )
            for each in engagements
        ]
    )
    ProgressReport.objects.bulk_create(
        [
            ProgressReport(
                engagement=each,
                client_id=each.client_id,
                number=1,
                period_starts_on=practice_day(now - 4 * WEEK),
                period_ends_on=practice_day(now),
                due_on=practice_day(now),
            )
            for each in engagements
        ]
    )
