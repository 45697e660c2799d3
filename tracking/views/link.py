"""A questionnaire by a signed link, for a client who has no portal."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.questionnaires.views.filling import Asked, fill
from coachops.web.pages import render_page
from tracking.access.questionnaires import is_same_browser, linked_questionnaire, opened_by_link
from tracking.models import AskedQuestionnaire
from tracking.services.questionnaires import send_new_link, take_up_link

COOKIE_DAYS = 45


def answer_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """First a page that says what it is; only the browser that begins here sees any answer.

    A forwarded link therefore shows nothing that was written. Reading the link alone begins
    nothing: mail programs look at links too.
    """
    asked = linked_questionnaire(link)
    if asked is None:
        return link_gone(request)
    cookie = f"questionnaire-{asked.pk.hex}"
    if is_same_browser(asked, request.COOKIES.get(cookie, "")):
        return _answer(request, asked)
    act = request.POST.get("act")
    if act == "begin" and asked.browser_hash is None:
        return _begin(request, asked, cookie)
    if act == "renew":
        send_new_link(asked=asked, now=timezone.now())
    context = {
        "questionnaire": asked,
        "is_taken_up": asked.browser_hash is not None,
        "is_renewed": act == "renew",
    }
    return render_page(request, "tracking/link/questionnaire_begin.html", context)


def _begin(request: PracticeRequest, asked: AskedQuestionnaire, cookie: str) -> HttpResponse:
    secret = take_up_link(asked=asked, now=timezone.now())
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


def _answer(request: PracticeRequest, asked: AskedQuestionnaire) -> HttpResponse:
    context = {"questionnaire": asked}
    return fill(
        request,
        Asked(
            opened_by_link(asked),
            request.path,
            "tracking/link/questionnaire.html",
            context,
            then=lambda: render_page(request, "tracking/link/questionnaire_sent.html", context),
        ),
    )
