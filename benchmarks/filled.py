"""A database in use: the demo world, and beside it practices with many clients."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from clients.models import Client, CoachAssignment, Engagement, SponsorOrganisation
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.northlight import build_demo
from coachops.practices.models import Membership, Practice, User
from coachops.practices.roles import Audience, Role
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import Scope, scope, system_scope
from programs.models import LedgerAccount, LedgerEntry
from scheduling.models import Claim, Offering, Session
from scheduling.services.offerings import create_offering
from tracking.models import ActionItem, Goal, GoalRating, ProgressReport

FULL = "measured-full"
PRACTICES, CLIENTS, CLIENTS_OF_FULL = 30, 40, 100
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Place:
    """A practice with one coach while it is filled."""

    practice: Practice
    coach: Membership
    organisation: SponsorOrganisation
    offering: Offering
    now: datetime


def fill() -> None:
    """Once in a database; a second call finds it done."""
    if User.objects.filter(email=BY_HANDLE["maya"].email).exists():
        return
    now = timezone.now()
    build_demo(now, lambda _text: None)
    for number in range(PRACTICES):
        _practice(f"measured-{number}", CLIENTS, now)
    _practice(FULL, CLIENTS_OF_FULL, now)


def coach_of_full() -> User:
    return User.objects.get(email=f"coach@{FULL}.example")


@transaction.atomic
def _practice(slug: str, clients: int, now: datetime) -> None:
    with scope(system_scope(uuid7())) as active:
        practice = Practice.objects.create(
            id=active.practice_id,
            name=slug,
            slug=slug,
            time_zone="Europe/Berlin",
            guided_start_finished_at=now,
        )
        user = User.objects.create(
            email=f"coach@{slug}.example", name="Coach", time_zone="Europe/Berlin"
        )
        coach = Membership.objects.create(
            practice=practice,
            user=user,
            audience=Audience.STAFF,
            roles=[Role.OWNER, Role.COACH],
            name="Coach",
            joined_at=now,
        )
        place = Place(
            practice,
            coach,
            SponsorOrganisation.objects.create(name="Halden"),
            create_offering(
                coach=coach,
                name="Session",
                kind=Offering.Kind.INDIVIDUAL,
                bookers=Offering.Bookers.CLIENTS,
                now=now,
            ),
            now,
        )
        engagements = _clients(place, clients)
        _ledgers(place, engagements)
        _sessions(place, engagements)
        _tracking(place, engagements)


def _clients(place: Place, number: int) -> list[Engagement]:
    users = User.objects.bulk_create(
        User(email=f"person{each}@{place.practice.slug}.example", time_zone="Europe/Berlin")
        for each in range(number)
    )
    members = Membership.objects.bulk_create(
        Membership(
            practice=place.practice,
            user=user,
            audience=Audience.CLIENT,
            roles=[Role.CLIENT],
            name=f"Person {each:04}",
            joined_at=place.now,
        )
        for each, user in enumerate(users)
    )
    clients = Client.objects.bulk_create(
        Client(
            membership=member,
            name=member.name,
            email=member.user.email,
            time_zone="Europe/Berlin",
            job_title="Engineer",
        )
        for member in members
    )
    began = (place.now - 8 * WEEK).date()
    CoachAssignment.objects.bulk_create(
        CoachAssignment(client=client, coach=place.coach, started_on=began) for client in clients
    )
    return Engagement.objects.bulk_create(
        Engagement(
            client=client,
            coach=place.coach,
            title="Executive coaching",
            payer=Engagement.Payer.SPONSOR,
            sponsor_organisation=place.organisation,
            disclosure_level=1,
            starts_on=began,
            ends_on=(place.now + 16 * WEEK).date(),
        )
        for client in clients
    )


def _ledgers(place: Place, engagements: list[Engagement]) -> None:
    accounts = LedgerAccount.objects.bulk_create(
        LedgerAccount(engagement=engagement) for engagement in engagements
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            account=account,
            sequence=number,
            kind=LedgerEntry.Kind.ALLOT if number == 1 else LedgerEntry.Kind.CONSUME,
            change=12 if number == 1 else -1,
            balance_after=13 - number,
            recorded_at=place.now,
        )
        for account in accounts
        for number in range(1, 5)
    )


def _sessions(place: Place, engagements: list[Engagement]) -> None:
    """A session a week for everybody, three behind and three ahead, one after the other."""
    sessions = Session.objects.bulk_create(
        Session(
            offering=place.offering,
            coach=place.coach,
            client_id=engagement.client_id,
            engagement=engagement,
            number=week + 4,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=50),
            coach_time_zone="Europe/Berlin",
            booker_time_zone="Europe/Berlin",
            outcome=Session.Outcome.HELD if week < 0 else "",
            place=Offering.Place.VIDEO,
            booking_key=uuid.uuid4(),
            calendar_uid=f"{uuid.uuid4()}@coachops",
            revised_at=place.now,
        )
        for index, engagement in enumerate(engagements)
        for week in (-3, -2, -1, 1, 2, 3)
        for starts_at in [place.now + week * WEEK + timedelta(hours=index)]
    )
    Claim.objects.bulk_create(
        Claim(
            resource_id=place.coach.user_id,
            session=session,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            state=Claim.State.CONFIRMED,
        )
        for session in sessions
    )


def _tracking(place: Place, engagements: list[Engagement]) -> None:
    goals = Goal.objects.bulk_create(
        Goal(client_id=each.client_id, engagement=each, position=position)
        for each in engagements
        for position in (1, 2)
    )
    GoalRating.objects.bulk_create(
        GoalRating(goal=goal, rater="self", score=score, rated_at=place.now - score * WEEK)
        for goal in goals
        for score in (2, 4, 6)
    )
    ActionItem.objects.bulk_create(
        ActionItem(
            client_id=each.client_id,
            engagement=each,
            text="Write the first page",
            due_on=(place.now + days * WEEK).date(),
            created_at=place.now - 2 * WEEK,
        )
        for each in engagements
        for days in (-1, 1, 2)
    )
    ProgressReport.objects.bulk_create(
        ProgressReport(
            engagement=each,
            client_id=each.client_id,
            number=1,
            period_starts_on=(place.now - 8 * WEEK).date(),
            period_ends_on=place.now.date(),
            due_on=(place.now + WEEK).date(),
        )
        for each in engagements
    )


def member_of(handle: str) -> Membership:
    """The demo person's membership at the door that `PEOPLE` names."""
    person = BY_HANDLE[handle]
    audience = {"coach": Audience.STAFF, "portal": Audience.CLIENT, "sponsor": Audience.SPONSOR}
    user = User.objects.get(email=person.email)
    with scope(Scope(user_id=user.pk)), transaction.atomic():
        return Membership.objects.select_related("practice").get(
            user=user, practice__slug=person.practice, audience=audience[person.tree]
        )


def newest[M](model: type[M], member: Membership, **conditions: Any) -> M:
    """The newest row of the member's practice that meets the conditions."""
    with scope(system_scope(member.practice_id)), transaction.atomic():
        found: M | None = model.objects.filter(**conditions).order_by("-pk").first()  # type: ignore[attr-defined]
    if found is None:
        raise LookupError(f"no {model.__name__} in the demo world for {conditions}")
    return found


def analyse(owner_url: str) -> None:
    """Let the planner know what is in the tables."""
    import psycopg  # noqa: PLC0415 -- only here as the owner

    connection.close()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE")
