"""Secret links, rooms and requests: loading is the access check."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from clients.access import coached_client_ids
from clients.policies import ContentKind
from clients.services.access_ledger import record_read, record_reads
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role
from coachops.practices.services.links import hash_secret
from scheduling.access.sessions import coaches_for_member, sessions_for_member
from scheduling.models import BookingLink, MeetingRoom, Offering, Session
from scheduling.queries.answers import AnswerLine, PlaceAnswers, answers_of, answers_of_places


def booking_link_of(token: str) -> BookingLink | None:
    """The link behind `<practice>.<secret>`, usable or not; its practice is open already."""
    secret = token.partition(".")[2]
    rows = BookingLink.objects.select_related(
        "offering", "offering__coach", "offering__schedule", "offering__room"
    )
    return rows.filter(secret_hash=hash_secret(secret)).first()  # type: ignore[no-any-return]


def is_usable(link: BookingLink, now: datetime) -> bool:
    """Whether it still books something."""
    offering = link.offering
    is_open = offering.archived_at is None and (offering.pooling or offering.coach.ended_at is None)
    is_spent = link.most_bookings is not None and link.bookings >= link.most_bookings
    is_over = link.revoked_at is not None or (link.expires_at and link.expires_at <= now)
    return bool(is_open and not is_spent and not is_over)


def booking_link_for_member(offering: Offering, pk: UUID) -> BookingLink:
    """A link of an offering that the member looks after. Raises 404."""
    return found_or_404(BookingLink, BookingLink.objects.filter(offering=offering, pk=pk))


def rooms_for_member(request: PracticeRequest) -> QuerySet[MeetingRoom]:
    """The practice's rooms, for owners and assistants. Raises 404 for others."""
    if set(request.membership.roles).isdisjoint({Role.OWNER, Role.ASSISTANT}):
        raise Http404
    return MeetingRoom.objects.order_by("archived_at", "name")  # type: ignore[no-any-return]


def room_for_member(request: PracticeRequest, pk: UUID) -> MeetingRoom:
    """One of them. Raises 404."""
    return found_or_404(MeetingRoom, rooms_for_member(request).filter(pk=pk))


def request_for_member(request: PracticeRequest, pk: UUID) -> Session:
    """A session that its coach, an assistant of theirs or an owner may answer. Raises 404."""
    coaches = [coach.pk for coach in coaches_for_member(request)]
    rows = sessions_for_member(request).filter(pk=pk, coach_id__in=coaches)
    return found_or_404(Session, rows)


def answers_for_coach(
    request: PracticeRequest, session: Session, now: datetime
) -> tuple[AnswerLine, ...]:
    """What the booker answered, for the coach of the session; of a client it is written down.

    A client's answers only for as long as the coach coaches them: nothing is shown from then on.
    """
    if session.coach_id != request.membership.pk:
        raise Http404
    if session.client_id is not None:
        coached = coached_client_ids(request).filter(client=session.client_id)
        if not coached.exists():
            return ()
    answers = answers_of(session.pk)
    if answers and session.client_id is not None:
        record_read(
            client_id=session.client_id,
            reader_id=request.membership.pk,
            kind=ContentKind.BOOKING,
            now=now,
        )
    return answers


def place_answers_for_coach(
    request: PracticeRequest, session: Session, now: datetime
) -> tuple[PlaceAnswers, ...]:
    """What people answered for their places, for the coach of the session; of clients it is
    written down. Nothing for anybody else, and of clients whom the coach coaches no longer."""
    if session.coach_id != request.membership.pk or not session.offering.questions:
        return ()
    found = answers_of_places(session.pk)
    record_reads(
        client_ids=[each.client_id for each in found if each.client_id],
        reader_id=request.membership.pk,
        kind=ContentKind.BOOKING,
        now=now,
    )
    return found
