"""A signer without an account: the link, a code by mail against forwarded links, then the text."""

from django.http import HttpResponse
from django.utils import timezone

from clients.access.agreements import signer_of_link
from clients.models import AgreementSignature, AgreementSigner
from clients.queries.agreements import signer_facts, signers_of
from clients.services.agreement_asking import CODE_KIND
from clients.services.codes import check_code, send_code
from clients.views.agreement_steps import (
    UNPROCESSABLE,
    decline_form,
    file_response,
    page_facts,
    sign_form,
    took_step,
)
from clients.views.code_step import CodeStep, has_proved, prove
from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.practices.services.links import use_link
from coachops.web.pages import render_page


def sign_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """First the code, then the text; signing or declining spends the link."""
    signer = signer_of_link(link)
    if signer is None or signer.agreement.state != "sent" or signer.state != "asked":
        return render_page(request, "clients/link/agreement_settled.html", {})
    if not has_proved(request, link):
        return prove(request, link, _code_step(signer, link))
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


def thank_signer(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """The second of two clicks: what the first one did. Shown only after the code, as all is."""
    signer = signer_of_link(link)
    settled = AgreementSigner.State.SIGNED, AgreementSigner.State.DECLINED
    if signer is None or signer.state not in settled or not has_proved(request, link):
        return link_gone(request)
    return _done(request, signer, has_declined=signer.state == AgreementSigner.State.DECLINED)


def file_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """The signed document, for a signer without an account; the code stands before it as well."""
    signer = signer_of_link(link)
    if signer is None or signer.state != AgreementSigner.State.SIGNED:
        return render_page(request, "clients/link/agreement_settled.html", {})
    if not has_proved(request, link):
        return prove(request, link, _code_step(signer, link))
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


def _code_step(signer: AgreementSigner, link: SignedLink) -> CodeStep:
    """Nothing of the agreement but its title is shown before."""
    return CodeStep(
        send=lambda now: send_code(of=signer, kind=CODE_KIND, address=link.recipient, now=now),
        check=lambda code, now: check_code(of=signer, code=code, now=now),
        template="clients/link/agreement_code.html",
        context={"agreement": signer.agreement},
    )
