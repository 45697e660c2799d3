"""Loading a program: every member of the dashboard may read the practice's programs."""

from uuid import UUID

from clients.access import clients_for_member
from clients.models import Engagement
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from programs.models import Program, ProgramVersion


def program_for_member(pk: UUID) -> Program:
    """A program of the practice. Raises 404."""
    return found_or_404(Program, Program.objects.filter(pk=pk))


def published_version(pk: UUID) -> ProgramVersion:
    """A version that engagements can run on. Raises 404."""
    versions = ProgramVersion.objects.select_related("program").exclude(published_at=None)
    return found_or_404(ProgramVersion, versions.filter(pk=pk, program__archived_at=None))


def locked_engagement(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement that is about to change: the second of two presses waits. Raises 404."""
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("client")
    clients = clients_for_member(request).values("pk")
    return found_or_404(Engagement, rows.filter(pk=pk, client__in=clients))
