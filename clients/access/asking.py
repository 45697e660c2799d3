"""What a signed link to answer opens, for intakes and for other questionnaires."""

from django.db.models import QuerySet
from django.http import Http404

from clients.models import Asking, ClientKey
from clients.queries.clients import address_of, has_portal
from clients.queries.safes import safe_of
from coachops.practices.models import SignedLink
from coachops.questionnaires.queries.opening import Opened


def linked_asking[A: Asking](rows: QuerySet[A], link: SignedLink) -> A | None:
    """What a link asks for, as long as it does: not sent, not withdrawn, the client not archived,
    without a portal of their own and still at the address that the link was sent to.
    """
    waiting = rows.filter(pk=link.subject_id, closed_at=None, client__archived_at=None)
    asking = waiting.select_related("response__version", "client__membership__user").first()
    if asking is None or has_portal(asking.client):
        return None
    return asking if link.recipient == address_of(asking.client) else None


def opened_by_link(asking: Asking) -> Opened:
    """For the browser that has taken up the link. Raises 404 after an erasure."""
    try:
        return Opened(asking.response, safe_of(asking.client_id), None)
    except ClientKey.DoesNotExist:
        raise Http404 from None
