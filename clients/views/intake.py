"""The client answers the intake questionnaire: in the portal, or by a signed link."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clients.access.asking import linked_asking
from clients.access.intake import own_intake
from clients.models import Intake
from clients.views.answering import answer_in_one_browser
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.practices.models import SignedLink
from coachops.questionnaires.views.filling import Asked, fill


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def intake(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """To answer; once it is sent, to read again, to talk about, and to take back."""
    asked, opened = own_intake(request, pk)
    address = reverse("portal:intake", args=[request.practice.slug, pk])
    context = {"active": "intake", "intake": asked}
    return fill(request, Asked(opened, address, "clients/portal/intake.html", context))


def answer_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """In the browser that begins alone."""
    return answer_in_one_browser(request, linked_asking(Intake.objects.all(), link))
