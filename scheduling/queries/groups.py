"""Group sessions as lines and pages: for whoever holds them, and for those who take part.

Participants learn the first names of others, and only in a session in which they have a place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.models import Client, CoachAssignment
from scheduling.models import Offering, Seat, Session
from scheduling.models.session import SessionQuerySet
from scheduling.policies.groups import GroupRefusal, moves_up
from scheduling.queries.facts import change_rule_in_words, group_name, join_url, place_in_words
from scheduling.queries.seats import MISSED, group_standing_of, missed_seat, seat_standing_of

MOST: Final = 100
LOOKED_BACK: Final = timedelta(days=120)

SEAT_OUTCOMES: Final[dict[str, str | Promise]] = {
    Session.Outcome.HELD: gettext_lazy("Took part"),
    Session.Outcome.NO_SHOW: gettext_lazy("Did not come"),
    Session.Outcome.LATE_CANCEL: gettext_lazy("Cancelled late"),
    Session.Outcome.COACH_CANCELLED: gettext_lazy("Taken off by the coach"),
    Session.Outcome.WAIVED: gettext_lazy("Waived"),
}


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group session. `mine` is the reader's own state in it, empty without a place."""

    id: UUID
    name: str
    offering_name: str
    coach_name: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    waiting: int
    places: str
    is_full: bool
    is_cancelled: bool
    is_over: bool
    needs_outcome: bool
    join_url: str
    mine: str = ""
    outcome_label: str | Promise = ""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One person on the roster. `counts` says that the place uses a session of theirs up."""

    id: UUID
    client_id: UUID | None
    name: str
    state: str
    outcome: str
    outcome_label: str | Promise
    counts: bool
    makes_up: bool
    may_be_made_up: bool


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Everybody in one session, as the coach's side sees them."""

    line: GroupLine
    place: str
    coach_id: UUID
    zone: str
    draws_on_ledger: bool
    booked: tuple[SeatLine, ...]
    waiting: tuple[SeatLine, ...]
    gone: tuple[SeatLine, ...]
    is_ahead: bool
    moves_up: bool
    unsettled: int


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


def places_in_words(taken: int, capacity: int) -> str:
    """`5 of 8 places taken`."""
    words = ngettext("%(taken)d of %(n)d place taken", "%(taken)d of %(n)d places taken", capacity)
    return words % {"taken": taken, "n": capacity}


def group_refusal_in_words(reason: GroupRefusal, *, who: str = "", coach: str = "") -> str:
    """Why something cannot be done, and what to do now."""
    names = {"who": who or _("This person"), "coach": coach or _("your coach")}
    words = {
        GroupRefusal.NOT_A_GROUP: _(
            "A group session needs an offering for groups with at least two places."
        ),
        GroupRefusal.ARCHIVED: _(
            "%(who)s or the offering is no longer active, so nothing was booked."
        ),
        GroupRefusal.IN_THE_PAST: _("Choose a time that is still to come."),
        GroupRefusal.NOT_A_CLIENT: _("%(who)s is not coached by whoever holds this session."),
        GroupRefusal.ROSTER_TOO_LARGE: _(
            "There are more people than places. Raise the places, or take somebody off."
        ),
        GroupRefusal.CANCELLED: _("This session was cancelled. There is nothing left to change."),
        GroupRefusal.STARTED: _("This session has begun, so its places can no longer be changed."),
        GroupRefusal.TOO_LATE: _(
            "It is too close to the start to join by yourself. Write to %(coach)s."
        ),
        GroupRefusal.NO_ENGAGEMENT: _(
            "Each place counts as a session, and %(who)s has no running engagement."
        ),
        GroupRefusal.NONE_LEFT: _("%(who)s has no session left to book."),
        GroupRefusal.NO_PLACE: _("%(who)s only waited, so there is nothing to settle."),
        GroupRefusal.NO_MAKE_UP: _("There is nothing that %(who)s could make up."),
    }
    return words[reason] % names


def coming_groups(coach_ids: Iterable[UUID], now: datetime) -> list[GroupLine]:
    """What these coaches hold from now on, in order of time. One statement."""
    rows = _groups().filter(coach_id__in=list(coach_ids), ends_at__gt=now)
    return _lines(rows.booked().order_by("starts_at", "pk"), now)


def past_groups(coach_ids: Iterable[UUID], now: datetime) -> list[GroupLine]:
    """What they held in the last months, the newest first. One statement."""
    rows = _groups().filter(
        coach_id__in=list(coach_ids), ends_at__lte=now, starts_at__gt=now - LOOKED_BACK
    )
    return _lines(rows.order_by("-starts_at", "pk"), now)


