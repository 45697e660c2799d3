"""Scopes of the demo's people, so that everything is done as the person who would do it."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from clients.models import Client, Engagement, SponsorContact, SponsorOrganisation
from coachops.demo.world.facts import ClientFacts
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import Scope
from programs.models import ProgramVersion
from scheduling.models import Offering


@dataclass(slots=True)
class World:
    """One practice while it is being filled."""

    practice: Practice
    coaches: dict[str, Membership] = field(default_factory=dict)
    offerings: dict[str, Offering] = field(default_factory=dict)
    versions: dict[str, ProgramVersion] = field(default_factory=dict)
    organisations: dict[str, SponsorOrganisation] = field(default_factory=dict)
    contacts: dict[str, list[SponsorContact]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A client's engagement with everybody who acts in it."""

    facts: ClientFacts
    index: int
    client: Client
    engagement: Engagement
    coach: Membership
    member: Membership | None
    offering: Offering

    @property
    def coach_zone(self) -> ZoneInfo:
        return ZoneInfo(self.offering.schedule.time_zone)


def scope_of(membership: Membership) -> Scope:
    return Scope(
        user_id=membership.user_id,
        practice_id=membership.practice_id,
        membership_id=membership.pk,
        roles=frozenset(membership.roles),
    )
