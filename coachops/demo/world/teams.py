"""Halden's leadership team, which Maya coaches together: two behind them, one ahead."""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.utils import timezone

from clients.documents import consent_facts, consent_text
from clients.models import Client, DisclosureSignature, Engagement, SponsorContact, TeamMember
from clients.services.clients import invite_client
from clients.services.disclosure import Evidence, propose, sign
from clients.services.teams import (
    add_team,
    add_to_team,
    choose_speaker,
    join_team,
    leave_team,
)
from coachops.demo.world.building import forget_old_mail
from coachops.demo.world.cast import World, scope_of
from coachops.demo.world.facts import EXECUTIVE, HALDEN
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope
from programs.services.engagements import open_engagement
from scheduling.models import Offering, Session
from scheduling.services.offerings import create_offering
from scheduling.services.seats import settle_the_rest
from scheduling.services.team_sessions import schedule_team_session
from scheduling.services.times import SlotTaken
from tracking.models import ActionItem
from tracking.services.actions import add_action, complete_action
from tracking.services.goals import add_goal
from tracking.services.notes import save_private_note
from tracking.services.summaries import share_summary

NAME: Final = "Leadership team Halden"
KNOWN: Final = ("Leyla Demir", "Henrik Sand")
NEW: Final = (
    ("Ragnhild Vik", "ragnhild.vik@halden.example", "Chief Financial Officer"),
    ("Bastian Lorenz", "bastian.lorenz@halden.example", "Head of Operations"),
)
LEFT: Final = "Bastian Lorenz"
BEGAN, CHANGED = timedelta(days=45), timedelta(days=12)
SUMMARIES: Final = (
    (
        "We named what we avoid: **decisions that cost one of us something**. Each of us said which"
        " one is waiting.\n\nUntil next time each brings one decision that is too old."
    ),
    (
        "Three decisions were taken in the room, one was let go openly. What helped: saying first"
        " what would have to be true to say no.\n\nThe monthly meeting begins with the oldest one."
    ),
)
NOTE: Final = "H. looks to L. before he speaks. Ask the two apart what they need from each other."
GOALS: Final = (
    "We decide in the room instead of in the corridor",
    "Nobody learns about a change from another team",
)
ACTIONS: Final = (
    ("Begin the monthly meeting with the oldest open decision", True),
    ("Write down who decides what, on one page", False),
)
MORNINGS: Final = (time(8, 0), time(12, 0), time(17, 0), time(18, 0))
_SEED: Final = UUID("0b9f7c52-51ad-4c55-9a9c-9b4f3a7f6e21")


def add_teams(world: World, now: datetime) -> None:
    """All through the services, as Maya would have done it."""
    maya, began = world.coaches["maya"], now - BEGAN
    with scope(scope_of(maya)):
        team = add_team(
            name=NAME, time_zone="Europe/Berlin", coach=maya, now=began, employer=HALDEN
        )
        members = _join(team, began)
        run = _engagement(world, team, maya, began)
        choose_speaker(member=members[0], now=began)
        _agree(world, run, members[0], began)
        offering = create_offering(
            coach=maya,
            name="Team session",
            kind=Offering.Kind.GROUP,
            bookers=Offering.Bookers.SECRET,
            now=began,
            duration=90,
            capacity=8,
            place=Offering.Place.VIDEO,
            place_details=f"https://meet.example/{world.practice.slug}-team",
        )
        for goal in GOALS:
            add_goal(engagement=run, text=goal, target=8, by=maya, now=began)
        for number, summary in enumerate(SUMMARIES):
            first = began + timedelta(days=3 + 20 * number)
            _held(_booked(team, offering, first, number), summary, maya)
        _agree_to_do(run, maya, now - CHANGED)
        gone = next(each for each in members if each.client.name == LEFT)
        leave_team(member=gone, now=now - CHANGED)
        _booked(team, offering, now + timedelta(days=9), len(SUMMARIES), now=now)
    forget_old_mail(now)


def _join(team: Client, at: datetime) -> list[TeamMember]:
    known = {client.name: client for client in Client.objects.filter(name__in=KNOWN)}
    members = [join_team(team=team, client=known[name], now=at) for name in KNOWN]
    for name, email, title in NEW:
        members.append(add_to_team(team=team, name=name, email=email, job_title=title, now=at))
        invite_client(client=members[-1].client, now=at)
    return members


def _engagement(world: World, team: Client, maya: Membership, at: datetime) -> Engagement:
    return open_engagement(
        client=team,
        coach=maya,
        version=world.versions[EXECUTIVE],
        starts_on=timezone.localdate(at),
        sessions=6,
        payer=Engagement.Payer.SPONSOR,
        sponsor_organisation=world.organisations[HALDEN],
        title="Team coaching",
        now=at,
    )


def _agree(world: World, run: Engagement, speaker: TeamMember, at: datetime) -> None:
    """Leyla signs for the team, Jonas for Halden: how far, and nothing of what was said."""
    hr = SponsorContact.Kind.SPONSOR
    contact = next(each for each in world.contacts[HALDEN] if each.kind == hr)
    proposal = propose(engagement=run, level=1, contact=contact, now=at)
    names = {"coach": run.coach.name, "client": speaker.client.name, "sponsor": contact.name}
    for party, name in names.items():
        sign(
            proposal=proposal,
            party=DisclosureSignature.Party(party),
            name=name,
            consent_text=consent_text(consent_facts(proposal, run, world.practice.name), party),
            evidence=Evidence(address="192.0.2.10", user_agent="Demo browser"),
            now=at + timedelta(hours=6),
        )


def _booked(
    team: Client, offering: Offering, about: datetime, number: int, now: datetime | None = None
) -> Session:
    """On the first weekday and hour from then on at which Maya is free."""
    zone = offering.schedule.zone
    day = timezone.localdate(about, zone)
    for later in range(10):
        date = day + timedelta(days=later)
        if date.isoweekday() > 5:
            continue
        for hour in MORNINGS:
            starts_at = datetime.combine(date, hour, zone)
            try:
                return schedule_team_session(
                    team=team,
                    offering=offering,
                    starts_at=starts_at,
                    topic="",
                    booking_key=uuid5(_SEED, str(number)),
                    now=now or starts_at - timedelta(days=3),
                )
            except SlotTaken:
                continue
    raise SlotTaken([])


def _held(session: Session, summary: str, maya: Membership) -> None:
    after = session.ends_at + timedelta(hours=1)
    settle_the_rest(session=session, now=after)
    share_summary(session=session, text=summary, version=0, by=maya, now=after)
    save_private_note(session=session, text=NOTE, version=0, by=maya, now=after)


def _agree_to_do(run: Engagement, maya: Membership, at: datetime) -> None:
    for text, is_done in ACTIONS:
        action = add_action(
            engagement=run,
            text=text,
            owner=ActionItem.Owner.CLIENT,
            due_on=timezone.localdate(at) + timedelta(days=26),
            by=maya,
            now=at,
        )
        if is_done:
            complete_action(action=action, by=maya, now=at + timedelta(days=4))