def groups_of_client(client: Client, now: datetime) -> list[GroupLine]:
    """Where the client has a place, waits, or may join; in order of time. Two statements."""
    seats = dict(
        Seat.objects.filter(client=client, session__ends_at__gt=now)
        .exclude(state=Seat.State.CANCELLED)
        .values_list("session_id", "state")[:MOST]
    )
    rows = _groups().booked().filter(ends_at__gt=now)
    open_to_me = Q(pk__in=list(seats)) | _open_to(client, now)
    return _lines(rows.filter(open_to_me).order_by("starts_at", "pk"), now, seats)


def past_seats_of(client_id: UUID, now: datetime) -> list[tuple[GroupLine, str | Promise]]:
    """Where the client had a place, and what became of it, newest first. Two statements."""
    seats = dict(
        Seat.objects.taken()
        .filter(client_id=client_id, session__ends_at__lte=now)
        .order_by("-session__starts_at")
        .values_list("session_id", "outcome")[:MOST]
    )
    lines = _lines(_groups().filter(pk__in=list(seats)).order_by("-starts_at", "pk"), now)
    return [(line, SEAT_OUTCOMES.get(seats[line.id], "")) for line in lines]


def visible_to(client: Client, now: datetime) -> Q:
    """Sessions that a client may open: with a place of theirs, past or coming, or to join."""
    mine = Seat.objects.filter(client=client).exclude(state=Seat.State.CANCELLED)
    return Q(pk__in=mine.values("session_id")) | _open_to(client, now)


def roster_page(session: Session, now: datetime) -> RosterPage:
    """The roster with everybody's attendance. Needs the offering and the coach."""
    seats = list(Seat.objects.filter(session=session).order_by("asked_at", "pk")[:400])
    made_up = set(
        Seat.objects.filter(makes_up_for__in=[seat.pk for seat in seats])
        .exclude(state=Seat.State.CANCELLED)
        .values_list("makes_up_for_id", flat=True)
    )
    lines = [_seat_line(session, seat, made_up) for seat in seats]
    standing = group_standing_of(session)
    return RosterPage(
        line=_line_of(session, now),
        place=place_in_words(session.place, session.place_details),
        coach_id=session.coach_id,
        zone=session.coach_time_zone,
        draws_on_ledger=session.draws_on_ledger,
        booked=tuple(line for line in lines if line.state == Seat.State.BOOKED),
        waiting=tuple(line for line in lines if line.state == Seat.State.WAITING),
        gone=tuple(line for line in lines if line.state == Seat.State.CANCELLED),
        is_ahead=not session.is_cancelled and now < session.starts_at,
        moves_up=moves_up(standing, now),
        unsettled=sum(line.state == Seat.State.BOOKED and not line.outcome for line in lines),
    )


def own_group_page(session: Session, client: Client, now: datetime) -> OwnGroupPage:
    """A session for one client. Others appear with their first names, to participants alone."""
    seat = Seat.objects.filter(session=session, client=client).select_related("engagement").first()
    mine = seat.state if seat and seat.state != Seat.State.CANCELLED else ""
    standing = seat_standing_of(session, seat) if seat else None
    offering = session.offering
    free_until = session.starts_at - timedelta(minutes=offering.change_notice)
    makes_up = (
        seat.makes_up_for_id is not None
        if seat and mine
        else missed_seat(offering, client.pk, besides=session.pk) is not None
    )
    counts = session.draws_on_ledger and not makes_up
    is_ahead = not session.is_cancelled and now < session.starts_at
    is_late = standing is not None and mine == Seat.State.BOOKED and now > free_until
    return OwnGroupPage(
        line=_line_of(session, now, mine),
        seat_id=seat.pk if seat else None,
        place=place_in_words(session.place, session.place_details),
        description=offering.description,
        rule=change_rule_in_words(
            offering.change_notice, forfeits=offering.late_cancellation_forfeits and counts
        ),
        zone=client.time_zone,
        with_whom=_first_names(session, client) if mine == Seat.State.BOOKED else (),
        ahead_of_me=_ahead_of(seat) if seat and mine == Seat.State.WAITING else 0,
        is_ahead=is_ahead,
        can_join=not mine and moves_up(group_standing_of(session), now),
        is_late=is_late,
        costs=is_late and counts and offering.late_cancellation_forfeits,
        counts=counts,
        makes_up=makes_up,
        free_until=free_until,
    )


