"""Whose dates somebody looks after, and who looks after mine: everybody else gets the same 404."""

from uuid import UUID

from django.db.models import QuerySet

from clients.access.clients import own_client
from clients.models import Client, Delegation
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest

MOST_CLIENTS = 50


def delegated_clients(request: PracticeRequest) -> QuerySet[Client]:
    """The clients whose dates the acting person looks after today, by name; never themself."""
    mine = Delegation.objects.filter(membership=request.membership, ended_on=None)
    clients = Client.objects.filter(pk__in=mine.values("client_id"), archived_at=None)
    return clients.order_by("name", "pk")  # type: ignore[no-any-return]


def delegated_client(request: PracticeRequest, pk: UUID) -> Client:
    """One of them. Raises 404."""
    return found_or_404(Client, delegated_clients(request).filter(pk=pk))


def own_delegations(request: PracticeRequest) -> QuerySet[Delegation]:
    """Who looks after the dates of the client who is signed in. Raises 404."""
    client = own_client(request)
    rows = Delegation.objects.select_related("membership__user", "client")
    return rows.filter(client=client, ended_on=None).order_by("pk")  # type: ignore[no-any-return]


def own_delegation(request: PracticeRequest, pk: UUID) -> Delegation:
    """One of them. Raises 404."""
    return found_or_404(Delegation, own_delegations(request).filter(pk=pk))
