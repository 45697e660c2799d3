"""Book a session: the one place where a coach's time is given away."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from clients.models import Client, Engagement
from coachops.audit.record import Fact, record
from coachops.outbox.queue import together
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7
from scheduling.models import MeetingRoom, Offering, Session
from scheduling.policies import Refusal, Refused
from scheduling.policies.booking import in_turn, refusal_of_day
from scheduling.queries.circumstances import Asked, Circumstances, circumstances_of
from scheduling.queries.slots import Rules, load_pool, load_rules
from scheduling.queries.standing import booking_terms
from scheduling.queries.turns import Turn, loads_of, turn_of
from scheduling.rooms import Meeting, meeting_link
from scheduling.services.answers import GivenAnswer, is_left_to_client, keep_answers
from scheduling.services.booking_links import use_booking_link
from scheduling.services.claims import (
    Buffers,
    claims_on,
    drop_holds,
    held_of,
    lock_resources,
    release_expired_holds,
    take,
)
from scheduling.services.hold_ends import withdraw_hold_end
from scheduling.services.notices import CONFIRMED, plan_first_reminders, tell_both
from scheduling.services.request_notices import tell_of_request
from scheduling.services.times import (
    SlotTaken,
    Wish,
    check_is_free,
    free_coaches_for,
    taken,
    taken_after_all,
)

__all__ = [
    "Booker",
    "BookerClient",
    "BookerGuest",
    "Details",
    "NotBookable",
    "SlotTaken",
    "book_session",
    "check_is_bookable",
    "check_is_free",
    "mail_domain",
    "taken",
]


class NotBookable(Refused):
    """No time of this offering can be booked by this person now, or none on that day."""


@dataclass(frozen=True, slots=True)
class BookerClient:
    """A client; individual sessions draw on the engagement's ledger."""

    client: Client
    engagement: Engagement | None = None


@dataclass(frozen=True, slots=True)
class BookerGuest:
    """Somebody with the link of an offering that anybody may book."""

    name: str
    email: str


type Booker = BookerClient | BookerGuest


@dataclass(frozen=True, slots=True)
class Details:
    """What a booking may say beside the time: nothing of it has to be said.

    `duration` in minutes is one of the offering's; `coach_id` one of the coaches who share it;
    `hold_key` whose hold becomes the booking; `link_id` the secret link that led here.
    """

    duration: int | None = None
    coach_id: UUID | None = None
    hold_key: UUID | None = None
    link_id: UUID | None = None
    booked_by_id: UUID | None = None
    answers: tuple[GivenAnswer, ...] = ()


PLAIN: Final = Details()


@transaction.atomic
def book_session(
    *,
    offering: Offering,
    starts_at: datetime,
    booker: Booker,
    booking_key: UUID,
    booker_time_zone: str,
    now: datetime,
    by_coach: bool = False,
    details: Details = PLAIN,
) -> Session:
    """Book one session, with its claims, its mails and its reminders.

    The same booking key books once and answers with the same session; a key that is spent otherwise
    (that session was cancelled, or is somebody else's) raises SlotTaken. `by_coach` lets the
    coach's side book over opening hours, notice and limits, never over another session. Where the
    coach wants to be asked first, the session is only requested. Raises SlotTaken or NotBookable.
    """
    pool = coaches_to_ask(offering, now, details)
    wish = Wish(pool, starts_at, now, hold_key=details.hold_key, by_coach=by_coach)
    lock_resources(wish.resources())
    found = circumstances_of(_asked(offering, booker, booking_key, details.hold_key), now)
    if found.existing is not None:
        return _same_again(found.existing, offering, booker, wish)
    offering, booker = found.offering, _booker_as_is_now(booker, found)
    check_is_bookable(offering=offering, booker=booker, by_coach=by_coach, link_id=details.link_id)
    turn = _turn(offering, booker, pool)
    _check_day(turn, wish)
    rules = _whose_turn(free_coaches_for(wish), offering, details, now)
    _check_has_none_open(found, by_coach=by_coach)
    session = _new_session(offering, booker, starts_at, now)
    _give(session, rules, turn, is_asked=offering.needs_approval and not by_coach)
    session.booker_time_zone, session.booking_key = booker_time_zone, booking_key
    _say_by_whom(session, details)
    session.insert()
    _claim(session, rules, wish, has_hold=found.has_hold)
    _use_up(details.link_id, now)
    keep_answers(session=session, answers=details.answers)
    _tell_and_record(session, found, by_coach=by_coach, now=now)
    return session


def _say_by_whom(session: Session, details: Details) -> None:
    """Who books, and so whether the client is asked what was left open."""
    session.booked_by_id = details.booked_by_id
    session.asks_client = is_left_to_client(session, details.answers)


