"""The owner decides what strangers see, and sees each figure with its source first."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import today_in
from clients.forms.enquiries import PublicPagesForm
from clients.queries.public_pages import public_pages
from clients.services.public_pages import change_public_pages
from coachops.pages.queries.outcomes import checks, outcomes
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_PRACTICE)
def public_pages_page(request: PracticeRequest) -> HttpResponse:
    """Switches, the practice's own words, and a preview that also says what is withheld and why."""
    shown = public_pages()
    initial = {
        "takes_enquiries": shown.takes_enquiries,
        "shows_outcomes": shown.shows_outcomes,
        "introduction": shown.introduction,
    }
    form = PublicPagesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_public_pages(**form.cleaned_data, now=timezone.now())
        messages.success(request, _("Saved. It holds at once."))
        return redirect("coach:public_pages", request.practice.slug)
    today = today_in(request)
    return render_page(
        request,
        "pages/coach/public_pages.html",
        {
            "active": "settings",
            "form": form,
            "shown": shown,
            "page": outcomes(today),
            "checks": checks(today),
        },
        status=UNPROCESSABLE if form.is_bound and not form.is_valid() else 200,
    )
