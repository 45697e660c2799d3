"""Loading what is handed over: the client's own question, the coach's own brief."""

from datetime import datetime
from uuid import UUID

from clients.access.clients import clients_for_member, coached_client_ids, today_in
from clients.models import Client, Handover
from clients.queries.handover import Before, before_of, open_handovers
from clients.queries.safes import Safe
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role

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
