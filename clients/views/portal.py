"""What the client decides about their sponsor, and who looked."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.access import (
    open_proposal,
    own_client,
    own_engagement,
    proposal_to_sign,
    sponsored,
)
from clients.documents import consent_facts, consent_text
from clients.forms import SignForm
from clients.models import DisclosureProposal, Engagement
from clients.policies import DisclosureRefused, Party, levels_below
from clients.queries.clients import employer_of_address
from clients.queries.disclosure import (
    LEVEL_EXPLANATIONS,
    LEVEL_LABELS,
    disclosure_state,
)
from clients.queries.refusals import REFUSALS
from clients.queries.who_looked import reads_of
from clients.services import disclosure as services
from clients.views.disclosure_steps import put_signature
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page

UNPROCESSABLE = 422
CLOSED = "closed"


@require_GET
@portal_page
def who_looked(request: PracticeRequest) -> HttpResponse:
    """Every read of one's content by anybody else. There are no invisible readers."""
    reads = reads_of(own_client(request).pk, request.GET.get("page", "1"))
    return render_page(
        request, "clients/portal/who_looked.html", {"active": "who_looked", "reads": reads}
    )


@require_GET
@portal_page
def disclosure(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _page(request, sponsored(own_engagement(request, pk)))


@require_POST
@portal_page
def disclosure_sign(request: PracticeRequest, pk: UUID) -> HttpResponse:
    engagement = sponsored(own_engagement(request, pk))
    proposal = proposal_to_sign(engagement, now=timezone.now())
    form = SignForm(request.POST, text=_text(request, proposal, engagement))
    if not form.is_valid():
        return _page(request, engagement, sign_form=form)
    refusal = put_signature(request, proposal, Party.CLIENT, form)
    if refusal is not None:
        messages.error(request, str(REFUSALS[refusal]))
    else:
        messages.success(request, _("Signed. You can lower or close it at any time."))
    return redirect("portal:disclosure", request.practice.slug, engagement.pk)


@require_POST
@portal_page
def disclosure_lower(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """At once, without a reason, and nobody is told."""
    engagement = sponsored(own_engagement(request, pk))
    try:
        services.lower(
            engagement=engagement, level=_level(request.POST.get("level")), now=timezone.now()
        )
    except DisclosureRefused as refused:
        messages.error(request, str(REFUSALS[refused.reason]))
    else:
        messages.success(
            request, _("Done. It holds from this moment; reports already issued remain.")
        )
    return redirect("portal:disclosure", request.practice.slug, engagement.pk)


def _level(answer: str | None) -> int | None:
    """What was chosen; anything unknown is a level that does not exist, never "closed"."""
    if answer == CLOSED:
        return None
    return int(answer) if answer in {"0", "1", "2", "3"} else -1


@require_POST
@portal_page
def disclosure_attendance(request: PracticeRequest, pk: UUID) -> HttpResponse:
    engagement = sponsored(own_engagement(request, pk))
    shared = request.POST.get("attendance_shared") == "on"
    try:
        services.share_attendance(engagement=engagement, shared=shared, now=timezone.now())
    except DisclosureRefused as refused:
        messages.error(request, str(REFUSALS[refused.reason]))
    else:
        messages.success(request, _("Saved."))
    return redirect("portal:disclosure", request.practice.slug, engagement.pk)


def _page(
    request: PracticeRequest, engagement: Engagement, *, sign_form: SignForm | None = None
) -> HttpResponse:
    state = disclosure_state(engagement)
    may_sign = bool(state.proposal and not state.proposal.has_signed(Party.CLIENT))
    if may_sign and sign_form is None:
        proposal = open_proposal(engagement)
        sign_form = SignForm(text=_text(request, proposal, engagement))
    return render_page(
        request,
        "clients/portal/disclosure.html",
        {
            "active": "disclosure",
            "engagement": engagement,
            "organisation": engagement.sponsor_organisation,
            "state": state,
            "sign_form": sign_form if may_sign else None,
            "lower": [
                (
                    CLOSED if level is None else level,
                    LEVEL_LABELS[level],
                    LEVEL_EXPLANATIONS[level],
                )
                for level in levels_below(engagement.disclosure_level)
            ],
            "employer_of_address": employer_of_address(engagement.client),
        },
        status=UNPROCESSABLE if sign_form is not None and sign_form.is_bound else 200,
    )


def _text(request: PracticeRequest, proposal: DisclosureProposal, engagement: Engagement) -> str:
    facts = consent_facts(proposal, engagement, request.practice.name)
    return consent_text(facts, Party.CLIENT)
