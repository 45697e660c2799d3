"""What a client was asked to book: how often, and what the coach's side can do about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import scheduling_request_for_member
from scheduling.queries.asking import asked_facts
from scheduling.services.asking import HeardOfIt, NoLongerWanted, nudge_now


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def scheduling_request(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The state of it; POST reminds the client once more."""
    found, status = scheduling_request_for_member(request, pk), 200
    if request.method == "POST":
        try:
            nudge_now(request=found, now=timezone.now())
        except NoLongerWanted:
            status = 409
        except HeardOfIt:
            status = 409
            words = _("%(name)s was written to about it within the last day.")
            messages.info(request, words % {"name": found.client.first_name})
        else:
            messages.success(
                request, _("%(name)s is reminded by e-mail.") % {"name": found.client.first_name}
            )
            return redirect("coach:scheduling_request", request.practice.slug, pk)
    context = {"active": "today", "asked": asked_facts(found)}
    return render_page(request, "scheduling/coach/asked.html", context, status=status)
