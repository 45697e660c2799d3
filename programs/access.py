"""Loading a program: every member of the dashboard may read the practice's programs."""

from uuid import UUID

from django.http import Http404

from clients.access import clients_for_member
from clients.models import Engagement
from coachops.practices.guards import PracticeRequest
from programs.models import Program, ProgramVersion


def program_for_member(pk: UUID) -> Program:
    """A program of the practice. Raises 404."""
    program: Program | None = Program.objects.filter(pk=pk).first()
    if program is None:
        raise Http404
    return program


def published_version(pk: UUID) -> ProgramVersion:
    """A version that engagements can run on. Raises 404."""
    version: ProgramVersion | None = (
        ProgramVersion.objects.select_related("program")
        .filter(pk=pk, program__archived_at=None)
        .exclude(published_at=None)
        .first()
    )
    if version is None:
        raise Http404
    return version


def locked_engagement(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement that is about to change: the second of two presses waits. Raises 404."""
    engagement: Engagement | None = (
        Engagement.objects.select_for_update(of=("self",))
        .select_related("client")
        .filter(pk=pk, client__in=clients_for_member(request).values("pk"))
        .first()
    )
    if engagement is None:
        raise Http404
    return engagement
