"""A sponsor's contact signs by the link in the mail, without an account."""

from django.http import HttpResponse
from django.utils import timezone

from clients.access import proposal_of_link, signed_of_link
from clients.documents import consent_facts, consent_text
from clients.forms import SignForm
from clients.models import DisclosureProposal
from clients.policies import Party
from clients.queries.disclosure import proposal_facts
from clients.queries.refusals import REFUSALS
from clients.views.disclosure_steps import put_signature
from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.practices.services.links import use_link
from coachops.web.pages import render_page

UNPROCESSABLE = 422


def sign_disclosure(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """GET shows the text, POST signs it and spends the link."""
    proposal = proposal_of_link(link)
    if proposal is None:
        return render_page(request, "clients/link/settled.html", {})
    engagement = proposal.engagement
    facts = consent_facts(proposal, engagement, request.practice.name)
    form = SignForm(request.POST or None, text=consent_text(facts, Party.SPONSOR))
    if request.method == "POST" and form.is_valid():
        # Spent first: of two clicks at the same moment, one signs and both are thanked.
        if not use_link(link=link, now=timezone.now()):
            return thank_signer(request, link)
        refusal = put_signature(request, proposal, Party.SPONSOR, form)
        if refusal is None:
            return _thanks(request, proposal)
        form.add_error(None, str(REFUSALS[refusal]))
    return render_page(
        request,
        "clients/link/disclosure.html",
        {"facts": facts, "form": form, "proposal": proposal_facts(proposal, engagement)},
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def thank_signer(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """The second of two clicks: what the first one did."""
    proposal = signed_of_link(link)
    return link_gone(request) if proposal is None else _thanks(request, proposal)


def _thanks(request: PracticeRequest, proposal: DisclosureProposal) -> HttpResponse:
    engagement = proposal.engagement
    facts = {
        "facts": consent_facts(proposal, engagement, request.practice.name),
        "proposal": proposal_facts(proposal, engagement),
    }
    return render_page(request, "clients/link/signed.html", facts)
