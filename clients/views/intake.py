"""The client answers the intake questionnaire: in the portal, or by a signed link."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.access.intake import (
    is_same_browser,
    linked_intake,
    opened_by_link,
    own_intake,
)
from clients.models import Intake
from clients.services.intake import send_new_link, take_up_link
from coachops.practices.guards import PracticeRequest, link_gone, portal_page
from coachops.practices.models import SignedLink
from coachops.questionnaires.views.filling import Asked, fill
from coachops.web.pages import render_page

COOKIE_DAYS = 45


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def intake(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """To answer; once it is sent, to read again, to talk about, and to take back."""
    asked, opened = own_intake(request, pk)
    address = reverse("portal:intake", args=[request.practice.slug, pk])
    context = {"active": "intake", "intake": asked}
    return fill(request, Asked(opened, address, "clients/portal/intake.html", context))


def answer_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """First a page that says what it is; only the browser that begins here sees any answer.

    A forwarded link therefore shows nothing that was written. Reading the link alone begins
    nothing: mail programs look at links too.
    """
    intake = linked_intake(link)
    if intake is None:
        return link_gone(request)
    cookie = f"intake-{intake.pk.hex}"
    if is_same_browser(intake, request.COOKIES.get(cookie, "")):
        return _answer(request, intake)
    act = request.POST.get("act")
    if act == "begin" and intake.browser_hash is None:
        return _begin(request, intake, cookie)
    if act == "renew":
        send_new_link(intake=intake, now=timezone.now())
    context = {
        "intake": intake,
        "is_taken_up": intake.browser_hash is not None,
        "is_renewed": act == "renew",
    }
    return render_page(request, "clients/link/intake_begin.html", context)


def _begin(request: PracticeRequest, intake: Intake, cookie: str) -> HttpResponse:
    secret = take_up_link(intake=intake, now=timezone.now())
    response = redirect(request.path)
    if secret is not None:
        response.set_cookie(
            cookie,
            secret,
            max_age=COOKIE_DAYS * 86400,
            path="/l/",
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _answer(request: PracticeRequest, intake: Intake) -> HttpResponse:
    asked = Asked(
        opened_by_link(intake),
        request.path,
        "clients/link/intake.html",
        {"intake": intake},
        then=lambda: render_page(request, "clients/link/intake_sent.html", {"intake": intake}),
    )
    return fill(request, asked)
