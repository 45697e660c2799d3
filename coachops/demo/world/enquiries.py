"""Five people who asked, Halden's two divisions, and what Northlight shows strangers."""

from datetime import datetime, timedelta

from django.utils import timezone

from clients.models import (
    Client,
    Engagement,
    EngagementStakeholder,
    Enquiry,
    SponsorContact,
)
from clients.services.enquiries import (
    Arrangements,
    Referrer,
    add_enquiry,
    ask,
    join_client,
    move_enquiry,
    put_off,
)
from clients.services.public_pages import change_public_pages
from clients.services.sponsors import add_contact
from clients.services.units import add_unit, place_engagement
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.cast import World
from coachops.demo.world.facts import HALDEN

# Who of Halden works where; the others belong to no unit.
DRIVES = ("henrik.sand@halden.example", "priya.menon@halden.example")
RESEARCH = ("leyla.demir@halden.example", "yuki.sato@halden.example")
INTRODUCTION = (
    "We would rather show you figures than promises. They cover everybody we have worked with,"
    " also where it went differently than planned."
)


def add_enquiries(world: World, now: datetime) -> None:
    """One at every step, and who sent them."""
    sam = Client.objects.get(email=BY_HANDLE["sam"].email)
    ask(
        name="Ingrid Falk",
        email="ingrid.falk@mail.example",
        wish="I take over a team of forty in spring and would like somebody to think with.",
        referrer="A talk by Maya at the leadership days",
        now=now - timedelta(days=1),
    )
    _going_on(world, sam, now)
    _settled(world, sam, now)
    change_public_pages(
        takes_enquiries=True, shows_outcomes=True, introduction=INTRODUCTION, now=now
    )


def _going_on(world: World, sam: Client, now: datetime) -> None:
    maya, tomas, today = world.coaches["maya"], world.coaches["tomas"], timezone.localdate(now)
    call = add_enquiry(
        name="Rafael Duarte",
        email="rafael.duarte@mail.example",
        wish="Between two jobs, and not in a hurry to take the next best one.",
        arrangements=Arrangements(
            coach=tomas,
            next_step="Call him about the first talk",
            next_on=today,
            referrer=Referrer(member_id=maya.pk),
        ),
        now=now - timedelta(days=6),
    )
    move_enquiry(enquiry=call, state=Enquiry.State.CALL, now=now - timedelta(days=4))
    proposal = add_enquiry(
        name="Helena Brandvold",
        email="helena.brandvold@mail.example",
        wish="First year as managing director; the board suggested coaching.",
        arrangements=Arrangements(
            coach=maya,
            next_step="Ask whether the proposal has arrived",
            next_on=today + timedelta(days=3),
            logistics="Six months, every three weeks. Prefers Thursdays before ten.",
            referrer=Referrer(client_id=sam.pk),
        ),
        now=now - timedelta(days=16),
    )
    move_enquiry(enquiry=proposal, state=Enquiry.State.PROPOSAL, now=now - timedelta(days=5))


def _settled(world: World, sam: Client, now: datetime) -> None:
    maya = world.coaches["maya"]
    jonas = next(each for each in world.contacts[HALDEN] if each.name.startswith("Jonas"))
    won = add_enquiry(
        name="Yuki Sato",
        email="yuki.sato@halden.example",
        wish="Wants to lead research without leaving research.",
        arrangements=Arrangements(coach=maya, referrer=Referrer(contact_id=jonas.pk)),
        now=now - timedelta(days=40),
    )
    yuki = Client.objects.get(email="yuki.sato@halden.example")
    join_client(enquiry=won, client=yuki, now=now - timedelta(days=25))
    later = add_enquiry(
        name="Tobias Krantz",
        email="tobias.krantz@mail.example",
        wish="Speaking in front of large rooms.",
        arrangements=Arrangements(coach=maya, referrer=Referrer(client_id=sam.pk)),
        now=now - timedelta(days=60),
    )
    put_off(enquiry=later, reason=Enquiry.Reason.TIMING, now=now - timedelta(days=45))


def add_units(world: World, now: datetime) -> None:
    """Halden tells its divisions apart; Henrik leads Priya, and Maya coaches both."""
    halden = world.organisations[HALDEN]
    for name, emails in (("Drives", DRIVES), ("Research", RESEARCH)):
        unit = add_unit(organisation=halden, name=name, now=now)
        for engagement in Engagement.objects.filter(
            sponsor_organisation=halden, client__email__in=emails
        ):
            place_engagement(engagement=engagement, unit=unit, now=now)
    henrik = add_contact(
        organisation=halden,
        kind=SponsorContact.Kind.STAKEHOLDER,
        name="Henrik Sand",
        email="henrik.sand@halden.example",
        job_title="VP Operations",
        now=now,
    )
    priya = Engagement.objects.get(client__email="priya.menon@halden.example")
    EngagementStakeholder.objects.create(engagement=priya, contact=henrik)
