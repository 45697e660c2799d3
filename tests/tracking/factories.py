"""Sessions and what belongs to them, made from the models alone."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from clients.models import Client, Engagement
from coachops.practices.models import Membership
from programs.models import (
    EngagementPlan,
    Phase,
    PlannedSession,
    Program,
    ProgramVersion,
    SessionPlan,
)
from scheduling.models import Offering, Schedule, Session
from tests.cast import practice_day


def make_offering(coach: Membership) -> Offering:
    schedule = Schedule.objects.filter(coach=coach).first() or Schedule.objects.create(
        coach=coach, time_zone="Europe/Berlin"
    )
    return Offering.objects.filter(coach=coach).first() or Offering.objects.create(
        coach=coach,
        schedule=schedule,
        name="Coaching session",
        slug=f"coaching-{uuid.uuid4().hex[:8]}",
        kind=Offering.Kind.INDIVIDUAL,
        bookers=Offering.Bookers.CLIENTS,
    )


def make_session(
    client: Client | None,
    engagement: Engagement | None,
    coach: Membership,
    *,
    days: float = 0,
    number: int | None = 1,
    now: datetime | None = None,
    **fields: object,
) -> Session:
    """A session that many days from now (negative: ago), in the active practice."""
    now = now or timezone.now()
    starts_at = now + timedelta(days=days)
    return Session.objects.create(
        offering=make_offering(coach),
        coach=coach,
        client=client,
        engagement=engagement,
        number=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        coach_time_zone="Europe/Berlin",
        booker_time_zone="Europe/Berlin",
        place=Offering.Place.VIDEO,
        place_details="https://rooms.example/bob",
        booking_key=uuid.uuid4(),
        calendar_uid=f"{uuid.uuid4()}@coachops",
        revised_at=now,
        **fields,
    )


def make_plan(engagement: Engagement, *, sessions: int = 3) -> list[PlannedSession]:
    """A program of one phase, applied to the engagement."""
    version = ProgramVersion.objects.create(
        program=Program.objects.create(name=f"Program {uuid.uuid4().hex[:8]}"), number=1
    )
    phase = Phase.objects.create(version=version, position=1, name="Practise", weeks=8)
    plan = EngagementPlan.objects.create(
        engagement=engagement, version=version, applied_at=timezone.now()
    )
    today = practice_day()
    return [
        PlannedSession.objects.create(
            plan=plan,
            session_plan=SessionPlan.objects.create(
                phase=phase,
                position=number,
                title=f"Conversation {number}",
                prompts=["What is the space for?"],
                week=number,
            ),
            number=number,
            opens_on=today,
            due_on=today + timedelta(days=14),
        )
        for number in range(1, sessions + 1)
    ]
