"""The client answers what they were asked, and finds it again."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import own_client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.questionnaires.views.filling import Asked, fill
from coachops.web.pages import render_page
from tracking.access.questionnaires import own_questionnaire
from tracking.queries.questionnaires import own_questionnaires


@portal_page
@require_safe
def questionnaires(request: PracticeRequest) -> HttpResponse:
    """What waits, and what was answered."""
    page = own_questionnaires(own_client(request), request.GET.get("page"))
    context = {"active": "home", "page": page}
    return render_page(request, "tracking/portal/questionnaires.html", context)


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """To answer; once it is sent, to read again, to talk about, and to take back."""
    asked, opened = own_questionnaire(request, pk)
    address = reverse("portal:questionnaire", args=[request.practice.slug, pk])
    context = {"active": "home", "questionnaire": asked}
    return fill(request, Asked(opened, address, "tracking/portal/questionnaire.html", context))
