"""A client's dates as their own assistant sees them: when, where, with which coach. No more."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from clients.models import Client
from scheduling.models import Seat, Session
from scheduling.queries.changing import CancelPage, MovePage
from scheduling.queries.facts import leaders_in_words, place_in_words, way_in, where_in_words
from scheduling.queries.sessions import SessionLine, upcoming_of_client

MOST = 30


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date. `title` is the neutral one that the client chose for calendars."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    coach_name: str
    place: str
    join_url: str
    is_requested: bool
    may_move: bool
    may_cancel: bool
    is_clients_alone: bool = False
    """A place in a group, which the client alone moves and gives up."""


def dates_of(client: Client, now: datetime) -> tuple[DateLine, ...]:
    """What is still to come, in order of time; two statements.

    Of a group there is the date and the place: not what it is about, and nobody who takes part.
    """
    dates = [*_sessions(client, now), *_places(client, now)]
    return tuple(sorted(dates, key=lambda each: each.starts_at)[:MOST])


def _sessions(client: Client, now: datetime) -> tuple[DateLine, ...]:
    return tuple(
        DateLine(
            id=line.id,
            title=client.session_title,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            coach_name=line.led_by,
            place=_place(line),
            join_url=line.join_url,
            is_requested=line.is_requested,
            may_move=line.may_be_moved(now),
            may_cancel=now < line.starts_at,
        )
        for line in upcoming_of_client(client.pk, now, limit=MOST)
    )


def _place(line: SessionLine) -> str:
    if line.awaits_coach:
        return _("Not settled yet")
    return place_in_words(line.place, line.place_details)


def _places(client: Client, now: datetime) -> tuple[DateLine, ...]:
    rows = Seat.objects.taken().filter(
        client=client,
        part=Seat.Part.PARTICIPANT,
        session__state=Session.State.BOOKED,
        session__ends_at__gt=now,
    )
    seats = rows.select_related("session__coach", "session__second_coach")
    return tuple(
        DateLine(
            id=seat.session_id,
            title=client.session_title,
            starts_at=seat.session.starts_at,
            ends_at=seat.session.ends_at,
            coach_name=leaders_in_words(seat.session),
            place=where_in_words(seat.session),
            join_url=way_in(seat.session),
            is_requested=False,
            may_move=False,
            may_cancel=False,
            is_clients_alone=True,
        )
        for seat in seats.order_by("session__starts_at", "pk")[:MOST]
    )


def without_content[P: (MovePage, CancelPage)](page: P) -> P:
    """The same page without what says which of how many sessions it is, or of what."""
    return replace(page, line=_bare(page.line))


def _bare(line: SessionLine) -> SessionLine:
    return replace(
        line,
        number=None,
        of=None,
        engagement_title="",
        offering_name="",
        outcome_label="",
        topic="",
    )
