"""The logistics letter, read before it is sent."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import engagement_for_member
from clients.queries.clients import address_of
from coachops.mail.previewing import preview_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.emails import letter_of
from scheduling.services.letters import send_letter


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def engagement_letter(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Shows the letter as the client would get it now; POST sends it."""
    engagement, now = engagement_for_member(request, pk), timezone.now()
    if request.method == "POST":
        send_letter(engagement=engagement, now=now)
        address = address_of(engagement.client)
        messages.success(request, _("The letter is on its way to %(to)s.") % {"to": address})
        return redirect("coach:engagement_onboarding", request.practice.slug, engagement.pk)
    context = {
        "active": "onboarding",
        "engagement": engagement,
        "client": engagement.client,
        "letters": [preview_of(letter_of(engagement), due_at=now, now=now)],
    }
    return render_page(request, "scheduling/coach/letter.html", context)
