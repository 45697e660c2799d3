"""The fixed cast of the tests: two practices, one person for every way of standing to a client.

Alice owns the practice, Bob coaches in it, Olga coaches others, Ines supervises, Vera assists Bob.
Carol is Bob's client, sponsored by Acme; Sam is Acme's HR contact, Stella Carol's line manager.
Dave pays for himself. Mallory owns and coaches in another practice, where Erin is a client.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from clients.models import (
    Client,
    CoachAssignment,
    Engagement,
    EngagementStakeholder,
    SponsorContact,
    SponsorOrganisation,
)
from clients.services.keys import make_client_key
from coachops.practices.models import AssistantAssignment, Membership, Practice, User
from coachops.practices.roles import Audience, Role
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import Scope, current_practice_id, scope, system_scope

ZONE = "Europe/Berlin"


def practice_day(moment: datetime | None = None) -> date:
    """The day in both practices: it begins an hour or two before UTC's, which is none of theirs."""
    return timezone.localdate(moment, ZoneInfo(ZONE))


@dataclass(frozen=True)
class Person:
    """Somebody as a member of one practice."""

    user: User
    membership: Membership

    def scope(self) -> Scope:
        return Scope(
            user_id=self.user.pk,
            practice_id=self.membership.practice_id,
            membership_id=self.membership.pk,
            roles=frozenset(self.membership.roles),
        )


@dataclass(frozen=True)
class Cast:
    practice: Practice
    other_practice: Practice
    alice: Person
    bob: Person
    olga: Person
    ines: Person
    vera: Person
    carol: Person
    dave: Person
    sam: Person
    stella: Person
    mallory: Person
    erin: Person
    carol_client: Client
    dave_client: Client
    erin_client: Client
    acme: SponsorOrganisation
    carol_engagement: Engagement
    dave_engagement: Engagement
    erin_engagement: Engagement

    def everybody(self) -> dict[str, Person]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Person)}


def _person(practice: Practice, name: str, audience: Audience, *roles: Role) -> Person:
    user = User.objects.create_user(
        f"{name.lower()}@{practice.slug}.example", name=name, time_zone=ZONE
    )
    membership = Membership.objects.create(
        practice=practice,
        user=user,
        audience=audience,
        roles=list(roles),
        name=f"{name} {practice.slug.title()}",
        joined_at=timezone.now(),
    )
    return Person(user, membership)


def _client(person: Person, coach: Person, today: date) -> Client:
    client = Client.objects.create(
        membership=person.membership,
        name=person.membership.name,
        email=person.user.email,
        time_zone=ZONE,
    )
    make_client_key(client=client)
    CoachAssignment.objects.create(
        client=client, coach=coach.membership, started_on=today - timedelta(days=60)
    )
    return client


def _engagement(client: Client, coach: Person, today: date, **fields: object) -> Engagement:
    return Engagement.objects.create(
        client=client,
        coach=coach.membership,
        title="Executive coaching",
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=120),
        **fields,
    )


def _practice(slug: str) -> Practice:
    return Practice.objects.create(
        id=current_practice_id(), name=slug.title(), slug=slug, time_zone=ZONE
    )


def build_cast() -> Cast:
    """Both practices with everybody in them. Needs an open transaction or autocommit."""
    today = practice_day()
    made: dict[str, object] = {}
    with scope(system_scope(uuid7())):
        _build_practice(made, today)
    with scope(system_scope(uuid7())):
        _build_other_practice(made, today)
    return Cast(**made)  # type: ignore[arg-type]


def _build_practice(made: dict[str, object], today: date) -> None:
    practice = made["practice"] = _practice("harbour")
    staff = Audience.STAFF
    made["alice"] = _person(practice, "Alice", staff, Role.OWNER)
    bob = made["bob"] = _person(practice, "Bob", staff, Role.COACH)
    made["olga"] = _person(practice, "Olga", staff, Role.COACH)
    made["ines"] = _person(practice, "Ines", staff, Role.SUPERVISOR)
    vera = made["vera"] = _person(practice, "Vera", staff, Role.ASSISTANT)
    AssistantAssignment.objects.create(
        assistant=vera.membership, coach=bob.membership, started_on=today - timedelta(days=30)
    )
    carol = made["carol"] = _person(practice, "Carol", Audience.CLIENT, Role.CLIENT)
    dave = made["dave"] = _person(practice, "Dave", Audience.CLIENT, Role.CLIENT)
    sam = made["sam"] = _person(practice, "Sam", Audience.SPONSOR, Role.SPONSOR)
    stella = made["stella"] = _person(practice, "Stella", Audience.SPONSOR, Role.STAKEHOLDER)
    made["carol_client"] = _client(carol, bob, today)
    made["dave_client"] = _client(dave, bob, today)
    acme = made["acme"] = SponsorOrganisation.objects.create(name="Acme")
    _contact(acme, sam, SponsorContact.Kind.SPONSOR)
    manager = _contact(acme, stella, SponsorContact.Kind.STAKEHOLDER)
    engagement = made["carol_engagement"] = _engagement(
        made["carol_client"],  # type: ignore[arg-type]
        bob,
        today,
        payer=Engagement.Payer.SPONSOR,
        sponsor_organisation=acme,
        report_every_days=90,
    )
    EngagementStakeholder.objects.create(engagement=engagement, contact=manager)
    made["dave_engagement"] = _engagement(
        made["dave_client"],  # type: ignore[arg-type]
        bob,
        today,
        payer=Engagement.Payer.SELF,
    )


def _contact(
    organisation: SponsorOrganisation, person: Person, kind: SponsorContact.Kind
) -> SponsorContact:
    return SponsorContact.objects.create(
        organisation=organisation,
        membership=person.membership,
        kind=kind,
        name=person.membership.name,
        email=person.user.email,
    )


def _build_other_practice(made: dict[str, object], today: date) -> None:
    practice = made["other_practice"] = _practice("lagoon")
    mallory = made["mallory"] = _person(practice, "Mallory", Audience.STAFF, Role.OWNER, Role.COACH)
    erin = made["erin"] = _person(practice, "Erin", Audience.CLIENT, Role.CLIENT)
    made["erin_client"] = _client(erin, mallory, today)
    made["erin_engagement"] = _engagement(
        made["erin_client"],  # type: ignore[arg-type]
        mallory,
        today,
        payer=Engagement.Payer.SELF,
    )
