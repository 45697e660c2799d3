"""What a coach opens of sessions that they lead together with another one, who coaches the client.

Time, place and attendance: neither content nor changes. What is loaded here opens nothing else.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from scheduling.access.sessions import coaches_for_member
from scheduling.models import Seat, Session


def session_together(request: PracticeRequest, pk: UUID) -> Session:
    """A session whose second coach is the member, or whom they look after. Raises 404."""
    return found_or_404(Session, _led_as_second(request).filter(pk=pk))


def seat_together(request: PracticeRequest, pk: UUID) -> Seat:
    """A place in such a session. Raises 404."""
    rows = Seat.objects.select_related("session__offering", "session__coach", "client")
    return found_or_404(Seat, rows.filter(pk=pk, session__in=_led_as_second(request)))


def _led_as_second(request: PracticeRequest) -> QuerySet[Session]:
    """Without those in which the member takes part: they go to these by the client's door."""
    user = request.user
    mine = Seat.objects.filter(Q(email__iexact=user.email) | Q(client__membership__user=user))
    rows: QuerySet[Session] = Session.objects.select_related(
        "offering", "coach__user", "second_coach__user", "client"
    )
    found = rows.filter(second_coach__in=[each.pk for each in coaches_for_member(request)])
    return found.exclude(
        Q(client__email__iexact=user.email)
        | Q(client__membership__user=user)
        | Q(pk__in=mine.values("session_id"))
    )
