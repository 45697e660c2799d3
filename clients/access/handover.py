"""Loading what is handed over: the client's own question, the coach's own brief."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from clients.access.clients import (
    client_for_member,
    clients_for_member,
    coached_client_ids,
    today_in,
)
from clients.models import Client, CoachAssignment, Handover, HandoverLink
from clients.queries.clients import address_of, has_portal
from clients.queries.handover import Before, before_of, open_handovers
from clients.queries.safes import Safe
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership, SignedLink
from coachops.practices.roles import Audience, Role
from coachops.tenancy.scope import Scope, ScopeError, current_scope, scope

MOST_COACHES = 200


def own_handover(request: PracticeRequest, pk: UUID) -> Handover:
    """A question to the signed-in client about somebody who coaches them now. Raises 404."""
    rows = Handover.objects.select_related("client", "assignment__coach__user").filter(
        pk=pk, client__membership=request.membership
    )
    found = found_or_404(Handover, rows)
    asked = open_handovers(found.client, today_in(request))
    return found_or_404(Handover, rows.filter(pk__in=[each.pk for each in asked]))


def client_to_hand_over(request: PracticeRequest, pk: UUID) -> Client:
    """A client, no team, whom the member coaches. Raises 404."""
    clients = clients_for_member(request).filter(
        pk=pk, kind=Client.Kind.PERSON, pk__in=coached_client_ids(request)
    )
    return found_or_404(Client, clients)


def way_of_link(link: SignedLink) -> HandoverLink | None:
    """What a link asks about, as long as it does: somebody who coaches now, a client without a
    portal of their own, still at the address that the link was sent to."""
    rows = HandoverLink.objects.select_related(
        "client__membership__user", "handover__client", "handover__assignment__coach__user"
    )
    way: HandoverLink | None = rows.filter(
        pk=link.subject_id,
        closed_at=None,
        client__archived_at=None,
        handover__assignment__ended_on=None,
    ).first()
    if way is None or has_portal(way.client) or link.recipient != address_of(way.client):
        return None
    return way


@contextmanager
def speaking_for(client_id: UUID) -> Iterator[None]:
    """What the client alone may do, for whoever opened a link with the code from their mail."""
    with scope(_as_client(client_id)):
        yield


@contextmanager
def room_of(client_id: UUID) -> Iterator[None]:
    """Where the briefs are that such a link may show."""
    with scope(replace(_as_client(client_id), confidential=True)):
        yield


def _as_client(client_id: UUID) -> Scope:
    active = current_scope()
    if active is None:
        raise ScopeError("no practice scope is active")
    return replace(active, roles=active.roles | {f"handover:{client_id}"})


def handovers_for_member(request: PracticeRequest, client: Client) -> QuerySet[Handover]:
    """Of a client whose logistics the member may see: about whoever coaches them now."""
    current = CoachAssignment.objects.current(today_in(request)).filter(client=client)
    rows = Handover.objects.select_related("client__membership", "assignment__coach")
    return rows.filter(client=client, assignment__in=current.values("pk"))  # type: ignore[no-any-return]


def handover_for_member(request: PracticeRequest, pk: UUID) -> Handover:
    """One of them. Raises 404."""
    found = found_or_404(Handover, Handover.objects.filter(pk=pk))
    client = client_for_member(request, found.client_id)
    return found_or_404(Handover, handovers_for_member(request, client).filter(pk=pk))


def next_coaches(request: PracticeRequest) -> list[Membership]:
    """Who may be named as the next coach: everybody else who coaches here. One query."""
    rows = Membership.objects.active().filter(
        practice=request.practice, audience=Audience.STAFF, roles__contains=[Role.COACH]
    )
    return list(rows.exclude(pk=request.membership.pk).order_by("name", "id")[:MOST_COACHES])


def before_for_coach(
    request: PracticeRequest, client: Client, safe: Safe, *, now: datetime
) -> Before:
    """What a coach who came later has of before; a brief that is read is written down."""
    before = before_of(client, request.membership, safe, today_in(request))
    if before.briefs:
        record_read(
            client_id=client.pk, reader_id=request.membership.pk, kind=ContentKind.BRIEF, now=now
        )
    return before
