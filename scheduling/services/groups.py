"""Group sessions: one session, one claim on the coach's time, a place for each person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from clients.models import Client
from coachops.audit.record import Fact, record
from coachops.outbox.queue import together
from coachops.tenancy.models import uuid7
from scheduling.models import Claim, Offering, Seat, Series, Session
from scheduling.policies import CancelledBy, check_can_cancel, check_can_move
from scheduling.policies.groups import GroupRefusal, GroupRefused, check_is_ahead
from scheduling.queries.changing import rules_of_session
from scheduling.queries.seats import group_standing_of, lock_engagements
from scheduling.queries.slots import load_rules
from scheduling.queries.standing import standing_of
from scheduling.services.booking import mail_domain, place_of
from scheduling.services.claims import (
    Buffers,
    claims_on,
    lock_resources,
    release,
    release_expired_holds,
    resources_of,
    shift_all,
    take,
)
from scheduling.services.group_notices import (
    BOOKED,
    CANCELLED,
    GROUP_OFF,
    GROUP_PLACE,
    GROUP_WAITING,
    MOVED,
    plan_reminders,
    tell_coach,
    tell_seat,
    withdraw_reminders,
)
from scheduling.services.rosters import give_places
from scheduling.services.seats import lock_group, move_up, revise
from scheduling.services.times import Wish, free_coaches_for, taken_after_all

SECOND = timedelta(seconds=1)
SMALLEST, LARGEST = 2, 200


@dataclass(frozen=True, slots=True)
class Group:
    """What is particular about one group session; its capacity is the offering's unless given."""

    topic: str = ""
    capacity: int | None = None
    draws_on_ledger: bool = False


@transaction.atomic
def schedule_group(
    *,
    offering: Offering,
    starts_at: datetime,
    roster: Sequence[Client],
    booking_key: UUID,
    now: datetime,
    group: Group | None = None,
) -> Session:
    """Put a group session into the coach's calendar, with a place for everybody on the roster.

    It is scheduled by the coach's side: over opening hours, notice and limits, never over another
    session. The same booking key schedules once. Raises GroupRefused (nothing is scheduled then)
    or SlotTaken.
    """
    wish = Wish([load_rules(offering.pk, now)], starts_at, now, by_coach=True)
    lock_resources(wish.resources())
    existing: Session | None = Session.objects.filter(booking_key=booking_key).first()
    if existing is not None:
        return existing
    session = put_into_calendar(
        offering=offering_to_schedule(offering.pk),
        wish=wish,
        group=group or Group(),
        booking_key=booking_key,
    )
    check_roster(roster, session.capacity)
    give_places(sessions=[session], clients=roster, now=now)
    announce(session=session, places=len(roster), now=now)
    return session.reload()


def offering_to_schedule(offering_id: UUID) -> Offering:
    """As it is now, with whom and what a session of it takes along."""
    rows = Offering.objects.select_related("coach", "second_coach", "room")
    return rows.get(pk=offering_id)  # type: ignore[no-any-return]


def put_into_calendar(
    *,
    offering: Offering,
    wish: Wish,
    group: Group,
    booking_key: UUID,
    series: Series | None = None,
) -> Session:
    """The session alone, without anybody in it; nobody hears of it yet.

    Needs the locks of everything that is wished for. Raises GroupRefused or SlotTaken.
    """
    [rules] = wish.pool
    capacity = group.capacity or offering.capacity
    _check_can_schedule(offering, wish.starts_at, wish.now)
    if not SMALLEST <= capacity <= LARGEST:
        raise GroupRefused(GroupRefusal.NOT_A_GROUP)
    free_coaches_for(wish)
    session = _new_session(offering, group, wish.starts_at, wish.now)
    session.capacity, session.booking_key, session.series = capacity, booking_key, series
    session.stand_on_clock_of(rules.schedule.zone)
    session.booker_time_zone = session.coach_time_zone
    session.room_id, session.second_coach_id = rules.room_id, rules.second_coach_id
    session.save(force_insert=True)
    _claim(session, wish)
    return session


def announce(*, session: Session, places: int, now: datetime) -> None:
    """A new session, with so many people in it: to its coaches, and in the audit trail."""
    tell_coach(session=session, why=BOOKED, now=now)
    facts: dict[str, Fact] = {"offering": str(session.offering_id), "places": places}
    record(event="group.scheduled", subject=session, now=now, facts=facts)


@transaction.atomic
def move_group(*, session: Session, starts_at: datetime, now: datetime) -> Session:
    """Give everybody another time; the old one is kept if the new one is taken.

    Each participant gets the next revision of their own invitation, whoever waits hears of the new
    time, and moves up where a place is free and the new time is far enough away. Raises Refused or
    SlotTaken.
    """
    rules = rules_of_session(session, now)
    wish = Wish([rules], starts_at, now, moving=session.pk, by_coach=True)
    lock_resources(wish.resources())
    session = lock_group(session.pk)
    lock_engagements([session])
    check_can_move(standing_of(session), now, by_coach=True)
    if session.starts_at == starts_at:
        return session
    _shift(session, wish)
    session.stand_on_clock_of(rules.schedule.zone)
    session.booker_time_zone = session.coach_time_zone
    _revise_session(session, now)
    everybody = _everybody(session)
    for seat in everybody:
        revise(seat, now)
        seat.save(update_fields=["calendar_sequence", "revised_at"])
    moved_up = {seat.pk for seat in move_up(session, now)}
    for seat in everybody:
        if seat.pk in moved_up:
            continue  # the mail about the place says the new time
        if seat.state == Seat.State.WAITING:
            tell_seat(kind=GROUP_WAITING, seat=seat, why=MOVED, now=now)
            continue
        tell_seat(kind=GROUP_PLACE, seat=seat, why=MOVED, now=now)
        plan_reminders(session=session, seat=seat, now=now)
    tell_coach(session=session, why=MOVED, now=now)
    facts: dict[str, Fact] = {"sequence": session.calendar_sequence}
    record(event="group.moved", subject=session, now=now, facts=facts)
    if moved_up:
        session.refresh_from_db(fields=["taken"])
    return session


