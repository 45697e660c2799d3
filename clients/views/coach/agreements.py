"""The desk of agreements: prepare, look, send, chase, sign as the coach, void and issue anew."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import contact_for_member
from clients.access.agreements import (
    agreement_as_coach,
    agreement_for_member,
    agreements_for_member,
    engagement_to_prepare,
    template_to_use,
    templates_to_use,
)
from clients.documents import consent_hash
from clients.forms.agreements import DeclineForm, PrepareForm, SignAgreementForm, VoidForm
from clients.models import Agreement, AgreementTemplate, Engagement
from clients.policies import AgreementRefusal, AgreementRefused, signing_orders
from clients.queries.agreement_fields import FIELDS, fields_in, preview_of
from clients.queries.agreements import (
    REFUSALS,
    lines_of,
    newest_version,
    page_of_lines,
    replacement_of,
    signer_facts,
    signers_of,
)
from clients.queries.sponsors import contacts_of
from clients.services import agreements as services
from clients.views.agreement_steps import (
    UNPROCESSABLE,
    agreement_file_of,
    decline_form,
    file_response,
    sign_form,
    took_step,
)
from coachops.documents.markdown import render_document
from coachops.mail.previewing import MailPreview, is_looking, mails_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

SHOWN = ("open", "signed", "settled")


@require_GET
@coach_page(Permission.SEE_CLIENTS)
def agreements(request: PracticeRequest) -> HttpResponse:
    """Every agreement of the member's clients, by what is to be done about it."""
    show = request.GET.get("show", "open")
    show = show if show in SHOWN else SHOWN[0]
    context = {
        "active": "agreements",
        "show": show,
        "page": page_of_lines(agreements_for_member(request), show, request.GET.get("page", "1")),
        "may_manage": Permission.MANAGE_CLIENTS in request.permissions,
        "may_configure": Permission.MANAGE_PRACTICE in request.permissions,
    }
    return render_page(request, "clients/coach/agreements.html", context)


