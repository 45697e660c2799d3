"""What strangers read and send before they book: the enquiry form and the outcomes page."""

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import today_in
from clients.forms.enquiries import AskForm
from clients.queries.public_pages import public_pages
from clients.services.enquiries import ask
from coachops.pages.queries.outcomes import published_outcomes
from coachops.practices.guards import PracticeRequest, public_page
from coachops.web.pages import render_page
from scheduling.queries.offerings import public_calls
from scheduling.services.networks import count_one, has_done_its_number

UNPROCESSABLE, TOO_MANY_REQUESTS = 422, 429
ASKED = "enquiry"
MOST_AN_HOUR = 5
"""Enough for a household or an office; too little to fill a board with a script."""


@require_http_methods(["GET", "HEAD", "POST"])
@public_page(reason="somebody asks before they become a client")
def enquire(request: PracticeRequest) -> HttpResponse:
    """Name, address and a few words. Nothing tells whether the address is known here."""
    shown = public_pages()
    if not shown.takes_enquiries:
        raise Http404
    form = AskForm(request.POST or None)
    status, refusal = 200, ""
    if request.method == "POST":
        if form.is_valid() and form.cleaned_data["website"]:
            return redirect(f"{request.path}?sent=1")
        if form.is_valid():
            if _is_taken(request, form):
                return redirect(f"{request.path}?sent=1")
            status = TOO_MANY_REQUESTS
            refusal = _("That is a lot for one hour. Wait a little and send it again, please.")
        else:
            status = UNPROCESSABLE
    return render_page(
        request,
        "pages/public/enquire.html",
        {
            "form": form,
            "refusal": refusal,
            "is_sent": "sent" in request.GET and request.method != "POST",
            "pages": shown,
            "calls": public_calls(),
        },
        status=status,
    )


def _is_taken(request: PracticeRequest, form: AskForm) -> bool:
    """False when this network has sent its number for the hour."""
    address = get_adapter().get_client_ip(request)
    if has_done_its_number(ASKED, address, most=MOST_AN_HOUR):
        return False
    if not count_one(ASKED, address, most=MOST_AN_HOUR):
        return False
    given = form.cleaned_data
    ask(
        name=given["name"],
        email=given["email"],
        wish=given["wish"],
        referrer=given["referrer"],
        now=timezone.now(),
    )
    return True


@require_safe
@public_page(reason="what strangers may expect, in figures that name nobody")
def outcomes(request: PracticeRequest) -> HttpResponse:
    """404 until an owner has switched it on."""
    shown = public_pages()
    if not shown.shows_outcomes:
        raise Http404
    page = published_outcomes(today_in(request), translation.get_language() or "")
    context = {"page": page, "pages": shown, "calls": public_calls()}
    return render_page(request, "pages/public/outcomes.html", context)
