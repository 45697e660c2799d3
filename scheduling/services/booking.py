"""Book a session: the one place where a coach's time is given away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.db import transaction

from clients.models import Client, Engagement
from coachops.audit.record import Fact, record
from coachops.tenancy.models import uuid7
from scheduling import slots
from scheduling.models import Offering, Session
from scheduling.policies import Refusal, Refused, lowest_free_number
from scheduling.queries.slots import Rules, epoch, hard_reasons, load_inquiry, load_rules, nearest
from scheduling.queries.standing import bookable_counts, next_planned_session, numbers_taken
from scheduling.services.claims import Buffers, lock_person, release_expired_holds, take
from scheduling.services.notices import CONFIRMED, plan_reminders, tell_both
from scheduling.slots.inputs import DAY

AROUND = 14 * DAY
"""Alternatives are looked for this many seconds before and after the time that was wanted."""


class SlotTaken(Exception):
    """The time is no longer free. `alternatives` are the nearest that are, at most three."""

    def __init__(self, alternatives: list[datetime]) -> None:
        super().__init__("the time is taken")
        self.alternatives = alternatives


class NotBookable(Refused):
    """No time of this offering can be booked by this person now."""


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
) -> Session:
    """Book one session, with its claim, its mails and its reminders.

    The same booking key books once and answers with the same session; a key that is spent otherwise
    (that session was cancelled, or is somebody else's) raises SlotTaken. `by_coach` lets the
    coach's side book over opening hours, notice and limits, never over another session. Raises
    SlotTaken or NotBookable.
    """
    rules = load_rules(offering.pk, now)
    lock_person(rules.resource_id)
    existing: Session | None = Session.objects.filter(booking_key=booking_key).first()
    if existing is not None and _is_same_booking(existing, offering, booker):
        return existing
    if existing is not None:
        raise taken(rules=rules, starts_at=starts_at, now=now)
    offering, booker = _as_it_is_now(offering), _booker_as_is_now(booker)
    check_is_bookable(offering=offering, booker=booker, by_coach=by_coach)
    if isinstance(booker, BookerGuest) and not by_coach:
        _check_has_none_open(offering, booker, now)
    check_is_free(rules=rules, starts_at=starts_at, now=now, by_coach=by_coach)
    release_expired_holds(rules.resource_id, now)
    session = _new_session(offering, booker, starts_at, now)
    session.coach_time_zone, session.booker_time_zone = rules.schedule.zone, booker_time_zone
    session.booking_key = booking_key
    session.save(force_insert=True)
    buffers = Buffers(offering.buffer_before, offering.buffer_after)
    if not take(session=session, resource_id=rules.resource_id, buffers=buffers):
        raise taken(rules=rules, starts_at=starts_at, now=now)
    _tell_and_record(session, by_coach=by_coach, now=now)
    return session


def _tell_and_record(session: Session, *, by_coach: bool, now: datetime) -> None:
    tell_both(kind=CONFIRMED, session=session, now=now)
    plan_reminders(session=session, now=now)
    facts: dict[str, Fact] = {
        "offering": str(session.offering_id),
        "by_coach": by_coach,
        "number": session.number,
    }
    record(event="session.booked", subject=session, now=now, facts=facts)


def _is_same_booking(session: Session, offering: Offering, booker: Booker) -> bool:
    """Whether a booking that was made already is the one that is asked for once more."""
    if session.is_cancelled or session.offering_id != offering.pk:
        return False
    if isinstance(booker, BookerClient):
        return bool(session.client_id == booker.client.pk)
    is_guest = session.client_id is None
    return is_guest and session.guest_email.lower() == booker.email.lower()


def _as_it_is_now(offering: Offering) -> Offering:
    """Read again under the coach's lock: it may have been archived, or its coach have left."""
    return Offering.objects.select_related("coach").get(pk=offering.pk)  # type: ignore[no-any-return]


def _booker_as_is_now(booker: Booker) -> Booker:
    """Read again under the coach's lock; the engagement cannot end while it is booked on."""
    if isinstance(booker, BookerGuest) or booker.engagement is None:
        return booker
    engagements = Engagement.objects.select_for_update(of=("self",), no_key=True)
    engagement: Engagement | None = (
        engagements.select_related("client")
        .filter(pk=booker.engagement.pk, client=booker.client)
        .first()
    )
    return BookerClient(engagement.client if engagement else booker.client, engagement)


def _check_has_none_open(offering: Offering, guest: BookerGuest, now: datetime) -> None:
    """A guest moves the session they have; a second one would be somebody filling a calendar."""
    upcoming = Session.objects.upcoming(now).filter(offering=offering, client=None)
    if upcoming.filter(guest_email__iexact=guest.email).exists():
        raise NotBookable(Refusal.ALREADY_BOOKED)


def check_is_bookable(*, offering: Offering, booker: Booker, by_coach: bool = False) -> None:
    """Raises NotBookable when no time at all can be booked. Needs the offering with its coach."""
    if offering.archived_at is not None or offering.coach.ended_at is not None:
        raise NotBookable(Refusal.ARCHIVED)
    if isinstance(booker, BookerClient):
        _check_client(offering, booker)
    elif offering.bookers != Offering.Bookers.ANYBODY and not by_coach:
        raise NotBookable(Refusal.NOT_FOR_YOU)


def _check_client(offering: Offering, booker: BookerClient) -> None:
    if booker.client.archived_at is not None:
        raise NotBookable(Refusal.ARCHIVED)
    if offering.kind != Offering.Kind.INDIVIDUAL:
        return
    engagement = booker.engagement
    if engagement is None or engagement.coach_id != offering.coach_id:
        raise NotBookable(Refusal.NO_ENGAGEMENT)
    if engagement.state != Engagement.State.ACTIVE:
        raise NotBookable(Refusal.NO_ENGAGEMENT)
    if not bookable_counts([engagement.pk]).get(engagement.pk):
        raise NotBookable(Refusal.NONE_LEFT)


def check_is_free(
    *,
    rules: Rules,
    starts_at: datetime,
    now: datetime,
    by_coach: bool = False,
    moving: UUID | None = None,
) -> None:
    """Ask the engine that made the listing. Raises SlotTaken with what is free nearby."""
    wanted = epoch(starts_at)
    inquiry = load_inquiry(
        rules, slots.Window(wanted - AROUND, wanted + AROUND), now, moving=moving
    )
    if hard_reasons(inquiry, wanted) if by_coach else not slots.is_offered(inquiry, wanted):
        raise SlotTaken(nearest(inquiry, wanted))


def taken(
    *, rules: Rules, starts_at: datetime, now: datetime, moving: UUID | None = None
) -> SlotTaken:
    """The refusal for a time that somebody else has just claimed."""
    wanted = epoch(starts_at)
    inquiry = load_inquiry(
        rules, slots.Window(wanted - AROUND, wanted + AROUND), now, moving=moving
    )
    return SlotTaken(nearest(inquiry, wanted))


def mail_domain() -> str:
    """The domain that calendars know this installation by."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def _new_session(offering: Offering, booker: Booker, starts_at: datetime, now: datetime) -> Session:
    """The row with its place as the offering has it now, and its calendar identity for life."""
    session = Session(
        id=uuid7(),
        offering=offering,
        coach_id=offering.coach_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=offering.duration),
        place=offering.place,
        place_details=offering.place_details,
        revised_at=now,
    )
    session.calendar_uid = f"{session.pk}@{mail_domain()}"
    _fill_in_booker(session, booker)
    return session


def _fill_in_booker(session: Session, booker: Booker) -> None:
    if isinstance(booker, BookerGuest):
        session.guest_name, session.guest_email = booker.name, booker.email
        return
    session.client = booker.client
    if booker.engagement is None or session.offering.kind != Offering.Kind.INDIVIDUAL:
        return
    session.engagement = booker.engagement
    numbers, planned = numbers_taken(booker.engagement.pk)
    session.number = lowest_free_number(numbers)
    session.planned_session = next_planned_session(booker.engagement.pk, planned)
