"""Practices, coaches and what can be booked with them, made for measuring."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from clients.models import Client, CoachAssignment, Engagement
from coachops.practices.models import Membership, Practice, User
from coachops.practices.roles import Audience, Role
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope
from programs.services.ledger import open_account
from scheduling.models import Offering
from scheduling.services.offerings import create_offering


@contextmanager
def new_practice(zone: str = "UTC") -> Iterator[Practice]:
    """A practice with nobody in it, in its scope and one transaction. It is left behind."""
    practice_id = uuid7()
    slug = f"measured-{uuid4().hex[:10]}"
    with transaction.atomic(), scope(system_scope(practice_id)):
        yield Practice.objects.create(id=practice_id, name=slug, slug=slug, time_zone=zone)


def new_user(zone: str = "UTC") -> User:
    user: User = User.objects.create(
        email=f"{uuid4().hex}@bench.example", name="Coach", time_zone=zone
    )
    return user


def new_coach(practice: Practice, user: User | None = None) -> Membership:
    """Somebody of the practice's zone, or who coaches elsewhere already."""
    coach: Membership = Membership.objects.create(
        practice=practice,
        user=user or new_user(practice.time_zone),
        audience=Audience.STAFF,
        roles=[Role.COACH],
        name="Coach",
    )
    return coach


def new_offering(coach: Membership, now: datetime, **details: Any) -> Offering:
    """Fifty minutes every half hour, Monday to Friday from nine to five, for anybody, at once."""
    usual = {
        "kind": Offering.Kind.CHEMISTRY,
        "bookers": Offering.Bookers.ANYBODY,
        "duration": 50,
        "step": 30,
        "buffer_after": 0,
        "notice": 0,
    }
    return create_offering(coach=coach, name="Talk", now=now, **usual | details)


def new_client(coach: Membership, now: datetime) -> Client:
    """Somebody whom the coach works with from today on."""
    name = uuid4().hex
    client: Client = Client.objects.create(
        name=name, email=f"{name}@bench.example", time_zone=coach.practice.time_zone
    )
    CoachAssignment.objects.create(client=client, coach=coach, started_on=now.date())
    return client


def new_engagement(client: Client, coach: Membership, now: datetime) -> Engagement:
    """A year with more sessions than anybody books."""
    engagement: Engagement = Engagement.objects.create(
        client=client,
        coach=coach,
        title="Coaching",
        payer=Engagement.Payer.SELF,
        starts_on=now.date(),
        ends_on=now.date() + timedelta(days=365),
    )
    open_account(engagement=engagement, sessions=500, now=now)
    return engagement