def people_to_add(session: Session, clients: QuerySet[Client], now: datetime) -> list[Client]:
    """Clients of the coach who have no place, by name; those who wait while a place is free."""
    inside = Seat.objects.taken().filter(session=session)
    if session.taken >= session.capacity:
        inside = Seat.objects.filter(session=session).exclude(state=Seat.State.CANCELLED)
    return list(
        clients_of_coach(clients, session.coach_id, now)
        .exclude(pk__in=inside.exclude(client=None).values("client_id"))
        .order_by("name", "pk")[:MOST]
    )


def clients_of_coach(clients: QuerySet[Client], coach_id: UUID, now: datetime) -> QuerySet[Client]:
    """Of these clients the ones that the coach coaches today, without archived ones."""
    current = CoachAssignment.objects.current(timezone.localdate(now)).filter(coach_id=coach_id)
    return clients.filter(archived_at=None, pk__in=current.values("client_id"))


def group_offerings_of(coach_ids: Iterable[UUID]) -> list[Offering]:
    """What group sessions can be scheduled as, by name."""
    rows = Offering.objects.bookable().filter(
        kind=Offering.Kind.GROUP, coach_id__in=list(coach_ids), capacity__gt=1
    )
    return list(rows.select_related("coach", "schedule").order_by("name", "pk")[:MOST])


def _groups() -> SessionQuerySet:
    return Session.objects.filter(capacity__gt=1)  # type: ignore[no-any-return]


def _open_to(client: Client, now: datetime) -> Q:
    """Open sessions of their coaches' offerings; a secret one is by invitation alone."""
    coaches = CoachAssignment.objects.current(timezone.localdate(now)).filter(client=client)
    return Q(
        state=Session.State.BOOKED,
        starts_at__gt=now,
        coach_id__in=coaches.values("coach_id"),
        offering__archived_at=None,
        coach__ended_at=None,
    ) & ~Q(offering__bookers=Offering.Bookers.SECRET)


def _lines(
    rows: "QuerySet[Session]", now: datetime, mine: dict[UUID, str] | None = None
) -> list[GroupLine]:
    waiting = Seat.objects.filter(session=OuterRef("pk"), state=Seat.State.WAITING)
    counted = waiting.order_by().values("session").annotate(n=Count("pk")).values("n")
    found = rows.select_related("offering", "coach").annotate(
        waiting=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )
    own = mine or {}
    return [_line(session, now, own.get(session.pk, "")) for session in found[:MOST]]


def _line_of(session: Session, now: datetime, mine: str = "") -> GroupLine:
    session.waiting = Seat.objects.waiting().filter(session=session).count()  # type: ignore[attr-defined]
    return _line(session, now, mine)


def _line(session: Session, now: datetime, mine: str) -> GroupLine:
    is_over = session.ends_at <= now
    return GroupLine(
        id=session.pk,
        name=group_name(session),
        offering_name=session.offering.name,
        coach_name=session.coach.name,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        capacity=session.capacity,
        taken=session.taken,
        waiting=session.waiting,  # type: ignore[attr-defined]
        places=places_in_words(session.taken, session.capacity),
        is_full=session.taken >= session.capacity,
        is_cancelled=session.is_cancelled,
        is_over=is_over,
        needs_outcome=is_over and not session.is_cancelled and not session.outcome,
        join_url=join_url(session.place, session.place_details),
        mine=mine,
    )


def _seat_line(session: Session, seat: Seat, made_up: set[UUID]) -> SeatLine:
    missed = seat.outcome in MISSED and seat.makes_up_for_id is None
    return SeatLine(
        id=seat.pk,
        client_id=seat.client_id,
        name=seat.name,
        state=seat.state,
        outcome=seat.outcome,
        outcome_label=SEAT_OUTCOMES.get(seat.outcome, ""),
        counts=seat.engagement_id is not None and seat.makes_up_for_id is None,
        makes_up=seat.makes_up_for_id is not None,
        may_be_made_up=missed and session.offering.make_ups > 0 and seat.pk not in made_up,
    )


def _first_names(session: Session, client: Client) -> tuple[str, ...]:
    rows = Seat.objects.taken().filter(session=session).exclude(client=client)
    seats = rows.select_related("client").order_by("asked_at", "pk")[:MOST]
    return tuple(seat.client.first_name if seat.client else seat.name.split()[0] for seat in seats)


def _ahead_of(seat: Seat) -> int:
    rows = Seat.objects.waiting().filter(session_id=seat.session_id)
    return int(rows.filter(asked_at__lt=seat.asked_at).count())
