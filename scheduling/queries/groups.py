"""Group sessions as lines and pages: for whoever holds them, and for those who take part.

Participants learn the first names of others, and only in a session in which they have a place.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, CoachAssignment, TeamMember
from coachops.practices.queries.days import day_of_practice
from scheduling.models import Offering, Seat, Session
from scheduling.models.session import SessionQuerySet
from scheduling.policies.groups import GroupRefusal, moves_up
from scheduling.queries.facts import (
    coach_names,
    finding_coach,
    group_name,
    is_without_coach,
    way_in,
    where_in_words,
)
from scheduling.queries.seats import (
    MISSED,
    SEAT_OUTCOMES,
    group_standing_of,
)

MOST: Final = 100
LOOKED_BACK: Final = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group session. `mine` is the reader's own state in it, empty without a place.

    `is_second`: the reader leads it as the second of two.
    """

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
    is_second: bool = False
    awaits_coach: bool = False
    """Its coach left before it began, and nobody has taken it over."""

    @property
    def led_by(self) -> str:
        """Who leads it, for whoever has a place in it."""
        return finding_coach() if self.awaits_coach else self.coach_name


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
    team_id: UUID | None = None


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
        GroupRefusal.NOT_SIGNED: _("The coaching agreement of %(who)s is not signed yet."),
        GroupRefusal.NO_PLACE: _("%(who)s only waited, so there is nothing to settle."),
        GroupRefusal.NO_MAKE_UP: _("There is nothing that %(who)s could make up."),
        GroupRefusal.FULL: _("That date is full now. Choose another one."),
        GroupRefusal.NOT_OPEN: _("Places in this session are not booked here."),
        GroupRefusal.BOOKED_ALREADY: _(
            "There is a booking already. Move it or give it up with the links in the mail about it."
        ),
        GroupRefusal.TOO_LATE_TO_MOVE: _(
            "The free time is over, so this place can no longer be moved. Write to %(coach)s."
        ),
        GroupRefusal.TOO_MANY_DATES: _("A cohort has fifty-two dates at most."),
    }
    return words[reason] % names


def coming_groups(coach_ids: Iterable[UUID], now: datetime) -> list[GroupLine]:
    """What these coaches hold from now on, alone or as one of two, in order of time. One
    statement."""
    coaches = list(coach_ids)
    rows = group_sessions().filter(_led(coaches), ends_at__gt=now).booked()
    return group_lines(rows.order_by("starts_at", "pk"), now, coaches=coaches)


def past_groups(coach_ids: Iterable[UUID], now: datetime) -> list[GroupLine]:
    """What they held in the last months, the newest first. One statement."""
    coaches = list(coach_ids)
    rows = group_sessions().filter(_led(coaches), ends_at__lte=now, starts_at__gt=now - LOOKED_BACK)
    return group_lines(rows.order_by("-starts_at", "pk"), now, coaches=coaches)


def _led(coaches: list[UUID]) -> Q:
    return Q(coach_id__in=coaches) | Q(second_coach_id__in=coaches)


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
        line=group_line(session, now),
        place=where_in_words(session),
        coach_id=session.coach_id,
        zone=session.coach_time_zone,
        draws_on_ledger=session.draws_on_ledger,
        booked=tuple(line for line in lines if line.state == Seat.State.BOOKED),
        waiting=tuple(line for line in lines if line.state == Seat.State.WAITING),
        gone=tuple(line for line in lines if line.state == Seat.State.CANCELLED),
        is_ahead=not session.is_cancelled and now < session.starts_at,
        moves_up=moves_up(standing, now),
        team_id=session.client_id,
    )


def people_to_add(session: Session, clients: QuerySet[Client], now: datetime) -> list[Client]:
    """Clients of the coach who have no place, by name; those who wait while a place is free.

    In a team's session its members, whoever coaches them otherwise.
    """
    inside = Seat.objects.taken().filter(session=session)
    if session.taken >= session.capacity:
        inside = Seat.objects.filter(session=session).exclude(state=Seat.State.CANCELLED)
    people = clients_of_coach(clients, session.coach_id, now)
    if session.client_id is not None:
        members = TeamMember.objects.present().filter(team=session.client_id)
        people = Client.objects.filter(archived_at=None, pk__in=members.values("client_id"))
    return list(
        people.exclude(pk__in=inside.exclude(client=None).values("client_id")).order_by(
            "name", "pk"
        )[:MOST]
    )


def clients_of_coach(clients: QuerySet[Client], coach_id: UUID, now: datetime) -> QuerySet[Client]:
    """Of these clients the people whom the coach coaches today, without archived ones."""
    current = CoachAssignment.objects.current(day_of_practice(now)).filter(coach_id=coach_id)
    people = clients.filter(kind=Client.Kind.PERSON, archived_at=None)
    return people.filter(pk__in=current.values("client_id"))


def group_offerings_of(coach_ids: Iterable[UUID]) -> list[Offering]:
    """What group sessions can be scheduled as, by name."""
    rows = Offering.objects.bookable().filter(
        kind=Offering.Kind.GROUP, coach_id__in=list(coach_ids), capacity__gt=1
    )
    return list(rows.select_related("coach", "schedule").order_by("name", "pk")[:MOST])


def group_sessions() -> SessionQuerySet:
    """Every session that has places."""
    return Session.objects.filter(capacity__gt=1)  # type: ignore[no-any-return]


def group_lines(
    rows: "QuerySet[Session]",
    now: datetime,
    mine: dict[UUID, str] | None = None,
    coaches: Collection[UUID] | None = None,
) -> list[GroupLine]:
    """These, in their order; `mine` is the reader's own state by session, `coaches` whose sessions
    they are where some of them are led as the second of two. One statement."""
    waiting = Seat.objects.filter(session=OuterRef("pk"), state=Seat.State.WAITING)
    counted = waiting.order_by().values("session").annotate(n=Count("pk")).values("n")
    found = rows.select_related("offering", "coach", "second_coach").annotate(
        waiting=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )
    own = mine or {}
    sessions = list(found[:MOST])
    lines = [_line(session, now, own.get(session.pk, "")) for session in sessions]
    theirs = {each.pk for each in sessions if coaches is None or each.coach_id in coaches}
    return [line if line.id in theirs else replace(line, is_second=True) for line in lines]


def group_line(session: Session, now: datetime, mine: str = "") -> GroupLine:
    """One loaded session, with its offering and coach. One statement."""
    session.waiting = Seat.objects.waiting().filter(session=session).count()  # type: ignore[attr-defined]
    return _line(session, now, mine)


def _line(session: Session, now: datetime, mine: str) -> GroupLine:
    is_over = session.ends_at <= now
    return GroupLine(
        id=session.pk,
        name=group_name(session),
        offering_name=session.offering.name,
        coach_name=coach_names(session),
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
        join_url=way_in(session),
        awaits_coach=is_without_coach(session),
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
