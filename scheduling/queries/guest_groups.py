"""Group sessions that somebody without an account may join, and the dates to move a place to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coachops.web.clocks import TWENTY_FOUR, city, clock_words
from scheduling.models import Cohort, Offering, Seat, Session
from scheduling.queries.facts import OfferingFacts, facts_of_offering
from scheduling.queries.own_groups import OwnGroupPage, joinable_by, seat_page
from scheduling.queries.picker_parts import write_at

MOST: Final = 60


@dataclass(frozen=True, slots=True)
class OpenDate:
    """One date on the reader's clock, with the value that the form sends."""

    id: UUID
    value: str
    day_words: str
    time_words: str
    left_words: str
    is_full: bool


@dataclass(frozen=True, slots=True)
class GroupBookingPage:
    """What somebody new sees of a group offering: its dates, or the one that was chosen."""

    facts: OfferingFacts
    dates: tuple[OpenDate, ...]
    chosen: OpenDate | None
    zone: str
    zone_city: str


@dataclass(frozen=True, slots=True)
class MovePlacePage:
    """A place, and the other dates on which there is one."""

    own: OwnGroupPage
    dates: tuple[OpenDate, ...]
    is_late: bool


def open_to_guests(
    offering: Offering, now: datetime, *, by_link: bool = False
) -> QuerySet[Session]:
    """Dates of an offering that whoever has its address may join: not those of closed cohorts,
    nor those that use up sessions, within the offering's notice and horizon."""
    rows = Session.objects.booked().filter(
        offering=offering,
        client=None,
        capacity__gt=1,
        draws_on_ledger=False,
        starts_at__gte=now + timedelta(minutes=offering.notice),
        starts_at__lt=now + timedelta(days=offering.horizon_days + 1),
        offering__archived_at=None,
        coach__ended_at=None,
    )
    closed = Cohort.objects.filter(series=OuterRef("series"), is_open=False)
    rows = rows.exclude(Exists(closed))
    if not by_link:
        rows = rows.filter(offering__bookers=Offering.Bookers.ANYBODY)
    return rows.select_related("offering", "coach")  # type: ignore[no-any-return]


def group_booking_page(
    offering: Offering, now: datetime, *, zone: str, at: datetime | None, by_link: bool, clock: str
) -> GroupBookingPage:
    """The coming dates, in order of time. One statement."""
    rows = open_to_guests(offering, now, by_link=by_link).order_by("starts_at", "pk")[:MOST]
    dates = {session.starts_at: _date(session, zone, clock) for session in rows}
    return GroupBookingPage(
        facts=facts_of_offering(offering),
        dates=tuple(dates.values()),
        chosen=dates.get(at) if at else None,
        zone=zone,
        zone_city=city(zone),
    )


def move_place_page(seat: Seat, now: datetime, clock: str = TWENTY_FOUR) -> MovePlacePage:
    """Needs session, offering and client."""
    own = seat_page(seat, now)
    can_move = own.line.mine == Seat.State.BOOKED and own.is_ahead and not own.is_late
    rows = other_dates(seat, now).order_by("starts_at", "pk")[:MOST] if can_move else []
    return MovePlacePage(
        own=own,
        dates=tuple(_date(session, own.zone, clock) for session in rows),
        is_late=own.is_late,
    )


def other_dates(seat: Seat, now: datetime) -> QuerySet[Session]:
    """Where somebody could have a place instead, at once and by themself."""
    offering = seat.session.offering
    if seat.client is None:
        by_link = offering.bookers != Offering.Bookers.ANYBODY
        rows = open_to_guests(offering, now, by_link=by_link)
    else:
        soonest = now + timedelta(minutes=offering.notice)
        found = Session.objects.booked().filter(offering=offering, starts_at__gte=soonest)
        rows = found.filter(joinable_by(seat.client, now, giving_up=seat.pk))
    theirs = Seat.objects.filter(session=OuterRef("pk"), email__iexact=seat.email)
    waiting = Seat.objects.filter(session=OuterRef("pk"), state=Seat.State.WAITING)
    taken = theirs.exclude(state=Seat.State.CANCELLED)
    free = rows.filter(capacity__gt=1, taken__lt=F("capacity"))
    return free.exclude(Exists(taken)).exclude(Exists(waiting)).exclude(pk=seat.session_id)


def _date(session: Session, zone: str, clock: str) -> OpenDate:
    local = session.starts_at.astimezone(ZoneInfo(zone))
    until = session.ends_at.astimezone(ZoneInfo(zone))
    left = session.capacity - session.taken
    words = ngettext("%(n)d place left", "%(n)d places left", left) % {"n": left}
    return OpenDate(
        id=session.pk,
        value=write_at(session.starts_at),
        day_words=date_format(local, "l j F Y"),
        time_words=f"{clock_words(local, clock)} {_('to')} {clock_words(until, clock)}",
        left_words=words if left else _("Full, with a waiting list"),
        is_full=not left,
    )
