"""The client prepares for a session: until it begins."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, portal_page
from coachops.questionnaires.views.filling import Asked, fill
from coachops.web.pages import render_page
from scheduling.queries.facts import leaders_in_words
from tracking.access.preparation import own_preparation


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def preparation(request: PracticeRequest, pk: UUID) -> HttpResponse:
    session, opened = own_preparation(request, pk)
    address = reverse("portal:preparation", args=[request.practice.slug, pk])
    is_over = session.starts_at <= timezone.now() or session.is_cancelled
    context = {"active": "home", "session": session, "is_over": is_over}
    context["led_by"] = leaders_in_words(session)
    template = "tracking/portal/preparation.html"
    if is_over and opened.response.sent_at is None:
        if request.method == "POST":
            return redirect(address)
        return render_page(request, template, context)
    return fill(request, Asked(opened, address, template, context, may_change=not is_over))
