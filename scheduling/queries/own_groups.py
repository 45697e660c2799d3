"""Group sessions for those who take part, or may.

They learn the first names of others, and only in a session in which they have a place.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise

from clients.models import Client, CoachAssignment, TeamMember
from coachops.practices.queries.days import day_of_practice
from scheduling.invitations.links import CalendarLinks
from scheduling.models import Cohort, CohortMember, Offering, Seat, Session
from scheduling.policies.groups import moves_up
from scheduling.queries.calendar_links import calendar_links
from scheduling.queries.facts import change_rule_in_words, where_in_words
from scheduling.queries.groups import (
    MOST,
    GroupLine,
    group_line,
    group_lines,
    group_sessions,
)
from scheduling.queries.seats import (
    SEAT_OUTCOMES,
    can_be_made_up_by,
    group_standing_of,
    missed_seat,
    seat_standing_of,
)


@dataclass(frozen=True, slots=True)
class OwnGroupPage:
    """One session, as a participant or somebody who may become one sees it."""

    line: GroupLine
    seat_id: UUID | None
    place: str
    description: str
    rule: str
    zone: str
    with_whom: tuple[str, ...]
    ahead_of_me: int
    is_ahead: bool
    can_join: bool
    is_late: bool
    costs: bool
    counts: bool
    makes_up: bool
    free_until: datetime
    asks: bool
    """Whether the client has not answered yet what the coach asks."""
    links: CalendarLinks | None
    """Ways to put it into a calendar, for whoever has a place in what is to come."""


def groups_of_client(client: Client, now: datetime) -> list[GroupLine]:
    """Where the client has a place, waits, or may join; in order of time. Two statements."""
    seats = dict(
        Seat.objects.filter(client=client, session__ends_at__gt=now)
        .exclude(state=Seat.State.CANCELLED)
        .values_list("session_id", "state")[:MOST]
    )
    rows = group_sessions().booked().filter(ends_at__gt=now)
    mine_or_open = Q(pk__in=list(seats)) | _open_to(client, now)
    return group_lines(rows.filter(mine_or_open).order_by("starts_at", "pk"), now, seats)


def past_seats_of(client_id: UUID, now: datetime) -> list[tuple[GroupLine, str | Promise]]:
    """Where the client had a place, and what became of it, newest first. Two statements."""
    seats = dict(
        Seat.objects.taken()
        .filter(client_id=client_id, session__ends_at__lte=now)
        .order_by("-session__starts_at")
        .values_list("session_id", "outcome")[:MOST]
    )
    rows = group_sessions().filter(pk__in=list(seats))
    lines = group_lines(rows.order_by("-starts_at", "pk"), now)
    return [(line, SEAT_OUTCOMES.get(seats[line.id], "")) for line in lines]


def visible_to(client: Client, now: datetime) -> Q:
    """Sessions that a client may open: with a place they have or had, or to join."""
    mine = Seat.objects.filter(client=client).exclude(state=Seat.State.CANCELLED, outcome="")
    return Q(pk__in=mine.values("session_id")) | _open_to(client, now)


def joinable_by(client: Client, now: datetime, *, giving_up: UUID | None = None) -> Q:
    """Sessions in which a client has a place, or may take one; if need be for another they have."""
    mine = Seat.objects.filter(client=client).exclude(state=Seat.State.CANCELLED)
    return Q(pk__in=mine.values("session_id")) | _open_to(client, now, giving_up=giving_up)


def is_closed_to(session: Session, client: Client) -> bool:
    """Whether it is a date of a closed cohort in which the client is not. One statement at most."""
    if session.series_id is None:
        return False
    members = CohortMember.objects.current().filter(cohort=OuterRef("pk"), client=client)
    closed = Cohort.objects.filter(series_id=session.series_id, is_open=False)
    return bool(closed.exclude(Exists(members)).exists())


def own_group_page(session: Session, client: Client, now: datetime) -> OwnGroupPage:
    """A session for one client. Others appear with their first names, to participants alone."""
    seat = Seat.objects.filter(session=session, client=client).select_related("engagement").first()
    return _page(session, seat, client, now)


def seat_page(seat: Seat, now: datetime) -> OwnGroupPage:
    """The same by the place, for somebody without an account too. Needs session and client."""
    return _page(seat.session, seat, seat.client, now)


def _page(
    session: Session, seat: Seat | None, client: Client | None, now: datetime
) -> OwnGroupPage:
    mine = seat.state if seat and seat.state != Seat.State.CANCELLED else ""
    standing = seat_standing_of(session, seat) if seat else None
    offering = session.offering
    free_until = session.starts_at - timedelta(minutes=offering.change_notice)
    makes_up = _makes_up(session, seat if mine else None, client)
    counts = session.draws_on_ledger and not makes_up
    is_ahead = not session.is_cancelled and now < session.starts_at
    is_late = standing is not None and mine == Seat.State.BOOKED and now > free_until
    return OwnGroupPage(
        line=group_line(session, now, mine),
        seat_id=seat.pk if seat else None,
        place=where_in_words(session),
        description=offering.description,
        rule=change_rule_in_words(
            offering.change_notice, forfeits=offering.late_cancellation_forfeits and counts
        ),
        zone=client.time_zone if client else seat.time_zone if seat else session.coach_time_zone,
        with_whom=_first_names(session, seat) if seat and mine == Seat.State.BOOKED else (),
        ahead_of_me=_ahead_of(seat) if seat and mine == Seat.State.WAITING else 0,
        is_ahead=is_ahead,
        can_join=not mine
        and moves_up(group_standing_of(session), now)
        and client is not None
        and _is_open_to(session, client, now),
        is_late=is_late,
        costs=is_late and counts and offering.late_cancellation_forfeits,
        counts=counts,
        makes_up=makes_up,
        free_until=free_until,
        asks=seat is not None and bool(mine) and seat.asks_client and is_ahead,
        links=_links(session, client) if is_ahead and mine == Seat.State.BOOKED else None,
    )


def _links(session: Session, client: Client | None) -> CalendarLinks | None:
    """With the title of the invitation to the place."""
    title = client.session_title if client else session.offering.name
    return calendar_links(session, title=title)


def _open_to(client: Client, now: datetime, *, giving_up: UUID | None = None) -> Q:
    """Open sessions of their coaches' offerings; a secret one is by invitation alone, which its
    members have.

    A cohort is its members', unless it is open; whoever missed a session may make it up in it. A
    team's session is open to the team and to nobody else.
    """
    cohort = Cohort.objects.filter(series=OuterRef("series"), is_open=False)
    members = CohortMember.objects.current().filter(cohort__series=OuterRef("series"))
    is_member = Q(Exists(members.filter(client=client)))
    fits = Q(~Exists(cohort)) | can_be_made_up_by(client.pk, giving_up=giving_up)
    coaches = CoachAssignment.objects.current(day_of_practice(now)).filter(client=client)
    teams = TeamMember.objects.present().filter(client=client).values("team_id")
    of_team = Q(client__in=teams, state=Session.State.BOOKED, starts_at__gt=now)
    return of_team | Q(
        is_member | (fits & ~Q(offering__bookers=Offering.Bookers.SECRET)),
        client=None,
        state=Session.State.BOOKED,
        starts_at__gt=now,
        coach_id__in=coaches.values("coach_id"),
        offering__archived_at=None,
        coach__ended_at=None,
    )


def _is_open_to(session: Session, client: Client, now: datetime) -> bool:
    return bool(Session.objects.filter(_open_to(client, now), pk=session.pk).exists())


def _makes_up(session: Session, seat: Seat | None, client: Client | None) -> bool:
    """Whether the place stands, or would stand, for one that was missed."""
    if seat is not None:
        return seat.makes_up_for_id is not None
    if client is None:
        return False
    return missed_seat(session.offering, client.pk, besides=session.pk) is not None


def _first_names(session: Session, own: Seat) -> tuple[str, ...]:
    rows = Seat.objects.taken().filter(session=session).exclude(pk=own.pk)
    seats = rows.select_related("client").order_by("asked_at", "pk")[:MOST]
    return tuple(seat.client.first_name if seat.client else seat.name.split()[0] for seat in seats)


def _ahead_of(seat: Seat) -> int:
    rows = Seat.objects.waiting().filter(session_id=seat.session_id)
    return int(rows.filter(asked_at__lt=seat.asked_at).count())
