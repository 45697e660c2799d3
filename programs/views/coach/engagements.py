"""An engagement's facts, plan and ledger."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from clients.access import engagement_for_member, today_in
from clients.access.agreements import agreements_for_member
from clients.models import Engagement
from clients.queries.agreements import lines_of
from clients.queries.clients import employer_of_address
from clients.queries.disclosure import disclosure_state
from clients.queries.engagements import facts_of
from clients.queries.sponsors import contacts_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from programs.access import locked_engagement
from programs.forms import AllotForm
from programs.queries.ledger import balances, ledger_rows
from programs.queries.plan import journey
from programs.services.ledger import NoLedger, allot

UNPROCESSABLE = 422


@require_GET
@coach_page(Permission.SEE_CLIENTS)
def engagement(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _page(request, engagement_for_member(request, pk), AllotForm())


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def engagement_allot(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Adds sessions to the ledger."""
    row = locked_engagement(request, pk)
    form = AllotForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    added, seen = form.cleaned_data["sessions"], form.cleaned_data["allotted"]
    if seen not in {None, balances([row.pk])[row.pk].allotted}:
        messages.info(request, _("Sessions were added meanwhile. Add more if that is not enough."))
        return redirect("coach:engagement", request.practice.slug, row.pk)
    try:
        allot(engagement_id=row.pk, sessions=added, now=timezone.now())
    except NoLedger:
        form.add_error("sessions", _("This engagement runs without a ledger."))
        return _page(request, row, form)
    words = ngettext("%(number)d session is added.", "%(number)d sessions are added.", added)
    messages.success(request, words % {"number": added})
    return redirect("coach:engagement", request.practice.slug, row.pk)


def _page(request: PracticeRequest, row: Engagement, form: AllotForm) -> HttpResponse:
    facts = facts_of(row)
    return render_page(
        request,
        "programs/coach/engagement.html",
        {
            "active": "clients",
            "engagement": facts,
            "client": row.client,
            "journey": journey(facts, today_in(request)),
            "balance": balances([row.pk])[row.pk],
            "ledger": ledger_rows(row.pk),
            "disclosure": disclosure_state(row) if row.is_sponsored else None,
            "contacts": contacts_of(row) if row.is_sponsored else (),
            "employer_of_address": employer_of_address(row.client) if row.is_sponsored else "",
            "agreement_lines": lines_of(agreements_for_member(request).filter(engagement=row.pk)),
            "may_manage": Permission.MANAGE_CLIENTS in request.permissions,
            "form": form,
        },
        status=UNPROCESSABLE if form.is_bound else 200,
    )
