"""A signer without an account: the link, a code by mail against forwarded links, then the text."""

from typing import Final

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.access.agreements import signer_of_link
from clients.forms.agreements import CodeForm
from clients.models import AgreementSignature, AgreementSigner
from clients.policies import CodeAnswer
from clients.queries.agreements import signer_facts, signers_of
from clients.services.agreement_asking import check_code, send_code
from clients.views.agreement_steps import (
    UNPROCESSABLE,
    decline_form,
    file_response,
    page_facts,
    sign_form,
    took_step,
)
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import SignedLink
from coachops.practices.services.links import use_link
from coachops.web.pages import render_page

_COOKIE: Final = "signing"
_PROVED_FOR: Final = 3600  # seconds
_WRONG: Final = {
    CodeAnswer.WRONG: gettext_lazy("That is not the code from the newest mail. Please look again."),
    CodeAnswer.EXPIRED: gettext_lazy("This code has expired. Ask for a new one."),
    CodeAnswer.TOO_MANY: gettext_lazy("Too many tries. Ask for a new code."),
}


def sign_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """First the code, then the text; signing or declining spends the link."""
    signer = signer_of_link(link)
    if signer is None or signer.agreement.state != "sent" or signer.state != "asked":
        return render_page(request, "clients/link/agreement_settled.html", {})
    if not _has_proved(request, link):
        return _prove(request, link, signer)
    agreement = signer.agreement
    forms = sign_form(request, agreement, signer), decline_form(request)
    is_step = any(form.is_bound for form in forms)
    if is_step and took_step(request, signer, forms, AgreementSignature.Way.LINK):
        use_link(link=link, now=timezone.now())
        return _done(request, signer, has_declined=forms[1].is_bound)
    return render_page(
        request,
        "clients/link/agreement.html",
        page_facts(agreement, signer, forms),
        status=UNPROCESSABLE if is_step else 200,
    )


def file_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """The signed document, for a signer without an account; the code stands before it as well."""
    signer = signer_of_link(link)
    if signer is None or signer.state != AgreementSigner.State.SIGNED:
        return render_page(request, "clients/link/agreement_settled.html", {})
    if not _has_proved(request, link):
        return _prove(request, link, signer)
    if request.method == "POST":
        return file_response(signer.agreement)
    facts = {"agreement": signer.agreement}
    return render_page(request, "clients/link/agreement_file.html", facts)


def _done(request: PracticeRequest, signer: AgreementSigner, *, has_declined: bool) -> HttpResponse:
    agreement = signer.agreement.reload()
    agreement.engagement = signer.agreement.engagement
    facts = {
        "agreement": agreement,
        "has_declined": has_declined,
        "signers": signer_facts(agreement, signers_of(agreement)),
    }
    return render_page(request, "clients/link/agreement_done.html", facts)


def _prove(request: PracticeRequest, link: SignedLink, signer: AgreementSigner) -> HttpResponse:
    """Asks for the code. Nothing of the agreement but its title is shown before."""
    now, step = timezone.now(), request.POST.get("step", "")
    form = CodeForm(request.POST if step == "code" else None)
    if step == "send":
        sent = send_code(signer=signer, address=link.recipient, now=now)
        notice = _("The code is on its way.") if sent.is_sent else _("A code was sent just now.")
        if sent.is_exhausted:
            notice = _("No more codes can be sent with this link. Ask the practice for a new one.")
        return _code_page(request, link, signer, form, notice=notice)
    if form.is_bound and form.is_valid():
        answer = check_code(signer=signer, code=form.cleaned_data["code"], now=now)
        if answer is CodeAnswer.RIGHT:
            return _let_in(request, link)
        form.add_error("code", str(_WRONG[answer]))
    return _code_page(request, link, signer, form)


def _code_page(
    request: PracticeRequest,
    link: SignedLink,
    signer: AgreementSigner,
    form: CodeForm,
    notice: str = "",
) -> HttpResponse:
    facts = {
        "agreement": signer.agreement,
        "address": _masked(link.recipient),
        "form": form,
        "notice": notice,
        "is_sent": bool(notice) or form.is_bound,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render_page(request, "clients/link/agreement_code.html", facts, status=status)


def _let_in(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """For an hour this browser, and no other, has shown that the address is theirs."""
    response = redirect(request.path)
    response.set_signed_cookie(
        _COOKIE,
        str(link.pk),
        salt=f"signing:{link.pk}",
        max_age=_PROVED_FOR,
        path=request.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _has_proved(request: PracticeRequest, link: SignedLink) -> bool:
    try:
        shown = request.get_signed_cookie(
            _COOKIE, default="", salt=f"signing:{link.pk}", max_age=_PROVED_FOR
        )
    except BadSignature:
        return False
    return bool(shown == str(link.pk))


def _masked(address: str) -> str:
    """Enough for its owner to know it: whoever was forwarded the link learns no address."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
