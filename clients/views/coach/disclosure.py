"""What a sponsor may see of one engagement: asking for signatures, and the coach's own."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.access import (
    contact_for_member,
    engagement_for_coach,
    engagement_for_member,
    open_proposal,
    proposal_to_sign,
    sponsored,
)
from clients.documents import consent_facts, consent_text
from clients.forms import ProposeForm, SignForm
from clients.models import DisclosureProposal, Engagement
from clients.policies import DisclosureRefused, Party, levels_above
from clients.queries.clients import employer_of_address
from clients.queries.disclosure import disclosure_state
from clients.queries.refusals import REFUSALS
from clients.queries.sponsors import contacts_of
from clients.services import disclosure as services
from clients.views.disclosure_steps import put_signature
from coachops.mail.previewing import MailPreview, is_looking, mails_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_GET
@coach_page(Permission.SEE_CLIENTS)
def disclosure(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _page(request, sponsored(engagement_for_member(request, pk)))


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def disclosure_propose(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Asks client, coach and the company's contact to sign a level."""
    engagement = sponsored(engagement_for_member(request, pk))
    form = _propose_form(request, engagement)
    if not form.is_valid():
        return _page(request, engagement, propose_form=form)
    now = timezone.now()
    propose = partial(
        services.propose,
        engagement=engagement,
        level=form.cleaned_data["level"],
        contact=contact_for_member(form.cleaned_data["contact"]),
        now=now,
    )
    try:
        if is_looking(request.POST):
            letters = mails_of(propose, now=now)
            return _page(request, engagement, propose_form=form, letters=letters)
        propose()
    except DisclosureRefused as refused:
        form.add_error(None, str(REFUSALS[refused.reason]))
        return _page(request, engagement, propose_form=form)
    messages.success(request, _("All three are asked to sign."))
    return redirect("coach:disclosure", request.practice.slug, engagement.pk)


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def disclosure_sign(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The coach's own signature; nobody signs for somebody else."""
    engagement = sponsored(engagement_for_coach(request, pk))
    proposal = proposal_to_sign(engagement, now=timezone.now())
    form = SignForm(request.POST, text=_text(request, proposal, engagement))
    if not _is_the_coach(request, engagement) or not form.is_valid():
        return _page(request, engagement, sign_form=form)
    refusal = put_signature(request, proposal, Party.COACH, form)
    if refusal is not None:
        messages.error(request, str(REFUSALS[refusal]))
    else:
        messages.success(request, _("Signed."))
    return redirect("coach:disclosure", request.practice.slug, engagement.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def disclosure_withdraw(request: PracticeRequest, pk: UUID) -> HttpResponse:
    engagement = sponsored(engagement_for_member(request, pk))
    try:
        services.withdraw(proposal=open_proposal(engagement), now=timezone.now())
    except DisclosureRefused as refused:  # somebody was quicker
        messages.error(request, str(REFUSALS[refused.reason]))
    else:
        messages.success(request, _("The request is withdrawn. Nothing has changed."))
    return redirect("coach:disclosure", request.practice.slug, engagement.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def disclosure_remind(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Asks again whoever has not signed."""
    engagement = sponsored(engagement_for_member(request, pk))
    asked = services.remind(proposal=open_proposal(engagement), now=timezone.now())
    if asked:
        messages.success(request, _("Whoever has not signed is asked again."))
    else:
        messages.info(request, _("They were asked a moment ago."))
    return redirect("coach:disclosure", request.practice.slug, engagement.pk)


def _page(
    request: PracticeRequest,
    engagement: Engagement,
    *,
    propose_form: ProposeForm | None = None,
    sign_form: SignForm | None = None,
    letters: tuple[MailPreview, ...] | None = None,
) -> HttpResponse:
    state = disclosure_state(engagement)
    may_sign = bool(
        state.proposal
        and _is_the_coach(request, engagement)
        and not state.proposal.has_signed(Party.COACH)
    )
    return render_page(
        request,
        "clients/coach/disclosure.html",
        {
            "active": "clients",
            "engagement": engagement,
            "client": engagement.client,
            "organisation": engagement.sponsor_organisation,
            "state": state,
            "may_sign": may_sign,
            "sign_form": sign_form or (_sign_form(request, engagement) if may_sign else None),
            "propose_form": propose_form or _propose_form(request, engagement),
            "may_manage": Permission.MANAGE_CLIENTS in request.permissions,
            "employer_of_address": employer_of_address(engagement.client),
            "letters": letters,
        },
        status=UNPROCESSABLE if letters is None and (propose_form or sign_form) else 200,
    )


def _propose_form(request: PracticeRequest, engagement: Engagement) -> ProposeForm:
    return ProposeForm(
        request.POST if request.method == "POST" and "level" in request.POST else None,
        levels=levels_above(engagement.disclosure_level),
        contacts=contacts_of(engagement) if engagement.is_sponsored else (),
    )


def _sign_form(request: PracticeRequest, engagement: Engagement) -> SignForm:
    proposal = open_proposal(engagement)
    return SignForm(text=_text(request, proposal, engagement))


def _text(request: PracticeRequest, proposal: DisclosureProposal, engagement: Engagement) -> str:
    facts = consent_facts(proposal, engagement, request.practice.name)
    return consent_text(facts, Party.COACH)


def _is_the_coach(request: PracticeRequest, engagement: Engagement) -> bool:
    return bool(engagement.coach_id == request.membership.pk)
