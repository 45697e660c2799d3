"""A reflection belongs to the client who wrote it."""

from uuid import UUID

from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.tenancy.scope import confidential
from tracking.models import Reflection


def own_reflection(request: PracticeRequest, pk: UUID) -> Reflection:
    """Sealed. Raises 404."""
    with confidential():
        mine = Reflection.objects.filter(pk=pk, client__membership=request.membership)
        return found_or_404(Reflection, mine.defer("sealed_body"))
