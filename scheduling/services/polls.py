"""Find a time for client, coach and sponsor: propose, hold, answer, book the first common one.

Every change takes the coach's lock first and the poll's row second, as bookings do, so that two
answers at the same moment book once.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from clients.models import Client, Engagement, SponsorContact
from clients.queries.clients import address_of
from coachops.audit.record import Fact, record
from coachops.outbox.queue import FIRST, enqueue
from coachops.practices.models import Membership, Practice
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id
from scheduling.models import Claim, Offering, Poll, PollOption, PollVoter, Seat, Session
from scheduling.policies.polls import (
    PollRefusal,
    PollRefused,
    check_times,
    common_times,
)
from scheduling.queries.slots import Rules, load_rules
from scheduling.services.booking import BookerClient, Details, NotBookable, book_session
from scheduling.services.claims import (
    Buffers,
    Stretch,
    claims_on,
    drop_holds,
    hold,
    lock_resources,
    release_expired_holds,
)
from scheduling.services.poll_notices import (
    NO_COMMON_TIME,
    NOT_ANSWERED,
    ask_voter,
    plan_closing,
    stop_asking,
    tell_coach_of_poll,
)
from scheduling.services.sponsor_notices import BOOKED, remind_sponsors, tell_others
from scheduling.services.times import SlotTaken, Wish, free_coaches_for, taken_after_all

COACH_LEFT: Final = "scheduling.coach_left"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Times to choose from, who is asked beside the client, and until when."""

    starts: Sequence[datetime]
    contacts: Sequence[SponsorContact]
    closes_at: datetime
    agenda: str = ""


@transaction.atomic
def propose_times(
    *, engagement: Engagement, offering: Offering, proposal: Proposal, now: datetime
) -> Poll:
    """Hold the times and ask client and sponsor which suit.

    Raises PollRefused, or SlotTaken when one of the times is not free. Only one such question is
    open for an engagement.
    """
    rules = _rules(offering, engagement.coach_id, now)
    lock_resources(_resources(rules))
    engagement = _as_it_is_now(engagement)
    _check_is_open_to_sponsor(engagement, proposal.contacts)
    length = timedelta(minutes=rules.offering.duration)
    check_times(proposal.starts, length=length, closes_at=proposal.closes_at, now=now)
    poll: Poll = Poll.objects.create(
        engagement=engagement,
        offering=offering,
        coach_id=rules.coach_id,
        agenda=proposal.agenda.strip(),
        closes_at=proposal.closes_at,
    )
    _hold_all(poll, rules, proposal.starts, now)
    voters = [_client_voter(poll, engagement.client)]
    voters += [_sponsor_voter(poll, contact) for contact in proposal.contacts]
    PollVoter.objects.bulk_create(voters)
    for voter in voters:
        ask_voter(poll=poll, voter=voter, options=len(proposal.starts), now=now)
    plan_closing(poll=poll)
    facts: dict[str, Fact] = {"options": len(proposal.starts), "voters": len(voters)}
    record(event="poll.proposed", subject=poll, now=now, facts=facts)
    return poll


@transaction.atomic
def propose_more(
    *, poll: Poll, starts: Sequence[datetime], closes_at: datetime, now: datetime
) -> Poll:
    """More times beside those that are held; everybody is asked again. PollRefused, SlotTaken."""
    poll = _locked(poll)
    _check_is_open(poll, now)
    rules = _rules(poll.offering, poll.coach_id, now)
    present = set(_options(poll).values_list("starts_at", flat=True))
    new = [each for each in starts if each not in present]
    length = timedelta(minutes=rules.offering.duration)
    check_times([*present, *new], length=length, closes_at=closes_at, now=now)
    check_times(new, length=length, closes_at=closes_at, now=now, fewest=1)
    poll.closes_at = closes_at
    poll.save(update_fields=["closes_at"])
    keys = list(_options(poll).values_list("pk", flat=True))
    Claim.objects.filter(hold_key__in=keys, state=Claim.State.HELD).update(expires_at=closes_at)
    _hold_all(poll, rules, new, now)
    PollVoter.objects.filter(poll=poll).update(answered_at=None)
    for voter in PollVoter.objects.filter(poll=poll).order_by("pk"):
        ask_voter(poll=poll, voter=voter, options=len(present) + len(new), now=now)
    plan_closing(poll=poll)
    record(event="poll.widened", subject=poll, now=now, facts={"options": len(new)})
    return poll


