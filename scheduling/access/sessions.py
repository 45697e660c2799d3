"""Loading a session, an offering or a schedule is the access check: otherwise the same 404."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from clients.access import coached_client_ids, today_in
from clients.queries.oneself import own_records
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership, SignedLink
from coachops.practices.queries.assistants import assisted_coach_ids
from coachops.practices.roles import Audience, Role
from scheduling.models import Offering, Seat, Session
from scheduling.queries.facts import booker_email


def coaches_for_member(request: PracticeRequest) -> list[Membership]:
    """The coaches whose hours and offerings the member looks after, the member first."""
    roles = request.membership.roles
    if set(roles).isdisjoint({Role.OWNER, Role.ASSISTANT}):
        return [request.membership] if Role.COACH in roles else []
    coaches = list(
        _assisted_coaches(request).filter(roles__contains=[Role.COACH]).order_by("name")[:200]
    )
    return sorted(coaches, key=lambda coach: coach.pk != request.membership.pk)


def coach_for_member(request: PracticeRequest, chosen: str = "") -> Membership:
    """The coach that the address names, else the first. Raises 404 for one who is not theirs."""
    for coach in coaches_for_member(request):
        if not chosen or str(coach.pk) == chosen:
            return coach
    raise Http404


def _assisted_coaches(request: PracticeRequest) -> QuerySet[Membership]:
    """Every coach for owners, one's own and the assisted ones for others."""
    members = Membership.objects.active().filter(practice=request.practice, audience=Audience.STAFF)
    if Role.OWNER in request.membership.roles:
        return members
    assisted = assisted_coach_ids(request.membership, today_in(request))
    if assisted is None:
        return members
    return members.filter(Q(pk=request.membership.pk) | Q(pk__in=assisted))


def offering_for_member(request: PracticeRequest, pk: UUID) -> Offering:
    """An offering of a coach whom the member looks after. Raises 404."""
    coaches = [coach.pk for coach in coaches_for_member(request)]
    rows: QuerySet[Offering] = Offering.objects.select_related("coach", "schedule", "room")
    return found_or_404(Offering, rows.filter(pk=pk, coach_id__in=coaches))


def public_offering(slug: str) -> Offering:
    """An offering that anybody may book in the practice of the address. Raises 404."""
    rows: QuerySet[Offering] = Offering.objects.bookable().select_related(
        "coach", "schedule", "room"
    )
    return found_or_404(Offering, rows.filter(slug=slug, bookers=Offering.Bookers.ANYBODY))


def sessions_for_member(request: PracticeRequest) -> QuerySet[Session]:
    """Sessions whose logistics the member may see; what was said in them is another matter.

    Somebody who works here and is coached here goes to their own sessions by the client's door.
    """
    rows = _sessions().exclude(client__in=own_records())
    coaches = _coach_ids(request)
    if coaches is None:
        return rows
    visible = Q(coach__in=coaches)
    if Role.COACH in request.membership.roles:
        visible |= Q(client__in=coached_client_ids(request))
    return rows.filter(visible)


def own_places(request: PracticeRequest) -> QuerySet[Seat]:
    """Places that the acting person has or had themself, as ids of sessions for a sub-select."""
    mine = Seat.objects.filter(Q(email__iexact=request.user.email) | Q(client__in=own_records()))
    return mine.values("session_id")  # type: ignore[no-any-return]


def gatherings_for_member(request: PracticeRequest) -> QuerySet[Session]:
    """The same of sessions that no client has: groups, and those of guests."""
    rows: QuerySet[Session] = Session.objects.filter(client=None)
    coaches = _coach_ids(request)
    return rows if coaches is None else rows.filter(coach__in=coaches)


def _coach_ids(request: PracticeRequest) -> list[UUID] | None:
    """Whose sessions the member looks after; None for everybody's."""
    roles = request.membership.roles
    if Role.OWNER in roles:
        return None
    found = [request.membership.pk] if Role.COACH in roles else []
    if Role.ASSISTANT not in roles:
        return found
    assisted = assisted_coach_ids(request.membership, today_in(request))
    return None if assisted is None else [*found, *assisted]


def session_for_member(request: PracticeRequest, pk: UUID) -> Session:
    """A session whose logistics the member may see and change. Raises 404."""
    return found_or_404(Session, sessions_for_member(request).filter(pk=pk))


def own_session(request: PracticeRequest, pk: UUID) -> Session:
    """A session of the client who is signed in to the portal. Raises 404."""
    return found_or_404(Session, _sessions().filter(pk=pk, client__membership=request.membership))


def linked_session(link: SignedLink) -> Session | None:
    """The session of the booker's link; None when it is gone, or they read mail elsewhere now."""
    rows = _sessions().select_related("client__membership__user")
    session: Session | None = rows.filter(pk=link.subject_id).first()
    if session is None or link.recipient.lower() != booker_email(session).lower():
        return None
    return session


def linked_to_coach(link: SignedLink) -> Session | None:
    """The session of a coach's link; None when it is gone, or no longer held by that coach."""
    session: Session | None = _sessions().filter(pk=link.subject_id).first()
    if session is None or session.coach_id != link.membership_id:
        return None
    return session if session.coach.ended_at is None else None


def booked_by_guest(offering: Offering, key: UUID) -> Session:
    """The guest's session that a booking page has just made. Raises 404."""
    return found_or_404(
        Session, _sessions().filter(offering=offering, booking_key=key, client=None)
    )


def _sessions() -> QuerySet[Session]:
    return Session.objects.select_related(  # type: ignore[no-any-return]
        "offering", "coach", "client", "engagement"
    )
