"""Loading is the access check: whoever may not, gets the same 404."""

from uuid import UUID

from coachops.correspondence.models import AddressBounce
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest


def bounce_of_practice(_request: PracticeRequest, pk: UUID) -> AddressBounce:
    """An address of the practice that sends mail back. Raises 404."""
    return found_or_404(AddressBounce, AddressBounce.objects.filter(pk=pk))
