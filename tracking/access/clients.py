"""Opening a part of a client's record, which the client can look up afterwards."""

from datetime import datetime
from uuid import UUID

from clients.access import client_for_coach
from clients.models import Client, Engagement
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.guards import PracticeRequest


def opened_client(
    request: PracticeRequest, pk: UUID, *, kind: ContentKind, now: datetime
) -> Client:
    """A client whom the member coaches, with the read written down. Raises 404."""
    client = client_for_coach(request, pk)
    record_read(client_id=client.pk, reader_id=request.membership.pk, kind=kind, now=now)
    return client


def running_engagement(client: Client) -> Engagement | None:
    """The engagement that new goals and action items belong to: the latest that runs."""
    running = Engagement.objects.running().filter(client=client)
    return running.order_by("-starts_on", "-pk").first()  # type: ignore[no-any-return]