def _use_up(link_id: UUID | None, now: datetime) -> None:
    """One booking less for the secret link that led here. Raises NotBookable if none is left."""
    if link_id is not None and not use_booking_link(link_id=link_id, now=now):
        raise NotBookable(Refusal.LINK_USED)


def coaches_to_ask(offering: Offering, now: datetime, details: Details = PLAIN) -> list[Rules]:
    """The rules of whoever could hold it: one coach, or the pool. One statement.

    Raises NotBookable for a length or a coach that the offering does not have, and when nobody is
    left who gives it.
    """
    lengths = {offering.duration, *offering.other_durations}
    if details.duration is not None and details.duration not in lengths:
        raise NotBookable(Refusal.ARCHIVED)
    if not offering.pooling and details.coach_id is None:
        return [load_rules(offering.pk, now, duration=details.duration)]
    pool = load_pool(offering.pk, now, duration=details.duration)
    if details.coach_id is not None:
        pool = [rules for rules in pool if rules.coach_id == details.coach_id]
    if not pool:
        raise NotBookable(Refusal.ARCHIVED)
    return pool


def _tell_and_record(
    session: Session, found: Circumstances, *, by_coach: bool, now: datetime
) -> None:
    facts: dict[str, Fact] = {
        "offering": str(session.offering_id),
        "by_coach": by_coach,
        "number": session.number,
    }
    if session.is_requested:
        tell_of_request(session=session, now=now)
        record(event="session.requested", subject=session, now=now, facts=facts)
        return
    with together():
        tell_both(kind=CONFIRMED, session=session, now=now, others=found.others)
        plan_first_reminders(session=session, now=now, rules=found.reminders)
    record(event="session.booked", subject=session, now=now, facts=facts)


def _asked(offering: Offering, booker: Booker, booking_key: UUID, hold_key: UUID | None) -> Asked:
    asked = Asked(offering.pk, booking_key, hold_key=hold_key)
    if isinstance(booker, BookerGuest):
        return replace(asked, guest_email=booker.email)
    engagement_id = booker.engagement.pk if booker.engagement else None
    return replace(asked, client_id=booker.client.pk, engagement_id=engagement_id)


def _same_again(session: Session, offering: Offering, booker: Booker, wish: Wish) -> Session:
    """What the key has booked, if it is the same once more. Raises SlotTaken for a spent key."""
    if not _is_same_booking(session, offering, booker):
        raise taken_after_all(wish)
    return session


def _is_same_booking(session: Session, offering: Offering, booker: Booker) -> bool:
    """Whether a booking that was made already is the one that is asked for once more."""
    if session.is_cancelled or session.offering_id != offering.pk:
        return False
    if isinstance(booker, BookerClient):
        return bool(session.client_id == booker.client.pk)
    is_guest = session.client_id is None
    return is_guest and session.guest_email.lower() == booker.email.lower()


def _booker_as_is_now(booker: Booker, found: Circumstances) -> Booker:
    """The client as they are under the locks, and the engagement if they still have it."""
    if isinstance(booker, BookerGuest):
        return booker
    return BookerClient(found.client or booker.client, found.engagement)


def _turn(offering: Offering, booker: Booker, pool: list[Rules]) -> Turn | None:
    """Which of the engagement's sessions it is; None outside of an engagement."""
    if isinstance(booker, BookerGuest) or booker.engagement is None:
        return None
    if offering.kind != Offering.Kind.INDIVIDUAL:
        return None
    return turn_of(booker.engagement, pool[0].schedule.zone)


def _check_day(turn: Turn | None, wish: Wish) -> None:
    """The days of the agreement, which the coach's side may pass over."""
    refusal = refusal_of_day(turn.span, wish.starts_at) if turn and not wish.by_coach else None
    if refusal is not None:
        raise NotBookable(refusal)


def _check_has_none_open(found: Circumstances, *, by_coach: bool) -> None:
    """A guest moves the session they have; a second one would be somebody filling a calendar.

    Asked about a free time alone: otherwise a time that nobody can book would tell anybody, at no
    cost, whether an address has booked. The coach's side may pass it over.
    """
    if found.guest_has_booked and not by_coach:
        raise NotBookable(Refusal.ALREADY_BOOKED)


def check_is_bookable(
    *, offering: Offering, booker: Booker, by_coach: bool = False, link_id: UUID | None = None
) -> None:
    """Raises NotBookable when no time at all can be booked. Needs the offering with its coach.

    Who is left of a pool is not its own coach's matter, so that coach may have gone. What two lead
    together needs both.
    """
    if offering.archived_at is not None or offering.kind == Offering.Kind.GROUP:
        raise NotBookable(Refusal.ARCHIVED)  # a group is scheduled, and its places given away
    if offering.coach.ended_at is not None and not offering.pooling:
        raise NotBookable(Refusal.ARCHIVED)
    if offering.second_coach_id is not None and offering.second_coach.ended_at is not None:
        raise NotBookable(Refusal.ARCHIVED)
    if isinstance(booker, BookerClient):
        _check_client(offering, booker, by_coach=by_coach)
    elif not by_coach and not _is_open_to_guests(offering, link_id):
        raise NotBookable(Refusal.NOT_FOR_YOU)


