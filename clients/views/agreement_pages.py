"""A client's and a sponsor contact's own agreements, once signed in: read, sign, decline, keep."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.access.agreements import (
    agreement_for_sponsor,
    agreements_for_sponsor,
    own_agreement,
    own_agreements,
)
from clients.models import Agreement, AgreementSigner
from clients.queries.agreements import lines_of
from clients.views.agreement_steps import (
    UNPROCESSABLE,
    decline_form,
    file_response,
    page_facts,
    sign_form,
    took_step,
)
from coachops.practices.guards import PracticeRequest, portal_page, sponsor_page
from coachops.web.pages import render_page


@require_GET
@portal_page
def agreements(request: PracticeRequest) -> HttpResponse:
    """What the client was asked to sign, the newest first."""
    context = {"active": "agreements", "lines": lines_of(own_agreements(request))}
    return render_page(request, "clients/portal/agreements.html", context)


@require_http_methods(["GET", "POST"])
@portal_page
def agreement(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _page(request, *own_agreement(request, pk), tree="portal")


@require_GET
@portal_page
def agreement_pdf(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return file_response(own_agreement(request, pk)[0])


@require_GET
@sponsor_page
def sponsor_agreements(request: PracticeRequest) -> HttpResponse:
    """What this contact was asked to sign in person."""
    context = {"active": "agreements", "lines": lines_of(agreements_for_sponsor(request))}
    return render_page(request, "clients/sponsor/agreements.html", context)


@require_http_methods(["GET", "POST"])
@sponsor_page
def sponsor_agreement(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _page(request, *agreement_for_sponsor(request, pk), tree="sponsor")


@require_GET
@sponsor_page
def sponsor_agreement_pdf(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return file_response(agreement_for_sponsor(request, pk)[0])


def _page(
    request: PracticeRequest, found: Agreement, signer: AgreementSigner, *, tree: str
) -> HttpResponse:
    forms = sign_form(request, found, signer), decline_form(request)
    is_step = any(form.is_bound for form in forms)
    if is_step and took_step(request, signer, forms):
        has_declined = forms[1].is_bound
        messages.success(
            request,
            _("Declined. Your coach is told.") if has_declined else _("Signed. Thank you."),
        )
        return redirect(f"{tree}:agreement", request.practice.slug, found.pk)
    context = {"active": "agreements", **page_facts(found, signer, forms)}
    template = f"clients/{tree}/agreement.html"
    return render_page(request, template, context, status=UNPROCESSABLE if is_step else 200)