@require_GET
@coach_page(Permission.MANAGE_CLIENTS)
def engagement_agreements(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The agreements of one engagement, and what can be prepared for it.

    Whoever comes to prepare the first one goes on to it where there is one template alone.
    """
    engagement = engagement_to_prepare(request, pk)
    lines = lines_of(agreements_for_member(request).filter(engagement=engagement))
    templates = [
        each
        for each in templates_to_use(request)
        if engagement.is_sponsored or each.kind != "three_party"
    ]
    if "prepare" in request.GET and not lines and len(templates) == 1:
        slug, template = request.practice.slug, templates[0]
        return redirect("coach:agreement_prepare", slug, engagement.pk, template.pk)
    context = {
        "active": "agreements",
        "engagement": engagement,
        "client": engagement.client,
        "lines": lines,
        "templates": templates,
        "may_configure": Permission.MANAGE_PRACTICE in request.permissions,
    }
    return render_page(request, "clients/coach/engagement_agreements.html", context)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def agreement_prepare(request: PracticeRequest, pk: UUID, template_pk: UUID) -> HttpResponse:
    """Asks who signs in which order; makes a draft to look at."""
    engagement = engagement_to_prepare(request, pk)
    template = template_to_use(request, template_pk)
    form = _prepare_form(request, engagement, template)
    is_preview = "preview" in request.POST
    if request.method == "POST" and not is_preview and form.is_valid():
        contact = form.cleaned_data.get("contact")
        try:
            made = services.prepare(
                engagement=engagement,
                template=template,
                order=form.chosen_order(),
                contact=contact_for_member(UUID(contact)) if contact else None,
                fees=form.cleaned_data.get("fees", ""),
                by=request.membership,
                now=timezone.now(),
            )
        except AgreementRefused as refused:
            field = "contact" if "contact" in form.fields else None
            form.add_error(field, str(REFUSALS[refused.reason]))
        else:
            return redirect("coach:agreement", request.practice.slug, made.pk)
    context = {
        "active": "agreements",
        "engagement": engagement,
        "client": engagement.client,
        "template": template,
        "form": form,
        **_preview(request, engagement, template, form),
    }
    status = UNPROCESSABLE if form.is_bound and not is_preview else 200
    return render_page(
        request,
        "clients/coach/agreement_prepare.html",
        context,
        partials=["preview"],
        status=status,
    )


def _preview(
    request: PracticeRequest, engagement: Engagement, template: AgreementTemplate, form: PrepareForm
) -> dict[str, object]:
    """The whole text, filled with this engagement and what is typed so far."""
    contact = form.shown_contact()
    text, empty = preview_of(
        newest_version(template).text,
        engagement,
        practice=request.practice,
        contact=contact_for_member(UUID(contact)) if contact else None,
        fees=form.shown_fees(),
    )
    return {
        "preview": render_document(text),
        "empty": [FIELDS[name] for name in empty if name in FIELDS],
    }


@require_GET
@coach_page(Permission.SEE_CLIENTS)
def agreement(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The text as it is or will be, and how far it has come."""
    return _page(request, agreement_for_member(request, pk))


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def agreement_sign(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The coach's own signature, or their no; nobody signs for somebody else."""
    found, signer = agreement_as_coach(request, pk)
    forms = sign_form(request, found, signer), decline_form(request)
    if not any(form.is_bound for form in forms) or not took_step(request, signer, forms):
        return _page(request, agreement_for_member(request, pk), forms=forms)
    messages.success(request, _("Declined.") if forms[1].is_bound else _("Signed."))
    return redirect("coach:agreement", request.practice.slug, pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def agreement_send(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Freezes the text that was shown, and asks the first to sign."""
    shown = request.POST.get("text_hash", "")
    return _act(
        request,
        pk,
        lambda found: services.send(agreement=found, shown_hash=shown, now=timezone.now()),
        _("Sent. Whoever signs first has a link in their mail."),
    )


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def agreement_chase(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """A new link to whoever's turn it is."""

    def ask_again(found: Agreement) -> None:
        if services.chase(agreement=found, now=timezone.now()):
            messages.success(request, _("Asked again, with a new link."))
        else:
            messages.info(request, _("They were asked a moment ago."))

    return _act(request, pk, ask_again)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def agreement_void(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found, form = agreement_for_member(request, pk), VoidForm(request.POST)
    if not form.is_valid():
        return _page(request, found, void_form=form)
    return _act(
        request,
        pk,
        lambda row: services.void(
            agreement=row, reason=form.cleaned_data["reason"], now=timezone.now()
        ),
        _("It no longer counts. Everybody who had it is told."),
    )


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def agreement_reissue(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """A new draft in its place, from the newest wording of its template."""
    found = agreement_for_member(request, pk)
    try:
        made = services.reissue(agreement=found, by=request.membership, now=timezone.now())
    except AgreementRefused as refused:
        messages.error(request, str(REFUSALS[refused.reason]))
        return redirect("coach:agreement", request.practice.slug, pk)
    messages.success(request, _("This is the new draft. Look at it, then send it."))
    return redirect("coach:agreement", request.practice.slug, made.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def agreement_discard(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = agreement_for_member(request, pk)
    try:
        services.discard(agreement=found, now=timezone.now())
    except AgreementRefused as refused:
        messages.error(request, str(REFUSALS[refused.reason]))
        return redirect("coach:agreement", request.practice.slug, pk)
    messages.success(request, _("The draft is gone."))
    return redirect("coach:engagement_agreements", request.practice.slug, found.engagement_id)


@require_GET
@coach_page(Permission.SEE_CLIENTS)
def agreement_pdf(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return file_response(agreement_for_member(request, pk))


def _act(
    request: PracticeRequest, pk: UUID, act: Callable[[Agreement], object], done: str = ""
) -> HttpResponse:
    """One step, then back to the agreement, which says where it is now."""
    found = agreement_for_member(request, pk)
    try:
        if is_looking(request.POST):
            letters = mails_of(partial(act, found), now=timezone.now())
            return _page(request, agreement_for_member(request, pk), letters=letters)
        act(found)
    except AgreementRefused as refused:
        messages.error(request, _in_words(refused))
    else:
        if done:
            messages.success(request, done)
    return redirect("coach:agreement", request.practice.slug, pk)


def _in_words(refused: AgreementRefused) -> str:
    if refused.reason is not AgreementRefusal.EMPTY_FIELDS:
        return str(REFUSALS[refused.reason])
    named = ", ".join(str(FIELDS[name]).lower() for name in refused.fields)
    return _("Nothing was sent: the text still needs %(fields)s.") % {"fields": named}


def _prepare_form(
    request: PracticeRequest, engagement: Engagement, template: AgreementTemplate
) -> PrepareForm:
    newest = newest_version(template)
    try:
        orders = signing_orders(template.kind, is_sponsored=engagement.is_sponsored)
    except AgreementRefused:
        raise Http404 from None
    return PrepareForm(
        request.POST if request.method == "POST" else None,
        orders=orders,
        contacts=contacts_of(engagement) if engagement.is_sponsored else (),
        asks_fees="fees" in fields_in(newest.text),
    )


def _page(
    request: PracticeRequest,
    found: Agreement,
    *,
    forms: tuple[SignAgreementForm, DeclineForm] | None = None,
    void_form: VoidForm | None = None,
    letters: tuple[MailPreview, ...] | None = None,
) -> HttpResponse:
    signers = signers_of(found)
    text: str = found.text
    missing: tuple[str, ...] = ()
    if found.state == Agreement.State.DRAFT:
        text, missing = services.text_to_send(found, request.practice)
    coach = next((each for each in signers if each.party == "coach"), None)
    is_turn = bool(
        coach
        and coach.state == "asked"
        and found.state == Agreement.State.SENT
        and found.engagement.coach_id == request.membership.pk
    )
    if is_turn and coach is not None and forms is None:
        forms = sign_form(request, found, coach), decline_form(request)
    context = {
        "active": "agreements",
        "agreement": found,
        "engagement": found.engagement,
        "client": found.engagement.client,
        "text": render_document(text),
        "text_hash": consent_hash(text),
        "missing": [FIELDS[name] for name in missing],
        "signers": signer_facts(found, signers),
        "sign_form": forms[0] if forms and is_turn else None,
        "decline_form": forms[1] if forms and is_turn else None,
        "void_form": void_form or VoidForm(),
        "file": agreement_file_of(found),
        "next": replacement_of(found),
        "letters": letters,
        "may_manage": Permission.MANAGE_CLIENTS in request.permissions,
        "may_configure": Permission.MANAGE_PRACTICE in request.permissions,
    }
    is_refused = void_form is not None or any(getattr(form, "errors", None) for form in forms or ())
    status = UNPROCESSABLE if is_refused else 200
    return render_page(request, "clients/coach/agreement.html", context, status=status)
