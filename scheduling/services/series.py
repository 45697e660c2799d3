"""A run of sessions, booked together or not at all; afterwards each is a session of its own.

Every session keeps a calendar event of its own. One iCalendar REQUEST may carry a single UID only
(RFC 5546, 3.2.2), and of a mail with several calendar parts the common clients show the first, so
a series sends one mail that lists all dates and one invitation for each session.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from coachops.audit.record import Fact, record
from coachops.outbox.queue import FIRST, enqueue
from coachops.tenancy.models import uuid7
from scheduling.models import Offering, Series, Session
from scheduling.policies import CancelledBy, Refusal, Refused, check_can_cancel
from scheduling.policies.series import is_a_series
from scheduling.queries.slots import load_rules
from scheduling.queries.standing import bookable_counts, standing_of
from scheduling.services.answers import GivenAnswer
from scheduling.services.booking import (
    PLAIN,
    BookerClient,
    Details,
    NotBookable,
    book_session,
    check_is_bookable,
)
from scheduling.services.changes import cancel_session
from scheduling.services.claims import lock_resources, resources_of
from scheduling.services.notices import BOOKER, COACH
from scheduling.services.times import SlotTaken, Wish

SERIES_BOOKED: Final = "scheduling.series_booked"
MOST_SESSIONS: Final = 60


class NotASeries(Exception):
    """Fewer than two different times, or more than fifty-two."""


class DateTaken(SlotTaken):
    """One of the times is no longer free, so none was booked."""

    def __init__(self, starts_at: datetime, alternatives: list[datetime]) -> None:
        super().__init__(alternatives)
        self.starts_at = starts_at


class DateRefused(NotBookable):
    """One of the days cannot be booked, so none was."""

    def __init__(self, starts_at: datetime, reason: Refusal) -> None:
        super().__init__(reason)
        self.starts_at = starts_at


@dataclass(frozen=True, slots=True)
class Run:
    """The times of a series, as they were chosen, and the rhythm that they began with.

    `answers` are to what the offering asks; every session has them. `booked_by_id` is the member
    who books; the client is asked what somebody else leaves open.
    """

    rhythm: str
    starts: Sequence[datetime]
    answers: tuple[GivenAnswer, ...] = ()
    booked_by_id: UUID | None = None


@transaction.atomic
def book_series(
    *,
    offering: Offering,
    run: Run,
    booker: BookerClient,
    booking_key: UUID,
    booker_time_zone: str,
    now: datetime,
    by_coach: bool = False,
) -> Series:
    """Book every time of the run, in order, in one transaction under the coach's lock.

    The same booking key books once. Raises NotASeries, NotBookable (DateRefused names the day) or
    DateTaken; then nothing of it was booked.
    """
    starts = sorted(run.starts)
    if not is_a_series(starts):
        raise NotASeries
    rules = load_rules(offering.pk, now)
    lock_resources(Wish([rules], starts[0], now).resources())
    existing: Series | None = Series.objects.filter(booking_key=booking_key).first()
    if existing is not None:
        return _the_same(existing, offering, booker)
    _check(offering, booker, starts, by_coach=by_coach)
    series = new_series(offering, run.rhythm, starts)
    series.client, series.engagement = booker.client, booker.engagement
    series.booking_key = booking_key
    series.save(force_insert=True)
    more: dict[str, Any] = {"booker_time_zone": booker_time_zone, "now": now, "by_coach": by_coach}
    details = Details(booked_by_id=run.booked_by_id, answers=run.answers)
    sessions = [_book(series, each, booker=booker, details=details, **more) for each in starts]
    for session in sessions:
        session.series = series
        session.save(update_fields=["series"])
    _tell(series, now)
    facts: dict[str, Fact] = {"sessions": len(starts), "by_coach": by_coach}
    record(event="series.booked", subject=series, now=now, facts=facts)
    return series


@transaction.atomic
def cancel_rest(*, series: Series, cancelled_by: CancelledBy, now: datetime) -> list[Session]:
    """Cancel what has not begun, each session by its own rules; those that were cancelled.

    A late one counts where the offering says so, as if it were cancelled alone.
    """
    ahead = Session.objects.kept().filter(series=series, starts_at__gt=now)
    coming = list(
        ahead.select_related("coach", "offering").order_by("starts_at", "pk")[:MOST_SESSIONS]
    )
    lock_resources(resources_of(coming))
    cancelled = []
    for session in coming:
        try:
            check_can_cancel(standing_of(session), now)
        except Refused:
            continue
        cancelled.append(cancel_session(session=session, cancelled_by=cancelled_by, now=now))
    facts: dict[str, Fact] = {"sessions": len(cancelled), "by": cancelled_by}
    record(event="series.cancelled", subject=series, now=now, facts=facts)
    return cancelled


def _the_same(series: Series, offering: Offering, booker: BookerClient) -> Series:
    """What the key booked before, if it is what is asked for once more."""
    if series.offering_id != offering.pk or series.client_id != booker.client.pk:
        raise NotBookable(Refusal.ALREADY_BOOKED)
    return series


def _check(
    offering: Offering, booker: BookerClient, starts: Sequence[datetime], *, by_coach: bool
) -> None:
    """Raises NotBookable for what no date could change."""
    check_is_bookable(offering=offering, booker=booker, by_coach=by_coach)
    if not can_be_a_series(offering, by_coach=by_coach) or booker.engagement is None:
        raise NotBookable(Refusal.NOT_FOR_YOU)
    left = bookable_counts([booker.engagement.pk])[booker.engagement.pk]
    if left < len(starts):
        raise NotBookable(Refusal.NONE_LEFT)


def can_be_a_series(offering: Offering, *, by_coach: bool = False) -> bool:
    """One coach, one client; whoever asks the coach for each date asks for them one by one."""
    is_plain = offering.kind == Offering.Kind.INDIVIDUAL and not offering.pooling
    return is_plain and (by_coach or not offering.needs_approval)


def new_series(offering: Offering, rhythm: str, starts: Sequence[datetime]) -> Series:
    """In the coach's zone, whose wall time the run keeps on both sides of a clock change.

    Nobody's yet, and not saved. Needs the offering with its schedule.
    """
    zone = offering.schedule.zone
    first = starts[0].astimezone(zone)
    return Series(
        id=uuid7(),
        offering=offering,
        coach_id=offering.coach_id,
        rhythm=rhythm,
        starts_on=first.date(),
        wall_time=first.time().replace(tzinfo=None),
        time_zone=zone.key,
        times=len(starts),
    )


def _book(
    series: Series,
    starts_at: datetime,
    *,
    booker: BookerClient,
    booker_time_zone: str,
    now: datetime,
    by_coach: bool,
    details: Details = PLAIN,
) -> Session:
    """One of them; its key follows from the series' own."""
    try:
        return book_session(
            offering=series.offering,
            starts_at=starts_at,
            booker=booker,
            booking_key=uuid5(series.booking_key, starts_at.isoformat()),
            booker_time_zone=booker_time_zone,
            now=now,
            by_coach=by_coach,
            details=details,
        )
    except SlotTaken as taken:
        raise DateTaken(starts_at, taken.alternatives) from taken
    except NotBookable as refused:
        raise DateRefused(starts_at, refused.reason) from refused


def _tell(series: Series, now: datetime) -> None:
    """One mail with all dates to each; the sessions' own mails carry the invitations."""
    for reader in (BOOKER, COACH):
        enqueue(
            kind=SERIES_BOOKED,
            key=f"series:{series.pk}:{reader}",
            due_at=now,
            subject_id=series.pk,
            payload={"reader": reader},
            priority=FIRST,
        )
