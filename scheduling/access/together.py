"""What a coach opens of sessions that they lead together with another one, who coaches the client.

Time, place and attendance: neither content nor changes. What is loaded here opens nothing else.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from clients.queries.oneself import own_records
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role
from scheduling.access.cohorts import cohorts_for_member
from scheduling.access.sessions import coaches_for_member, own_places, sessions_for_member
from scheduling.models import Cohort, Seat, Session
from scheduling.policies.series import MOST


def session_together(request: PracticeRequest, pk: UUID) -> Session:
    """A session whose second coach is the member, or whom they look after. Raises 404."""
    return found_or_404(Session, _led_as_second(request).filter(pk=pk))


def seat_together(request: PracticeRequest, pk: UUID) -> Seat:
    """A place in such a session. Raises 404."""
    rows = Seat.objects.select_related("session__offering", "session__coach", "client")
    return found_or_404(Seat, rows.filter(pk=pk, session__in=_led_as_second(request)))


def cohorts_together(request: PracticeRequest) -> QuerySet[Cohort]:
    """Cohorts with dates that the member leads as the second of two, but for those of which they
    keep the roster."""
    return _cohorts_led(request).exclude(pk__in=cohorts_for_member(request).values("pk"))


def cohort_together(request: PracticeRequest, pk: UUID) -> tuple[Cohort, list[Session]]:
    """A cohort with dates that the member leads so, or whom they look after; with these dates.
    Raises 404."""
    found = found_or_404(Cohort, _cohorts_led(request).filter(pk=pk))
    led = _led_as_second(request).filter(series_id=found.series_id)
    return found, list(led.order_by("starts_at", "pk")[:MOST])


def _cohorts_led(request: PracticeRequest) -> QuerySet[Cohort]:
    led = _led_as_second(request).exclude(state=Session.State.CANCELLED)
    dates = led.filter(series=OuterRef("series")).order_by()
    rows: QuerySet[Cohort] = Cohort.objects.select_related("series__offering", "series__coach")
    return rows.filter(Exists(dates))


def may_change_second(request: PracticeRequest, session: Session, now: datetime) -> bool:
    """Whether the member may say who leads it too, and there is somebody to choose or to let go."""
    if session.state != Session.State.BOOKED or session.starts_at <= now:
        return False
    coaches = {coach.pk for coach in coaches_for_member(request)}
    is_theirs = session.coach_id in coaches or Role.OWNER in request.membership.roles
    return is_theirs and bool(session.second_coach_id or coaches - {session.coach_id})


def _led_as_second(request: PracticeRequest) -> QuerySet[Session]:
    """Without those in which the member takes part: they go to these by the client's door."""
    rows: QuerySet[Session] = Session.objects.select_related(
        "offering", "coach__user", "second_coach__user", "client"
    )
    found = rows.filter(second_coach__in=[each.pk for each in coaches_for_member(request)])
    return found.exclude(client__in=own_records()).exclude(pk__in=own_places(request))


def session_led_by_member(request: PracticeRequest, pk: UUID) -> Session:
    """A session of a coach whom the member looks after, to say who leads it too. Raises 404.

    Whoever leads it as the second of two, or coaches the client beside its coach, does not.
    """
    coaches = [coach.pk for coach in coaches_for_member(request)]
    rows = sessions_for_member(request).filter(pk=pk)
    if Role.OWNER not in request.membership.roles:
        rows = rows.filter(coach__in=coaches)
    found = rows.exclude(pk__in=own_places(request)).select_related("second_coach")
    return found_or_404(Session, found)
