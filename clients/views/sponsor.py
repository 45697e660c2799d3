"""A sponsor's contact signs in person, once signed in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import own_proposal_as_sponsor
from clients.documents import consent_facts, consent_text
from clients.forms import SignForm
from clients.models import DisclosureSignature
from clients.policies import Party
from clients.queries.disclosure import proposal_facts
from clients.queries.refusals import REFUSALS
from clients.views.disclosure_steps import put_signature
from coachops.practices.guards import PracticeRequest, sponsor_page
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@sponsor_page
def disclosure(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The text to sign and how far the others are; 404 unless this contact is asked."""
    proposal = own_proposal_as_sponsor(request, pk, now=timezone.now())
    engagement = proposal.engagement
    facts = consent_facts(proposal, engagement, request.practice.name)
    form = SignForm(request.POST or None, text=consent_text(facts, Party.SPONSOR))
    if request.method == "POST" and form.is_valid():
        refusal = put_signature(request, proposal, Party.SPONSOR, form)
        if refusal is not None:
            messages.error(request, str(REFUSALS[refusal]))
        else:
            messages.success(request, _("Signed. Thank you."))
        return redirect("sponsor:home", request.practice.slug)
    has_signed = DisclosureSignature.objects.filter(proposal=proposal, party=Party.SPONSOR).exists()
    return render_page(
        request,
        "clients/sponsor/disclosure.html",
        {
            "active": "home",
            "facts": facts,
            "organisation": engagement.sponsor_organisation,
            "proposal": proposal_facts(proposal, engagement),
            "form": None if has_signed else form,
        },
        status=UNPROCESSABLE if form.is_bound else 200,
    )
