"""The client decides what of before passes on to a coach who came later."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.access import own_client_with_safe, today_in
from clients.access.handover import own_handover
from clients.queries.handover import open_handovers, questions_of, shared_briefs
from clients.services.handover import pass_on
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page


@require_safe
@portal_page
def handover(request: PracticeRequest) -> HttpResponse:
    """What is asked, with the brief word for word, and what was said before."""
    client, safe = own_client_with_safe(request)
    briefs = shared_briefs(client.pk, safe)
    asked = open_handovers(client, today_in(request))
    context = {
        "active": "handover",
        "briefs": briefs,
        "questions": questions_of(asked, has_brief=bool(briefs)),
    }
    return render_page(request, "clients/portal/handover.html", context)


@require_POST
@portal_page
def handover_answer(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """These kinds and no others, from now on; none at all is an answer."""
    asked = own_handover(request, pk)
    kinds = [] if "nothing" in request.POST else request.POST.getlist("kinds")
    given = pass_on(handover=asked, kinds=kinds, by=request.membership, now=timezone.now())
    names = {"coach": asked.assignment.coach.name}
    if given:
        messages.success(request, _("%(coach)s reads what you ticked, from now on.") % names)
    else:
        messages.success(request, _("Nothing of before passes on to %(coach)s.") % names)
    return redirect("portal:handover", request.practice.slug)
