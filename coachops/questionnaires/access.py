"""Loading a questionnaire is the access check: it is the practice's own, or a 404.

Whoever runs clients may work on a draft. What all coaches' clients are then asked is decided by
whoever made it, or looks after the practice.
"""

from uuid import UUID

from django.http import Http404

from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Permission
from coachops.questionnaires.models import Questionnaire


def questionnaire_for_member(request: PracticeRequest, pk: UUID) -> Questionnaire:
    """One of the active practice, archived or not. Raises 404."""
    return found_or_404(
        Questionnaire,
        Questionnaire.objects.select_related("made_by").filter(pk=pk, practice=request.practice),
    )


def may_put_to_use(request: PracticeRequest, questionnaire: Questionnaire) -> bool:
    """Whether the member publishes and archives it."""
    is_maker: bool = questionnaire.made_by_id == request.membership.pk
    return is_maker or Permission.MANAGE_PRACTICE in request.permissions


def questionnaire_to_put_to_use(request: PracticeRequest, pk: UUID) -> Questionnaire:
    """The same, for its maker and for owners. Raises 404."""
    found = questionnaire_for_member(request, pk)
    if not may_put_to_use(request, found):
        raise Http404
    return found
