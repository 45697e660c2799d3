"""What a practice consists of while it is filled."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from clients.models import (
    AgreementTemplateVersion,
    Client,
    Engagement,
    SponsorContact,
    SponsorOrganisation,
)
from clients.queries.safes import Safe
from coachops.demo.large.sizes import Blueprint
from coachops.practices.models import Membership, Practice
from coachops.questionnaires.models import QuestionnaireVersion
from programs.models import LedgerAccount, PlannedSession, ProgramVersion, SessionPlan
from scheduling.models import Offering, Session
from tracking.models import Theme


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A company with the contact who signs and a line manager."""

    organisation: SponsorOrganisation
    contact: SponsorContact
    manager: SponsorContact


@dataclass(frozen=True)
class Coach:
    """A coach, what clients book, and from which number on the clients are theirs."""

    member: Membership
    offering: Offering
    numbers: range

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.offering.schedule.time_zone)


@dataclass
class Place:
    """The practice. `weeks` are the session plans with their week from the start; the newest
    versions of questionnaires and agreements are found by their kind."""

    blueprint: Blueprint
    practice: Practice
    now: datetime
    version: ProgramVersion
    weeks: list[tuple[SessionPlan, int]]
    ends_after: timedelta
    sponsors: list[Sponsor] = field(default_factory=list)
    questions: dict[str, QuestionnaireVersion] = field(default_factory=dict)
    agreements: dict[str, AgreementTemplateVersion] = field(default_factory=dict)
    themes: list[Theme] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return self.practice.zone

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())

    def first_day(self, rounds: range) -> date:
        return self.blueprint.size.rhythm.first_day(self.monday, rounds.start)

    def sponsor_of(self, number: int) -> Sponsor | None:
        """Who pays for the client of this number; None for those who pay themselves."""
        if number % 10 >= self.blueprint.size.sponsored_of_ten:
            return None
        return self.sponsors[number // 10 % len(self.sponsors)]


@dataclass(frozen=True, slots=True)
class Person:
    """A client with membership and key."""

    number: int
    client: Client
    member: Membership
    safe: Safe


@dataclass
class Run:
    """An engagement of a client, over or current, with its sessions in order.

    Ask what was held once the sessions are there. `is_new`: the client is being onboarded.
    """

    person: Person
    engagement: Engagement
    account: LedgerAccount
    rounds: range
    sponsor: Sponsor | None
    is_new: bool
    planned: list[PlannedSession] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.engagement.state == Engagement.State.COMPLETED

    @property
    def started(self) -> datetime:
        return self.sessions[0].starts_at - timedelta(days=1)

    @cached_property
    def held(self) -> list[Session]:
        return [each for each in self.sessions if each.outcome == Session.Outcome.HELD]
