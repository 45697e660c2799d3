"""Loading a transfer is the access check: one's own, and nobody else's."""

from uuid import UUID

from django.db.models import QuerySet

from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Permission
from coachops.transfer.models import Transfer
from coachops.transfer.policies import Kind

_NEEDS = {
    Kind.CLIENTS_IN: Permission.MANAGE_CLIENTS,
    Kind.PRACTICE_OUT: Permission.MANAGE_PRACTICE,
    Kind.PRACTICE_IN: Permission.MANAGE_PRACTICE,
}


def transfers_of_member(request: PracticeRequest) -> QuerySet[Transfer]:
    """What the member asked for and may still see, newest first."""
    kinds = [kind for kind, needed in _NEEDS.items() if needed in request.permissions]
    return Transfer.objects.filter(asked_by=request.membership, kind__in=kinds).order_by(  # type: ignore[no-any-return]
        "-created_at", "-id"
    )


def transfer_of_member(request: PracticeRequest, pk: UUID) -> Transfer:
    """Raises 404."""
    return found_or_404(Transfer, transfers_of_member(request).filter(pk=pk))


def import_of_member(request: PracticeRequest, pk: UUID) -> Transfer:
    """An import of clients. Raises 404."""
    return found_or_404(Transfer, transfers_of_member(request).filter(pk=pk, kind=Kind.CLIENTS_IN))


def own_archives(request: PracticeRequest) -> QuerySet[Transfer]:
    """What the signed-in client asked to take along, newest first."""
    return Transfer.objects.filter(  # type: ignore[no-any-return]
        asked_by=request.membership, kind=Kind.OWN_OUT
    ).order_by("-created_at", "-id")


def own_archive(request: PracticeRequest, pk: UUID) -> Transfer:
    """Raises 404."""
    return found_or_404(Transfer, own_archives(request).filter(pk=pk))
