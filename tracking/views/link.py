"""A questionnaire by a signed link, for a client who has no portal."""

from django.http import HttpResponse

from clients.access.asking import linked_asking
from clients.views.answering import answer_in_one_browser
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import SignedLink
from tracking.models import AskedQuestionnaire


def answer_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """In the browser that begins alone."""
    return answer_in_one_browser(request, linked_asking(AskedQuestionnaire.objects.all(), link))
