"""Loading a group session, or a place in one, is the access check: otherwise the same 404."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from clients.access import clients_for_member, own_client
from clients.models import Client
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import SignedLink
from scheduling.access.sessions import coaches_for_member, own_places, sessions_for_member
from scheduling.models import Offering, Seat, Session
from scheduling.queries.groups import clients_of_coach
from scheduling.queries.own_groups import joinable_by, visible_to

_PEOPLE = ("session__offering", "session__coach", "client", "engagement")


def group_for_member(request: PracticeRequest, pk: UUID) -> Session:
    """A group session whose roster the member may see and change. Raises 404.

    Somebody who works here and takes part themself goes to it by the client's door.
    """
    rows = sessions_for_member(request).filter(pk=pk, capacity__gt=1)
    return found_or_404(Session, rows.exclude(pk__in=own_places(request)))


def seat_for_member(request: PracticeRequest, pk: UUID) -> Seat:
    """A place in such a session. Raises 404."""
    seat = found_or_404(Seat, Seat.objects.select_related(*_PEOPLE).filter(pk=pk))
    group_for_member(request, seat.session_id)
    return seat


def group_offering_for_member(request: PracticeRequest, pk: str) -> Offering:
    """An offering for groups of a coach whom the member looks after. Raises 404."""
    coaches = [coach.pk for coach in coaches_for_member(request)]
    rows = Offering.objects.bookable().select_related("coach", "schedule")
    found = rows.filter(kind=Offering.Kind.GROUP, coach_id__in=coaches)
    for offering in found[:200]:
        if str(offering.pk) == pk:
            return offering  # type: ignore[no-any-return]
    raise Http404


def possible_participants(request: PracticeRequest, coach_id: UUID) -> QuerySet[Client]:
    """The coach's clients whom the member may see, by name."""
    visible = clients_of_coach(clients_for_member(request), coach_id, timezone.now())
    return visible.order_by("name", "pk")


def own_group(request: PracticeRequest, pk: UUID) -> tuple[Session, Client]:
    """A group session that the portal's client takes or took part in, or may join. Raises 404."""
    client = own_client(request)
    return found_or_404(Session, _groups(pk).filter(visible_to(client, timezone.now()))), client


def joinable_group(request: PracticeRequest, pk: UUID) -> tuple[Session, Client]:
    """A group session in which the portal's client has a place or may take one. Raises 404."""
    client = own_client(request)
    return found_or_404(Session, _groups(pk).filter(joinable_by(client, timezone.now()))), client


def _groups(pk: UUID) -> QuerySet[Session]:
    rows = Session.objects.select_related("offering", "coach")
    return rows.filter(pk=pk, capacity__gt=1)  # type: ignore[no-any-return]


def own_seat(request: PracticeRequest, session_pk: UUID) -> Seat:
    """The place of the portal's client in a session, as long as they have it. Raises 404."""
    rows = Seat.objects.select_related(*_PEOPLE).exclude(state=Seat.State.CANCELLED)
    return found_or_404(
        Seat, rows.filter(session_id=session_pk, client__membership=request.membership)
    )


def seat_of_guest(offering: Offering, key: UUID) -> Seat:
    """The place that a booking page has just given to somebody without an account. Raises 404."""
    rows = Seat.objects.select_related("session__offering", "session__coach", "client")
    return found_or_404(Seat, rows.filter(pk=key, client=None, session__offering=offering))


def linked_seat(link: SignedLink) -> Seat | None:
    """The place of somebody's link; None when it is gone, or they read mail elsewhere now."""
    rows = Seat.objects.select_related(*_PEOPLE, "client__membership__user")
    seat: Seat | None = rows.filter(pk=link.subject_id).first()
    if seat is None:
        return None
    member = seat.client.membership if seat.client else None
    address = member.user.email if member else seat.email
    return seat if link.recipient.lower() == address.lower() else None
