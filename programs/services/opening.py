"""An engagement as it is ordered on one page: with a company and people that may be new."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from clients.models import (
    Client,
    Engagement,
    OrganisationUnit,
    SponsorContact,
    SponsorOrganisation,
)
from clients.services.sponsors import add_contact, add_organisation
from clients.services.units import place_engagement
from coachops.practices.models import Membership
from coachops.tenancy.turns import made_just_now, take_turn
from programs.models import EngagementPlan, ProgramVersion, SessionPlan
from programs.policies import EngagementRefused, Refusal
from programs.services.engagements import open_engagement
from programs.services.gallery import GALLERY
from programs.services.starter import install_starter_program


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody at the company who is not known yet."""

    kind: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class SponsorSide:
    """The company that pays and its people: known ones, new ones or both."""

    organisation: SponsorOrganisation | None = None
    new_organisation: str = ""
    contacts: tuple[SponsorContact, ...] = ()
    new_contacts: tuple[NewContact, ...] = ()
    report_every_days: int | None = None
    unit: OrganisationUnit | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """`sponsor` is None where the client pays; `sessions` None takes as many as are planned."""

    client: Client
    coach: Membership
    version: ProgramVersion
    starts_on: date
    sessions: int | None
    sponsor: SponsorSide | None


@transaction.atomic
def open_ordered(*, order: Order, now: datetime) -> Engagement:
    """Company, people and engagement, or nothing of it; a second click finds what the first opened.

    Raises EngagementRefused, and NameTaken or EmailTaken of the sponsors' services.
    """
    take_turn(f"engagement:{order.client.pk}")
    opened = _just_opened(order, now)
    if opened is not None:
        return opened
    sessions = order.sessions or _planned_sessions(order.version)
    if order.sponsor is None:
        return open_engagement(
            client=order.client,
            coach=order.coach,
            version=order.version,
            starts_on=order.starts_on,
            sessions=sessions,
            payer=Engagement.Payer.SELF,
            now=now,
        )
    organisation = _organisation(order.sponsor, now)
    engagement = open_engagement(
        client=order.client,
        coach=order.coach,
        version=order.version,
        starts_on=order.starts_on,
        sessions=sessions,
        payer=Engagement.Payer.SPONSOR,
        sponsor_organisation=organisation,
        contacts=_contacts(order.sponsor, organisation, now),
        report_every_days=order.sponsor.report_every_days,
        now=now,
    )
    if order.sponsor.unit is not None:
        place_engagement(engagement=engagement, unit=order.sponsor.unit, now=now)
    return engagement


@transaction.atomic
def starter_version(*, position: int, now: datetime) -> ProgramVersion:
    """One of the starter programs by its place in the gallery, installed if it is not there yet."""
    install_starter_program(now=now)
    version: ProgramVersion = (
        ProgramVersion.objects.select_related("program")
        .filter(program__name=str(GALLERY[position].name))
        .exclude(published_at=None)
        .order_by("-number")[0]
    )
    return version


def _just_opened(order: Order, now: datetime) -> Engagement | None:
    same = Engagement.objects.filter(
        client=order.client,
        coach=order.coach,
        starts_on=order.starts_on,
        pk__in=EngagementPlan.objects.filter(version=order.version).values("engagement"),
    )
    found: Engagement | None = made_just_now(same, now=now).first()
    return found


def _planned_sessions(version: ProgramVersion) -> int:
    return int(SessionPlan.objects.filter(phase__version=version).count())


def _organisation(sponsor: SponsorSide, now: datetime) -> SponsorOrganisation:
    if sponsor.organisation is not None:
        return sponsor.organisation
    if not sponsor.new_organisation:
        raise EngagementRefused(Refusal.SPONSOR_MISSING)
    return add_organisation(name=sponsor.new_organisation, now=now)


def _contacts(
    sponsor: SponsorSide, organisation: SponsorOrganisation, now: datetime
) -> tuple[SponsorContact, ...]:
    new = tuple(
        add_contact(
            organisation=organisation,
            kind=each.kind,
            name=each.name,
            email=each.email,
            now=now,
        )
        for each in sponsor.new_contacts
    )
    return (*sponsor.contacts, *new)