def _is_open_to_guests(offering: Offering, link_id: UUID | None) -> bool:
    return offering.bookers == Offering.Bookers.ANYBODY or link_id is not None


def _check_client(offering: Offering, booker: BookerClient, *, by_coach: bool) -> None:
    """The coach's side may book before the agreement is signed; their page says so."""
    if booker.client.archived_at is not None:
        raise NotBookable(Refusal.ARCHIVED)
    if offering.kind != Offering.Kind.INDIVIDUAL:
        return
    engagement = booker.engagement
    if engagement is None or engagement.coach_id != offering.coach_id:
        raise NotBookable(Refusal.NO_ENGAGEMENT)
    if engagement.state != Engagement.State.ACTIVE:
        raise NotBookable(Refusal.NO_ENGAGEMENT)
    terms = booking_terms(engagement.pk)
    if not terms.left:
        raise NotBookable(Refusal.NONE_LEFT)
    if terms.awaits_signature and not by_coach:
        raise NotBookable(Refusal.NOT_SIGNED)


def _whose_turn(free: list[Rules], offering: Offering, details: Details, now: datetime) -> Rules:
    """Of the coaches who are free: the one with fewest to come, or who holds it for the booker.

    A hold was given by the same rule when the time was chosen.
    """
    if len(free) == 1:
        return free[0]
    by_coach = {rules.coach_id: rules for rules in free}
    if details.hold_key is not None:
        held = held_of(details.hold_key, [rules.resource_id for rules in free])
        for rules in free:
            if rules.resource_id in held:
                return rules
    first = in_turn(loads_of(by_coach, offering.kind, now))[0]
    return by_coach[first]


def _claim(session: Session, rules: Rules, wish: Wish, *, has_hold: bool) -> None:
    """The time of everybody concerned. Raises SlotTaken; then nothing of it stays."""
    hold_key = wish.hold_key if has_hold else None
    buffers = Buffers(session.offering.buffer_before, session.offering.buffer_after)
    for resource_id, around in claims_on(rules, buffers):
        claim = partial(
            take, session=session, resource_id=resource_id, buffers=around, hold_key=hold_key
        )
        if claim():
            continue
        release_expired_holds(resource_id, wish.now, but=wish.hold_key)
        if not claim():
            raise taken_after_all(wish)
    if hold_key is not None:
        drop_holds(hold_key)
        withdraw_hold_end(hold_key)


def mail_domain() -> str:
    """The domain that calendars know this installation by."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def _new_session(offering: Offering, booker: Booker, starts_at: datetime, now: datetime) -> Session:
    """The row with its calendar identity for life, and who comes."""
    session = Session(id=uuid7(), offering=offering, starts_at=starts_at, revised_at=now)
    session.calendar_uid = f"{session.pk}@{mail_domain()}"
    if isinstance(booker, BookerGuest):
        session.guest_name, session.guest_email = booker.name, booker.email
        return session
    session.client = booker.client
    if offering.kind == Offering.Kind.INDIVIDUAL:
        session.engagement = booker.engagement
    return session


def _give(session: Session, rules: Rules, turn: Turn | None, *, is_asked: bool) -> None:
    """Who holds it, for how long, where, and which of the engagement's sessions it is.

    `is_asked`: the coach has to say yes first.
    """
    session.state = Session.State.REQUESTED if is_asked else Session.State.BOOKED
    session.stand_on_clock_of(rules.schedule.zone)
    coach = session.offering.coach
    own = coach.pk == rules.coach_id
    session.coach = coach if own else Membership.objects.get(pk=rules.coach_id)
    session.second_coach_id = rules.second_coach_id
    session.ends_at = session.starts_at + timedelta(minutes=rules.offering.duration)
    session.place, session.place_details = place_of(session.offering)
    session.has_own_link = session.offering.makes_own_links
    session.room_id = rules.room_id
    if turn is not None:
        session.number, session.planned_session = turn.number, turn.planned


def place_of(offering: Offering) -> tuple[str, str]:
    """Where a session of the offering takes place: kind of place, and link, number or address."""
    room: MeetingRoom | None = offering.room
    if offering.place == Offering.Place.VIDEO:
        meeting = Meeting(
            fixed_link=offering.place_details, room_link=room.join_url if room else ""
        )
        return offering.place, meeting_link(offering.video, meeting)
    if offering.place == Offering.Place.ADDRESS and room is not None:
        return offering.place, ", ".join(filter(None, [room.name, room.address]))
    return offering.place, offering.place_details
