"""Where a place in a group session stands: the plain values that policies decide on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from clients.models import CoachAssignment, Engagement
from clients.queries.clients import archived_by_now
from clients.queries.teams import members_among
from coachops.practices.queries.days import day_of_practice
from scheduling.models import Offering, Seat, Session
from scheduling.policies import Standing
from scheduling.policies.groups import GroupStanding, may_make_up

MISSED = (Session.Outcome.NO_SHOW, Session.Outcome.LATE_CANCEL)

_MISSED: Final = Q(outcome__in=MISSED, makes_up_for=None)
_MAKES_UP: Final = Q(makes_up_for__isnull=False) & (
    ~Q(state=Seat.State.CANCELLED) | Q(outcome__in=MISSED)
)

SEAT_OUTCOMES: Final[dict[str, str | Promise]] = {
    Session.Outcome.HELD: gettext_lazy("Took part"),
    Session.Outcome.NO_SHOW: gettext_lazy("Did not come"),
    Session.Outcome.LATE_CANCEL: gettext_lazy("Cancelled late"),
    Session.Outcome.COACH_CANCELLED: gettext_lazy("Taken off by the coach"),
    Session.Outcome.WAIVED: gettext_lazy("Waived"),
}


def group_standing_of(session: Session) -> GroupStanding:
    """Needs the session's offering."""
    return GroupStanding(
        starts_at=session.starts_at,
        is_cancelled=session.is_cancelled,
        notice=session.offering.notice,
    )


def seat_standing_of(session: Session, seat: Seat) -> Standing:
    """One person's place, as the rules for cancelling and settling see it."""
    return Standing(
        starts_at=session.starts_at,
        is_cancelled=session.is_cancelled or seat.state == Seat.State.CANCELLED,
        outcome=seat.outcome,
        change_notice=session.offering.change_notice,
        coach_has_left=session.coach.ended_at is not None,
    )


def is_client_of(client_id: UUID, coach_id: UUID, now: datetime) -> bool:
    """Whether this coach coaches the client today, on the practice's own calendar."""
    return client_id in clients_among([client_id], coach_id, now)


def participants_among(session: Session, client_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Who of these may have a place: clients of its coach, in a team's session its members."""
    if session.client_id is not None:
        return members_among(client_ids, session.client_id)
    return clients_among(client_ids, session.coach_id, now)


def clients_among(client_ids: Collection[UUID], coach_id: UUID, now: datetime) -> set[UUID]:
    """Whom of these the coach coaches today. One statement."""
    current = CoachAssignment.objects.current(day_of_practice(now))
    rows = current.filter(coach_id=coach_id, client_id__in=client_ids)
    return set(rows.values_list("client_id", flat=True))


def lock_engagements(
    sessions: Sequence[Session], client_ids: Collection[UUID] = ()
) -> list[Engagement]:
    """What places in these sessions may draw on: of these clients, and of whoever waits.

    People first, then engagements, always in one order, so that nobody waits in a ring. Call it
    right after the sessions' own locks, and before an account is locked. No statement where nothing
    is drawn on.
    """
    drawing = [session for session in sessions if session.draws_on_ledger]
    if not drawing:
        return []
    waiting = Seat.objects.filter(session__in=drawing, state=Seat.State.WAITING)
    waiting_ids = waiting.exclude(client=None).values_list("client_id", flat=True)
    people = {*client_ids, *waiting_ids}
    archived_by_now(people)
    rows = Engagement.objects.select_for_update(of=("self",), no_key=True).filter(
        client_id__in=people,
        coach_id__in={session.coach_id for session in drawing},
        state=Engagement.State.ACTIVE,
    )
    return list(rows.order_by("pk"))


def running_engagement(client_id: UUID, coach_id: UUID) -> Engagement | None:
    """Locked, so that nothing else is booked on it at the same time. The oldest of several."""
    rows = Engagement.objects.select_for_update(of=("self",), no_key=True).filter(
        client_id=client_id, coach_id=coach_id, state=Engagement.State.ACTIVE
    )
    return rows.order_by("starts_on", "pk").first()  # type: ignore[no-any-return]


def missed_seat(offering: Offering, client_id: UUID, *, besides: UUID | None = None) -> Seat | None:
    """The oldest place of this offering that the client missed and may still make up.

    `besides` is a session that is not looked at: nobody makes up for a session in the same one.
    """
    if not offering.make_ups:
        return None
    rows = Seat.objects.filter(
        client_id=client_id, session__offering=offering, session__client=None
    )
    rows = rows.exclude(session_id=besides) if besides else rows
    missed = rows.filter(_MISSED).order_by("session__starts_at", "pk")
    made_up = set(rows.filter(_MAKES_UP).values_list("makes_up_for_id", flat=True))
    seats = list(missed.select_related("engagement"))
    if not may_make_up(missed=len(seats), made_up=len(made_up), allowed=offering.make_ups):
        return None
    return next((seat for seat in seats if seat.pk not in made_up), None)


def can_be_made_up_by(client_id: UUID, *, giving_up: UUID | None = None) -> Q:
    """Sessions in which `missed_seat` finds something for the client, as a condition on them.

    `giving_up` is a place that they would give up for it.
    """
    theirs = Seat.objects.filter(
        client_id=client_id, session__offering=OuterRef("offering"), session__client=None
    ).exclude(session=OuterRef("pk"))
    theirs = theirs.exclude(pk=giving_up) if giving_up else theirs
    missed = _counted(theirs.filter(_MISSED), Count("pk"))
    made_up = _counted(theirs.filter(_MAKES_UP), Count("makes_up_for", distinct=True))
    return Q(GreaterThan(missed, made_up), offering__make_ups__gt=made_up)


def _counted(seats: "QuerySet[Seat]", how: Count) -> Coalesce:
    counted = seats.order_by().values("client").annotate(n=how).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
