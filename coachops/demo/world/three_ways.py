"""What a check-in of three, a request to book and an assistant look like in the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clients.models import Client, Engagement, SponsorContact
from clients.services.delegates import invite_delegate
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.cast import World, scope_of
from coachops.demo.world.facts import HALDEN
from coachops.practices.models import Membership, User
from coachops.tenancy.scope import scope
from scheduling.models import (
    Offering,
    Poll,
    PollOption,
    PollVoter,
    SchedulingRequest,
    Session,
)
from scheduling.policies.asking import next_nudge
from scheduling.queries.slots import open_starts
from scheduling.services.agreed_points import add_agreed_point
from scheduling.services.asking import ask_who_is_due
from scheduling.services.offerings import create_offering
from scheduling.services.outcomes import confirm_outcome
from scheduling.services.poll_shares import choose_shares
from scheduling.services.polls import Proposal, answer_poll, propose_times

WEEKS_AGO = timedelta(weeks=7)
AGENDA = (
    "How the first three months went, from each of us\n"
    "Where the team notices a difference\n"
    "What would help until summer"
)
SHARES = ("What I delegate now, and to whom", "Where I would like more support from Aiko")
AGREED = (
    "Leyla leads the quarterly review alone from now on; Aiko listens.",
    "Aiko gives feedback within two days, in person, good or bad.",
    "We look at the effect on the team in the next check-in.",
)
ASSISTANT = ("Mina Roth", "mina.roth@halden.example")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A client and the engagement they run with Maya."""

    client: Client
    engagement: Engagement
    coach: Membership


def add_three_ways(world: World, now: datetime) -> None:
    """Leyla, Maya and Halden have met once and look for the next date; who else is asked what."""
    leyla = _pair(world, BY_HANDLE["leyla"].email)
    contacts = [each for each in world.contacts[HALDEN] if _is_asked(each)]
    with scope(scope_of(leyla.coach)):
        offering = _offering(world, leyla.coach, now)
        _past(leyla, offering, contacts, now)
        poll = _ask(leyla, offering, contacts, now)
    with scope(scope_of(leyla.client.membership)):
        choose_shares(poll=poll, lines=SHARES, now=now)
        name, email = ASSISTANT
        delegation = invite_delegate(
            client=leyla.client,
            name=name,
            email=email,
            gets_mail=True,
            now=now - timedelta(days=30),
        )
    member = delegation.membership
    Membership.objects.filter(pk=member.pk).update(joined_at=now)
    User.objects.filter(pk=member.user_id).update(time_zone=leyla.client.time_zone)
    _ask_to_book(now)


def _pair(world: World, email: str) -> _Pair:
    engagements = Engagement.objects.select_related("client__membership__user")
    engagement = engagements.get(client__email=email)
    return _Pair(engagement.client, engagement, world.coaches["maya"])


def _offering(world: World, coach: Membership, now: datetime) -> Offering:
    made = create_offering(
        coach=coach,
        name="Three-way check-in",
        kind=Offering.Kind.THREE_WAY,
        bookers=Offering.Bookers.SECRET,
        now=now,
        duration=45,
        place=Offering.Place.VIDEO,
        place_details=f"https://meet.example/{world.practice.slug}-three",
    )
    return Offering.objects.select_related("coach", "schedule").get(pk=made.pk)  # type: ignore[no-any-return]


def _ask_to_book(now: datetime) -> None:
    """Whoever's program says that it is time hears of it; it was five days ago, and once since."""
    ask_who_is_due(now=now - timedelta(days=5))
    waiting = SchedulingRequest.objects.select_related("client", "planned_session")
    for request in waiting.order_by("pk"):
        due_on, zone = request.planned_session.due_on, request.client.zone
        request.nudges, request.next_nudge_at = 1, next_nudge(now, due_on, nudges=1, zone=zone)
        request.save(update_fields=["nudges", "next_nudge_at"])


def _is_asked(contact: SponsorContact) -> bool:
    return contact.name.split()[0] in {"Jonas", "Aiko"}


def _past(
    pair: _Pair, offering: Offering, contacts: Sequence[SponsorContact], now: datetime
) -> None:
    """Found by asking, seven weeks ago; what was agreed is written down."""
    then = now - WEEKS_AGO
    starts = _spread(open_starts(offering, then))
    poll = propose_times(
        engagement=pair.engagement,
        offering=offering,
        proposal=Proposal(starts, contacts, starts[0] - timedelta(hours=2), AGENDA),
        now=then,
    )
    for voter in PollVoter.objects.select_related("poll").filter(poll=poll):
        options = PollOption.objects.filter(poll=poll).order_by("starts_at")
        suits = list(options.values_list("pk", flat=True))
        poll = answer_poll(voter=voter, suits=suits, time_zone=voter.time_zone, now=then)
    session = Session.objects.select_related("offering").get(pk=poll.session_id)
    after = session.ends_at + timedelta(hours=1)
    confirm_outcome(session=session, outcome=Session.Outcome.HELD, reason="", now=after)
    for text in AGREED:
        add_agreed_point(session=session, text=text, by=pair.coach, now=after)


def _ask(
    pair: _Pair, offering: Offering, contacts: Sequence[SponsorContact], now: datetime
) -> Poll:
    """Open: Jonas has answered, Leyla and Aiko have not."""
    starts = _spread(open_starts(offering, now + timedelta(days=5)))
    poll = propose_times(
        engagement=pair.engagement,
        offering=offering,
        proposal=Proposal(starts, contacts, now + timedelta(days=4), AGENDA),
        now=now,
    )
    jonas = PollVoter.objects.select_related("poll").get(poll=poll, name__startswith="Jonas")
    options = PollOption.objects.filter(poll=poll).order_by("starts_at")
    suits = list(options.values_list("pk", flat=True))[1:3]
    answer_poll(voter=jonas, suits=suits, time_zone=jonas.time_zone, now=now)
    return poll


def _spread(free: Sequence[datetime]) -> list[datetime]:
    """Four times on four days, each at another hour."""
    by_day: dict[object, list[datetime]] = {}
    for start in free:
        by_day.setdefault(start.date(), []).append(start)
    days = list(by_day.values())[:4]
    return [times[min(3 * n, len(times) - 1)] for n, times in enumerate(days)]
