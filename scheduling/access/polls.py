"""Loading a question about times, or what was agreed, is the access check: else the same 404."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from clients.access import (
    coached_client_ids,
    engagement_for_member,
    engagements_for_sponsor,
    own_client,
    sponsored,
)
from clients.models import Engagement
from clients.policies import ContentKind
from clients.services.access_ledger import record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import SignedLink
from coachops.practices.roles import Role
from scheduling.access.sessions import coaches_for_member
from scheduling.models import AgreedPoint, Offering, Poll, PollVoter, Seat, Session
from scheduling.queries.poll_shares import shares_of

_PEOPLE = ("engagement__client", "offering", "coach", "session")


def three_way_engagement(request: PracticeRequest, pk: UUID) -> Engagement:
    """A sponsored engagement whose dates the member looks after. Raises 404."""
    engagement = sponsored(engagement_for_member(request, pk))
    is_theirs = engagement.coach_id in {coach.pk for coach in coaches_for_member(request)}
    if engagement.client.is_team or not is_theirs:
        raise Http404
    return engagement


def three_way_offerings(engagement: Engagement) -> QuerySet[Offering]:
    """What a check-in of three can be booked as, with the coach of the engagement."""
    rows = Offering.objects.bookable().select_related("coach", "schedule")
    return rows.filter(  # type: ignore[no-any-return]
        kind=Offering.Kind.THREE_WAY, coach_id=engagement.coach_id
    ).order_by("name", "pk")


def poll_for_member(request: PracticeRequest, pk: UUID) -> Poll:
    """A question about times that the member looks after. Raises 404."""
    poll = found_or_404(Poll, Poll.objects.select_related(*_PEOPLE).filter(pk=pk))
    three_way_engagement(request, poll.engagement_id)
    return poll


def shares_for_coach(request: PracticeRequest, poll: Poll, now: datetime) -> tuple[str, ...]:
    """What the client brings, for whoever coaches them; that they read it is written down.

    Nothing for anybody else. Needs the engagement.
    """
    client_id = poll.engagement.client_id
    if Role.COACH not in request.membership.roles:
        return ()
    if not coached_client_ids(request).filter(client_id=client_id).exists():
        return ()
    shares = shares_of(poll.pk)
    if shares:
        record_read(
            client_id=client_id,
            reader_id=request.membership.pk,
            kind=ContentKind.THREE_WAY,
            now=now,
        )
    return shares


def own_voter(request: PracticeRequest, poll_pk: UUID) -> PollVoter:
    """The signed-in client's part in a question about times. Raises 404."""
    client = own_client(request)
    rows = PollVoter.objects.select_related(
        "poll__engagement__client", "poll__offering", "poll__coach", "poll__session", "client"
    )
    return found_or_404(PollVoter, rows.filter(poll_id=poll_pk, client=client))


def linked_voter(link: SignedLink) -> PollVoter | None:
    """Whom a link was made for; None once they are no longer asked, or read mail elsewhere."""
    voter: PollVoter | None = (
        PollVoter.objects.select_related(
            "poll__engagement__client",
            "poll__offering",
            "poll__coach",
            "poll__session",
            "client__membership__user",
            "sponsor_contact__membership__user",
        )
        .filter(pk=link.subject_id)
        .first()
    )
    if voter is None:
        return None
    contact = voter.sponsor_contact
    if contact is not None and (
        contact.access_ended_at is not None or voter.poll.engagement.disclosure_level is None
    ):
        return None
    person = voter.client or contact
    member = person.membership if person else None
    address = member.user.email if member else voter.email
    return voter if link.recipient.lower() == address.lower() else None


def three_way_for_coach(request: PracticeRequest, pk: UUID) -> Session:
    """A three-way session of a client whom the member coaches. Raises 404."""
    if Role.COACH not in request.membership.roles:
        raise Http404
    rows = Session.objects.select_related("offering", "client", "coach")
    return found_or_404(
        Session,
        rows.filter(
            pk=pk,
            offering__kind=Offering.Kind.THREE_WAY,
            client__in=coached_client_ids(request),
        ),
    )


def agreed_point_of(session: Session, pk: UUID) -> AgreedPoint:
    """One of the session's points. Raises 404."""
    return found_or_404(AgreedPoint, AgreedPoint.objects.filter(session=session, pk=pk))


def three_way_for_sponsor(request: PracticeRequest, pk: UUID) -> Session:
    """A three-way in which the contact has a place, of an engagement that is open to them.

    Raises 404.
    """
    opened = engagements_for_sponsor(request).filter(disclosure_level__isnull=False)
    seats = Seat.objects.filter(
        session_id=pk,
        part=Seat.Part.SPONSOR,
        sponsor_contact__membership=request.membership,
        sponsor_contact__access_ended_at=None,
    )
    polls = Poll.objects.filter(session_id=pk, engagement__in=opened.values("pk"))
    rows = Session.objects.select_related("offering", "client", "coach")
    return found_or_404(
        Session,
        rows.filter(pk__in=seats.values("session_id")).filter(pk__in=polls.values("session_id")),
    )
