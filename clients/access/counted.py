"""Whom figures without names are about: everybody but the reader."""

from django.db.models import QuerySet

from clients.models import Client
from clients.queries.oneself import own_records


def clients_counted() -> QuerySet[Client]:
    """Clients behind a count that a supervisor reads; somebody who is also a client never counts
    themself. What it is about a single one of them stays closed.
    """
    others: QuerySet[Client] = Client.objects.filter(archived_at=None)
    return others.exclude(pk__in=own_records())
