"""A sponsor's contact signs by the link in the mail, without an account."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.access import evidence_of, proposal_of_link
from clients.documents import consent_facts, consent_text
from clients.forms import SignForm
from clients.models import DisclosureProposal
from clients.policies import DisclosureRefused, Party
from clients.queries.disclosure import proposal_facts
from clients.queries.refusals import REFUSALS
from clients.services import disclosure as services
from coachops.practices.guards import PracticeRequest
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
    if request.method == "POST" and form.is_valid() and _signed(request, link, proposal, form):
        return render_page(
            request,
            "clients/link/signed.html",
            {"facts": facts, "proposal": proposal_facts(proposal, engagement)},
        )
    return render_page(
        request,
        "clients/link/disclosure.html",
        {"facts": facts, "form": form, "proposal": proposal_facts(proposal, engagement)},
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _signed(
    request: PracticeRequest, link: SignedLink, proposal: DisclosureProposal, form: SignForm
) -> bool:
    """Spend the link first: of two clicks at the same moment, one signs."""
    now = timezone.now()
    if not use_link(link=link, now=now):
        form.add_error(None, _("This link has been used already."))
        return False
    try:
        services.sign(
            proposal=proposal,
            party=Party.SPONSOR,
            name=form.cleaned_data["name"],
            consent_text=form.text,
            evidence=evidence_of(request),
            now=now,
        )
    except DisclosureRefused as refused:
        form.add_error(None, str(REFUSALS[refused.reason]))
        return False
    return True