@transaction.atomic
def answer_poll(
    *, voter: PollVoter, suits: Collection[UUID], time_zone: str, now: datetime
) -> Poll:
    """Say which times suit, or say it anew. The first time that suits everybody is booked at once.

    Ids that are none of the poll's are dropped. Raises PollRefused once it is over.
    """
    poll = _locked(voter.poll)
    _check_is_open(poll, now)
    options = list(_options(poll))
    known = [option.pk for option in options if option.pk in set(suits)]
    voter.suits, voter.time_zone = [str(each) for each in known], time_zone
    voter.answered_at = now
    voter.save(update_fields=["suits", "time_zone", "answered_at"])
    record(event="poll.answered", subject=poll, now=now, facts={"voter": str(voter.pk)})
    voters = list(PollVoter.objects.filter(poll=poll).order_by("pk"))
    answers = [_ticked(each) for each in voters]
    common = common_times([option.pk for option in options], answers)
    if _book_first(poll, [option for option in options if option.pk in common], voters, now):
        return poll
    if all(each is not None for each in answers):
        tell_coach_of_poll(poll=poll, why=NO_COMMON_TIME, options=len(options), now=now)
    return poll


@transaction.atomic
def withdraw_poll(*, poll: Poll, now: datetime) -> None:
    """Give all held times back; the links say that the question is settled. Twice is once."""
    poll = _locked(poll)
    if poll.state != Poll.State.OPEN:
        return
    _close(poll, now)
    record(event="poll.withdrawn", subject=poll, now=now)


def plan_withdrawal(*, coach: Membership, now: datetime) -> None:
    """Soon, and with the coach's lock first, which whoever ends the membership cannot take."""
    enqueue(
        kind=COACH_LEFT,
        key=f"coach-left:{coach.pk}:{now.isoformat()}",
        due_at=now,
        subject_id=coach.pk,
        priority=FIRST,
    )


def open_polls_of(coach_or_engagement: Membership | Engagement) -> list[Poll]:
    """What is asked by a coach, or for an engagement."""
    polls = Poll.objects.filter(state=Poll.State.OPEN)
    if isinstance(coach_or_engagement, Membership):
        theirs = Q(coach=coach_or_engagement) | Q(offering__second_coach=coach_or_engagement)
        polls = polls.filter(theirs)
    else:
        polls = polls.filter(engagement=coach_or_engagement)
    return list(polls.select_related("coach", "offering").order_by("pk"))


def resources_of_polls(polls: Iterable[Poll]) -> set[UUID]:
    """The people and rooms whose time is held for them. Needs them with coach and offering."""
    found = list(polls)
    rooms = {poll.offering.room_id for poll in found if poll.offering.room_id is not None}
    seconds = {
        poll.offering.second_coach.user_id
        for poll in found
        if poll.offering.second_coach_id is not None
    }
    return rooms | seconds | {poll.coach.user_id for poll in found}


@transaction.atomic
def withdraw_polls(*, polls: Collection[Poll], now: datetime) -> None:
    """The coach has left or another one leads, or the engagement rests: nothing is asked for it."""
    lock_resources(resources_of_polls(polls))
    for poll in polls:
        withdraw_poll(poll=poll, now=now)


@transaction.atomic
def close_due_poll(*, poll: Poll, now: datetime) -> None:
    """Answers were due: the held times are free again and the coach is told."""
    poll = _locked(poll)
    if poll.state != Poll.State.OPEN or poll.closes_at > now:
        return
    _close(poll, now)
    record(event="poll.closed", subject=poll, now=now)
    tell_coach_of_poll(poll=poll, why=NOT_ANSWERED, options=_options(poll).count(), now=now)


def _rules(offering: Offering, coach_id: UUID, now: datetime) -> Rules:
    return load_rules(offering.pk, now, coach_id=coach_id if offering.pooling else None)


def _resources(rules: Rules) -> list[UUID]:
    return [resource_id for resource_id, _around in claims_on(rules, Buffers(0, 0))]


def _locked(poll: Poll) -> Poll:
    """The coach and the room first, then the row as it is now.

    Also where nobody could propose anew: the coach may have left, or no longer share the offering.
    """
    rows = Poll.objects.select_related("coach", "offering")
    lock_resources(resources_of_polls([rows.get(pk=poll.pk)]))
    return (  # type: ignore[no-any-return]
        Poll.objects.select_for_update(of=("self",))
        .select_related("offering", "engagement__client")
        .get(pk=poll.pk)
    )


def _options(poll: Poll) -> QuerySet[PollOption]:
    return PollOption.objects.filter(poll=poll).order_by("starts_at", "pk")  # type: ignore[no-any-return]


def _check_is_open(poll: Poll, now: datetime) -> None:
    if poll.state != Poll.State.OPEN or poll.closes_at <= now:
        raise PollRefused(PollRefusal.OVER)


