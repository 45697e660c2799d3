"""A reflection belongs to the client who wrote it."""

from uuid import UUID

from django.http import Http404

from coachops.practices.guards import PracticeRequest
from coachops.tenancy.scope import confidential
from tracking.models import Reflection


def own_reflection(request: PracticeRequest, pk: UUID) -> Reflection:
    """Sealed. Raises 404."""
    with confidential():
        found = (
            Reflection.objects.filter(pk=pk, client__membership=request.membership)
            .defer("sealed_body")
            .first()
        )
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]
