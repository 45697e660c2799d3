"""The client answers the intake questionnaire: in the portal, or by a signed link."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.access.intake import (
    linked_intake,
    opened_by_link,
    own_intake,
)
from clients.services.intake import send_new_link, take_up_link
from coachops.practices.guards import PracticeRequest, link_gone, portal_page
from coachops.practices.models import SignedLink
from coachops.questionnaires.views.filling import Asked, fill
from coachops.questionnaires.views.linking import Linked, in_one_browser


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
    intake, now = linked_intake(link), timezone.now()
    if intake is None:
        return link_gone(request)
    linked = Linked(
        cookie=f"intake-{intake.pk.hex}",
        kept=intake.browser_hash,
        take_up=partial(take_up_link, intake=intake, now=now),
        renew=partial(send_new_link, intake=intake, now=now),
        opens=partial(opened_by_link, intake),
        asked=intake,
        is_intake=True,
    )
    return in_one_browser(request, linked)
