"""How far a handover is: who was asked and has answered, whose brief is wanted. Never what."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.access import client_for_member, today_in
from clients.access.handover import (
    client_to_hand_over,
    handover_for_member,
    handovers_for_member,
)
from clients.queries.handover_states import askings_of, briefs_of
from clients.services.handover import decline_brief
from clients.services.handover_asking import remind_handover
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.pages import render_page


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def handover(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """For whoever sees the client's logistics."""
    client = client_for_member(request, pk)
    context = {
        "active": "clients",
        "client": client,
        "askings": askings_of(handovers_for_member(request, client)),
        "briefs": briefs_of(client, request.membership.pk, today_in(request)),
        "may_ask": Permission.MANAGE_CLIENTS in request.permissions,
    }
    return render_page(request, "clients/coach/handover.html", context)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
@looks_first
def handover_ask(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One more mail to the client, at most one a day."""
    asked = handover_for_member(request, pk)
    if remind_handover(handover=asked, by=request.membership, now=timezone.now()):
        messages.success(request, _("%(name)s is asked again.") % {"name": asked.client.name})
    else:
        messages.info(request, _("They were asked today already, or have said."))
    return redirect("coach:handover", request.practice.slug, asked.client_id)


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def brief_decline(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The coach who was asked for a brief writes none."""
    client = client_to_hand_over(request, pk)
    decline_brief(client=client, by=request.membership, now=timezone.now())
    messages.success(request, _("Noted: no brief. You can still write one."))
    return redirect("coach:handover", request.practice.slug, client.pk)
