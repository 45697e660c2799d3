"""Loading a questionnaire is the access check: it is the practice's own, or a 404."""

from uuid import UUID

from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.questionnaires.models import Questionnaire


def questionnaire_for_member(request: PracticeRequest, pk: UUID) -> Questionnaire:
    """One of the active practice, archived or not. Raises 404."""
    return found_or_404(
        Questionnaire, Questionnaire.objects.filter(pk=pk, practice=request.practice)
    )