def _as_it_is_now(engagement: Engagement) -> Engagement:
    """Locked, so that it neither ends nor is asked about twice at the same moment."""
    rows = Engagement.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("client__membership__user").get(pk=engagement.pk)  # type: ignore[no-any-return]


def _check_is_open_to_sponsor(engagement: Engagement, contacts: Sequence[SponsorContact]) -> None:
    if engagement.state != Engagement.State.ACTIVE or engagement.client.archived_at is not None:
        raise PollRefused(PollRefusal.NOT_RUNNING)
    if not engagement.is_sponsored or engagement.disclosure_level is None:
        raise PollRefused(PollRefusal.NOT_OPEN_TO_SPONSOR)
    if not contacts:
        raise PollRefused(PollRefusal.NOBODY)
    if Poll.objects.filter(engagement=engagement, state=Poll.State.OPEN).exists():
        raise PollRefused(PollRefusal.ALREADY_OPEN)


def _hold_all(poll: Poll, rules: Rules, starts: Sequence[datetime], now: datetime) -> None:
    """All of them or none: asked for together first, so that they are not in each other's way."""
    ordered = sorted(set(starts))
    wishes = [Wish([rules], start, now) for start in ordered]
    for wish in wishes:
        free_coaches_for(wish)
    for resource_id in _resources(rules):
        release_expired_holds(resource_id, now)
    for start, wish in zip(ordered, wishes, strict=True):
        ends_at = start + timedelta(minutes=rules.offering.duration)
        option = PollOption.objects.create(poll=poll, starts_at=start, ends_at=ends_at)
        buffers = Buffers(poll.offering.buffer_before, poll.offering.buffer_after)
        for resource_id, around in claims_on(rules, buffers):
            wanted = Stretch(resource_id, start, ends_at, around)
            if not hold(wanted=wanted, hold_key=option.pk, expires_at=poll.closes_at):
                raise taken_after_all(wish)


def _client_voter(poll: Poll, client: Client) -> PollVoter:
    return PollVoter(
        id=uuid7(),
        poll=poll,
        part=PollVoter.Part.CLIENT,
        client=client,
        name=client.name,
        email=address_of(client),
        time_zone=client.time_zone,
    )


def _sponsor_voter(poll: Poll, contact: SponsorContact) -> PollVoter:
    member = contact.membership
    practice = Practice.objects.get(pk=current_practice_id())
    return PollVoter(
        id=uuid7(),
        poll=poll,
        part=PollVoter.Part.SPONSOR,
        sponsor_contact=contact,
        name=contact.name,
        email=address_of(contact),
        time_zone=member.user.time_zone if member else practice.time_zone,
    )


def _ticked(voter: PollVoter) -> set[UUID] | None:
    return None if voter.answered_at is None else {UUID(each) for each in voter.suits}


def _book_first(
    poll: Poll, common: Sequence[PollOption], voters: Sequence[PollVoter], now: datetime
) -> bool:
    """Book the first that can be booked still; the next one where somebody broke in."""
    for option in common:
        try:
            with transaction.atomic():
                _book(poll, option, voters, now)
        except (SlotTaken, NotBookable):
            continue
        return True
    return False


def _book(poll: Poll, option: PollOption, voters: Sequence[PollVoter], now: datetime) -> None:
    client = poll.engagement.client
    session = book_session(
        offering=poll.offering,
        starts_at=option.starts_at,
        booker=BookerClient(client, poll.engagement),
        booking_key=option.pk,
        booker_time_zone=client.time_zone,
        now=now,
        by_coach=True,
        details=Details(
            hold_key=option.pk, coach_id=poll.coach_id if poll.offering.pooling else None
        ),
    )
    _seat_sponsors(session, voters, now)
    tell_others(session=session, why=BOOKED, now=now)
    remind_sponsors(session=session, now=now)
    _close(poll, now, session=session)
    record(event="poll.booked", subject=poll, now=now, facts={"session": str(session.pk)})


def _seat_sponsors(session: Session, voters: Sequence[PollVoter], now: datetime) -> None:
    Seat.objects.bulk_create(
        [
            Seat(
                id=uuid7(),
                session=session,
                part=Seat.Part.SPONSOR,
                sponsor_contact_id=voter.sponsor_contact_id,
                name=voter.name,
                email=voter.email,
                time_zone=voter.time_zone,
                asked_at=now,
                revised_at=now,
            )
            for voter in voters
            if voter.part == PollVoter.Part.SPONSOR
        ]
    )


def _close(poll: Poll, now: datetime, *, session: Session | None = None) -> None:
    poll.state = Poll.State.BOOKED if session else Poll.State.CLOSED
    poll.session = session
    poll.save(update_fields=["state", "session"])
    for key in _options(poll).values_list("pk", flat=True):
        drop_holds(key)
    stop_asking(poll=poll)
