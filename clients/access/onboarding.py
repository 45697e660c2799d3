"""Loading steps of an onboarding: whoever sees the engagement's facts, and manages clients."""

from uuid import UUID

from clients.access.clients import clients_for_member
from clients.models import OnboardingStep
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest


def step_for_member(request: PracticeRequest, pk: UUID) -> OnboardingStep:
    """A step of an engagement whose facts the member may see. Raises 404."""
    rows = OnboardingStep.objects.select_related("engagement__client", "settled_by")
    clients = clients_for_member(request).values("pk")
    return found_or_404(OnboardingStep, rows.filter(pk=pk, engagement__client__in=clients))