@transaction.atomic
def cancel_group(*, session: Session, now: datetime) -> Session:
    """Call the whole session off, at no cost to anybody. Twice changes nothing.

    Raises Refused once it has begun.
    """
    lock_resources(resources_of([session]))
    session = lock_group(session.pk)
    if session.is_cancelled:
        return session
    check_can_cancel(standing_of(session), now)
    session.state = Session.State.CANCELLED
    session.cancelled_at, session.cancelled_by = now, CancelledBy.COACH
    session.outcome = Session.Outcome.COACH_CANCELLED
    _revise_session(session, now)
    release(session=session)
    withdraw_reminders(session_id=session.pk)
    everybody = _everybody(session)
    with together():
        for seat in everybody:
            was_booked = seat.state == Seat.State.BOOKED
            seat.state = Seat.State.CANCELLED
            seat.outcome = Session.Outcome.COACH_CANCELLED if was_booked else ""
            revise(seat, now)
            tell_seat(kind=GROUP_OFF, seat=seat, why=CANCELLED if was_booked else MOVED, now=now)
    Seat.objects.bulk_update(everybody, ["state", "outcome", "calendar_sequence", "revised_at"])
    tell_coach(session=session, why=CANCELLED, now=now)
    record(event="group.cancelled", subject=session, now=now)
    return session


@transaction.atomic
def change_capacity(*, session: Session, capacity: int, now: datetime) -> Session:
    """More or fewer places; new ones go to whoever waits. Raises GroupRefused below those taken."""
    session = lock_group(session.pk)
    lock_engagements([session])
    check_is_ahead(group_standing_of(session), now)
    if not SMALLEST <= capacity <= LARGEST or capacity < session.taken:
        raise GroupRefused(GroupRefusal.ROSTER_TOO_LARGE)
    if capacity == session.capacity:
        return session
    session.capacity = capacity
    session.save(update_fields=["capacity"])
    record(event="group.resized", subject=session, now=now, facts={"capacity": capacity})
    move_up(session, now)
    return session.reload()


def _check_can_schedule(offering: Offering, starts_at: datetime, now: datetime) -> None:
    if offering.kind != Offering.Kind.GROUP:
        raise GroupRefused(GroupRefusal.NOT_A_GROUP)
    people = [offering.coach, *([offering.second_coach] if offering.second_coach_id else [])]
    if offering.archived_at is not None or any(each.ended_at is not None for each in people):
        raise GroupRefused(GroupRefusal.ARCHIVED)
    if starts_at <= now:
        raise GroupRefused(GroupRefusal.IN_THE_PAST)


def check_roster(roster: Sequence[Client], capacity: int) -> None:
    """Raises GroupRefused where there are more people than places."""
    if len({client.pk for client in roster}) > capacity:
        raise GroupRefused(GroupRefusal.ROSTER_TOO_LARGE)


def _new_session(offering: Offering, group: Group, starts_at: datetime, now: datetime) -> Session:
    """The row with its place as the offering has it now, and its calendar identity for life."""
    session = Session(
        id=uuid7(),
        offering=offering,
        coach=offering.coach,
        topic=group.topic,
        draws_on_ledger=group.draws_on_ledger,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=offering.duration),
        revised_at=now,
    )
    session.place, session.place_details = place_of(offering)
    session.has_own_link = offering.makes_own_links
    session.calendar_uid = f"{session.pk}@{mail_domain()}"
    return session


def _claim(session: Session, wish: Wish) -> None:
    """The time of everybody concerned. Raises SlotTaken."""
    offering, [rules] = session.offering, wish.pool
    around = Buffers(offering.buffer_before, offering.buffer_after)
    for resource_id, buffers in claims_on(rules, around):
        release_expired_holds(resource_id, wish.now)
        if not take(session=session, resource_id=resource_id, buffers=buffers):
            raise taken_after_all(wish)


def _shift(session: Session, wish: Wish) -> None:
    """Take the new time in exchange for the old one, room and all. Raises SlotTaken."""
    free_coaches_for(wish)
    for resource_id in wish.resources():
        release_expired_holds(resource_id, wish.now)
    claims = list(Claim.objects.filter(session=session, state=Claim.State.CONFIRMED))
    ends_at = wish.starts_at + (session.ends_at - session.starts_at)
    if not shift_all(claims=claims, starts_at=wish.starts_at, ends_at=ends_at):
        raise taken_after_all(wish)
    session.starts_at, session.ends_at = wish.starts_at, ends_at


def _everybody(session: Session) -> list[Seat]:
    """Booked or waiting, in the order in which they asked."""
    seats = Seat.objects.filter(session=session).exclude(state=Seat.State.CANCELLED)
    return list(seats.select_related("client").order_by("asked_at", "pk"))


def _revise_session(session: Session, now: datetime) -> None:
    session.calendar_sequence += 1
    session.revised_at = max(now, session.revised_at + SECOND)
    session.save()
