"""A place in a group session without an account, and another date instead of a place one has."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from scheduling.models import Offering, Seat, Session
from scheduling.policies import CancelledBy, is_late
from scheduling.policies.groups import GroupRefusal, GroupRefused, check_can_join, check_is_ahead
from scheduling.queries.guest_groups import open_to_guests
from scheduling.queries.seats import group_standing_of, lock_engagements, seat_standing_of
from scheduling.services.answers import GivenAnswer, keep_answers
from scheduling.services.booking import BookerGuest
from scheduling.services.booking_links import use_booking_link
from scheduling.services.claims import lock_sessions
from scheduling.services.guests import Guest, within_limits
from scheduling.services.seat_terms import terms_of_guest
from scheduling.services.seats import (
    give_or_wait,
    join_group,
    leave_group,
    lock_group,
    new_seat,
)


def book_seat_as_guest(
    *,
    session: Session,
    guest: Guest,
    booking_key: UUID,
    time_zone: str,
    now: datetime,
    link_id: UUID | None = None,
    answers: tuple[GivenAnswer, ...] = (),
) -> Seat:
    """A place, or one on the waiting list, under the limits of every booking without an account.

    The same key books once, also for a place that was given up and is taken again. Raises
    TooManyBookings or GroupRefused.
    """

    def join() -> Seat:
        lock_group(session.pk)
        booked = _booked(session, booking_key)
        if booked is not None:
            return booked
        seat = join_as_guest(
            session=session,
            guest=guest.booker,
            booking_key=booking_key,
            time_zone=time_zone,
            now=now,
            by_link=link_id is not None,
        )
        if link_id is not None and not use_booking_link(link_id=link_id, now=now):
            raise GroupRefused(GroupRefusal.NOT_OPEN)
        keep_answers(session=session, answers=answers, seat=seat)
        return seat

    return _booked(session, booking_key) or within_limits(guest, join)


@transaction.atomic
def join_as_guest(
    *,
    session: Session,
    guest: BookerGuest,
    booking_key: UUID,
    time_zone: str,
    now: datetime,
    by_link: bool = False,
) -> Seat:
    """Take a free place, or wait for one. A guest has one open place of an offering.

    Raises GroupRefused.
    """
    session = lock_group(session.pk)
    check_can_join(group_standing_of(session), now, by_coach=False)
    if not open_to_guests(session.offering, now, by_link=by_link).filter(pk=session.pk).exists():
        raise GroupRefused(GroupRefusal.NOT_OPEN)
    seat = _seat_of_guest(session, guest, now)
    terms = terms_of_guest(session)
    if seat is None:
        seat = new_seat(session, now)
        seat.pk, seat.asks_client = uuid5(session.pk, str(booking_key)), False
    seat.booking_key = booking_key
    seat.name, seat.email, seat.time_zone = guest.name, guest.email, time_zone
    give_or_wait(session, seat, terms, now=now)
    return seat


@transaction.atomic
def move_seat(*, seat: Seat, to: Session, now: datetime) -> Seat:
    """Give a place up for one on another date of the same offering; kept if there is none.

    Raises GroupRefused: after the free time, or where the other date is full or not open to them.
    """
    lock_sessions([seat.session_id, to.pk])
    session = lock_group(seat.session_id)
    lock_engagements([session, to], [seat.client_id] if seat.client_id else [])
    seat = Seat.objects.select_related("client").get(pk=seat.pk)
    if seat.state != Seat.State.BOOKED:
        raise GroupRefused(GroupRefusal.NO_PLACE, seat.name.split()[0])
    check_is_ahead(group_standing_of(session), now)
    if is_late(seat_standing_of(session, seat), now):
        raise GroupRefused(GroupRefusal.TOO_LATE_TO_MOVE)
    if to.offering_id != session.offering_id:
        raise GroupRefused(GroupRefusal.NOT_OPEN)
    client = seat.client
    by = CancelledBy.GUEST if client is None else CancelledBy.CLIENT
    leave_group(seat=seat, left_by=by, now=now)
    moved = (
        _join_again(seat, to, now)
        if client is None
        else join_group(session=to, client=client, now=now)
    )
    if moved.state != Seat.State.BOOKED:
        raise GroupRefused(GroupRefusal.FULL)
    moved.booking_key, moved.asks_client = _key_of(seat), seat.asks_client
    moved.save(update_fields=["booking_key", "asks_client"])
    return moved


def _join_again(seat: Seat, to: Session, now: datetime) -> Seat:
    """Whoever came by a secret link stays as welcome as they were."""
    return join_as_guest(
        session=to,
        guest=BookerGuest(name=seat.name, email=seat.email),
        booking_key=_key_of(seat),
        time_zone=seat.time_zone,
        now=now,
        by_link=to.offering.bookers != Offering.Bookers.ANYBODY,
    )


def _key_of(seat: Seat) -> UUID:
    """By which the answers given for one place are found when it becomes another."""
    return seat.booking_key or seat.pk


def _booked(session: Session, booking_key: UUID) -> Seat | None:
    """What was booked with the same key before."""
    rows = Seat.objects.exclude(state=Seat.State.CANCELLED)
    return rows.filter(session=session, booking_key=booking_key).first()  # type: ignore[no-any-return]


def _seat_of_guest(session: Session, guest: BookerGuest, now: datetime) -> Seat | None:
    """The one they gave up, to be taken again. Raises GroupRefused where they have one.

    One answer for all, also where the address is a client's: nobody learns who takes part.
    """
    theirs = Seat.objects.filter(email__iexact=guest.email)
    seat: Seat | None = theirs.filter(session=session).first()
    if seat is not None and (seat.client_id is not None or seat.state != Seat.State.CANCELLED):
        raise GroupRefused(GroupRefusal.BOOKED_ALREADY)
    held = theirs.exclude(state=Seat.State.CANCELLED).filter(
        client=None, session__offering_id=session.offering_id, session__ends_at__gt=now
    )
    if held.exists():
        raise GroupRefused(GroupRefusal.BOOKED_ALREADY)
    return seat
