"""Where a place in a group session stands: the plain values that policies decide on."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from clients.models import CoachAssignment, Engagement
from coachops.practices.models import Practice
from coachops.tenancy.scope import current_practice_id
from scheduling.models import Offering, Seat, Session
from scheduling.policies import Standing
from scheduling.policies.groups import GroupStanding, may_make_up

MISSED = (Session.Outcome.NO_SHOW, Session.Outcome.LATE_CANCEL)


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
    practice = Practice.objects.get(pk=current_practice_id())
    current = CoachAssignment.objects.current(timezone.localdate(now, practice.zone))
    return bool(current.filter(coach_id=coach_id, client_id=client_id).exists())


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
    rows = Seat.objects.filter(client_id=client_id, session__offering=offering)
    rows = rows.exclude(session_id=besides) if besides else rows
    missed = rows.filter(outcome__in=MISSED, makes_up_for=None).order_by("session__starts_at", "pk")
    given_up = Q(state=Seat.State.CANCELLED) & ~Q(outcome__in=MISSED)
    made_up = set(
        rows.exclude(makes_up_for=None).exclude(given_up).values_list("makes_up_for_id", flat=True)
    )
    seats = list(missed.select_related("engagement"))
    if not may_make_up(missed=len(seats), made_up=len(made_up), allowed=offering.make_ups):
        return None
    return next((seat for seat in seats if seat.pk not in made_up), None)
