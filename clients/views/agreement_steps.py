"""What signing looks like on every door: the same form, the same refusals, the same file."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify

from clients.access import evidence_of
from clients.access.agreements import agreement_file
from clients.documents import agreement_consent
from clients.forms.agreements import DeclineForm, SignAgreementForm
from clients.models import Agreement, AgreementFile, AgreementSignature, AgreementSigner
from clients.policies import AgreementRefused
from clients.queries.agreements import REFUSALS, signer_facts, signers_of
from clients.services.agreement_signing import Given, decline_agreement, sign_agreement
from coachops.documents.markdown import render_document
from coachops.practices.guards import PracticeRequest

UNPROCESSABLE = 422
State = AgreementSigner.State


def sign_form(
    request: PracticeRequest, agreement: Agreement, signer: AgreementSigner
) -> SignAgreementForm:
    """Bound when the signature is being sent."""
    is_sent = request.method == "POST" and request.POST.get("step") == "sign"
    return SignAgreementForm(
        request.POST if is_sent else None,
        consent=agreement_consent(
            title=agreement.title,
            text_hash=agreement.text_hash,
            practice=request.practice.name,
            party=signer.party,
        ),
        text_hash=agreement.text_hash,
    )


def decline_form(request: PracticeRequest) -> DeclineForm:
    is_sent = request.method == "POST" and request.POST.get("step") == "decline"
    return DeclineForm(request.POST if is_sent else None)


def took_step(
    request: PracticeRequest,
    signer: AgreementSigner,
    forms: tuple[SignAgreementForm, DeclineForm],
    way: str = AgreementSignature.Way.SIGNED_IN,
) -> bool:
    """Sign or decline, as the form says. False, with errors in the form, if nothing was done."""
    signing, declining = forms
    form = signing if signing.is_bound else declining
    if not form.is_valid():
        return False
    now, data = timezone.now(), form.cleaned_data
    try:
        if form is signing:
            given = Given(data["name"], data["drawing"], signing.consent, data["text_hash"], way)
            evidence = evidence_of(request)
            sign_agreement(signer=signer, given=given, evidence=evidence, now=now)
        else:
            decline_agreement(
                signer=signer, reason=data["reason"], message=data["message"], now=now
            )
    except AgreementRefused as refused:
        # The second of two clicks is answered like the first.
        if signer.reload().state == (State.SIGNED if form is signing else State.DECLINED):
            return True
        form.add_error(None, str(REFUSALS[refused.reason]))
        return False
    return True


def page_facts(
    agreement: Agreement,
    signer: AgreementSigner,
    forms: tuple[SignAgreementForm, DeclineForm],
) -> dict[str, object]:
    """What a signer's page shows; the forms only while it is their turn."""
    is_turn = agreement.state == Agreement.State.SENT and signer.state == "asked"
    signers = signers_of(agreement)
    return {
        "agreement": agreement,
        "text": render_document(agreement.text),
        "signers": signer_facts(agreement, signers),
        "is_turn": is_turn,
        "sign_form": forms[0] if is_turn else None,
        "decline_form": forms[1] if is_turn else None,
        "has_signed": signer.state == AgreementSigner.State.SIGNED,
        "file": agreement_file_of(agreement),
    }


def agreement_file_of(agreement: Agreement) -> AgreementFile | None:
    """The sealed file's row while it is there. At most one query."""
    if agreement.settled_at is None:
        return None
    row: AgreementFile | None = AgreementFile.objects.filter(agreement=agreement).first()
    return row


def file_response(agreement: Agreement) -> HttpResponse:
    """The sealed PDF as a download. Raises 404 until it is made."""
    with agreement_file(agreement).file.open("rb") as stored:
        response = HttpResponse(stored.read(), content_type="application/pdf")
    name = f"{slugify(agreement.title)}-{slugify(agreement.engagement.client.name)}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
