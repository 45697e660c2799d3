"""Signing and declining: one after the other, once each, with what proves it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clients.models import Agreement, AgreementSignature, AgreementSigner
from clients.policies import AgreementRefusal, AgreementRefused
from clients.queries.agreements import address_of_signer, signers_of
from clients.services.agreement_asking import ask, stop_asking
from clients.services.agreements import locked, tell
from clients.services.agreements_file import PDF_KIND
from clients.services.disclosure import Evidence
from clients.services.onboarding import agreement_settled
from coachops.audit.record import Fact, record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Practice
from coachops.tenancy.scope import current_practice_id

_AGENT_LENGTH = 300
_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Given:
    """A signature as it was given. `drawing` is a clean PNG; without one it was typed."""

    name: str
    drawing: bytes | None
    consent_text: str
    text_hash: str
    way: str


@transaction.atomic
def sign_agreement(
    *, signer: AgreementSigner, given: Given, evidence: Evidence, now: datetime
) -> AgreementSignature:
    """Keep one signature, then ask the next or, after the last, finish. Raises AgreementRefused."""
    agreement = locked(signer.agreement)
    signers = signers_of(agreement)
    signer = _whose_turn(agreement, signers, signer)
    if given.text_hash != agreement.text_hash:
        raise AgreementRefused(AgreementRefusal.NOT_AS_SHOWN)
    method = AgreementSignature.Method.DRAWN if given.drawing else AgreementSignature.Method.TYPED
    signature: AgreementSignature = AgreementSignature.objects.create(
        agreement=agreement,
        signer=signer,
        party=signer.party,
        signed_name=given.name[:_NAME_LENGTH],
        method=method,
        drawing=given.drawing,
        way=given.way,
        email=address_of_signer(signer, agreement),
        consent_text=given.consent_text,
        text_hash=given.text_hash,
        signed_at=now,
        signed_from=evidence.address,
        user_agent=evidence.user_agent[:_AGENT_LENGTH],
    )
    _settle(signer, agreement, AgreementSigner.State.SIGNED, now)
    facts: dict[str, Fact] = {"party": signer.party, "method": str(method), "hash": given.text_hash}
    record(event="agreement.signed", subject=agreement, now=now, facts=facts)
    following = next((each for each in signers if each.state == "waiting"), None)
    if following is not None:
        practice = Practice.objects.get(pk=current_practice_id())
        ask(signer=following, agreement=agreement, practice=practice, now=now)
    else:
        _finish(agreement, now)
    return signature


@transaction.atomic
def decline_agreement(*, signer: AgreementSigner, reason: str, message: str, now: datetime) -> None:
    """Nobody else is asked any more; coach and client hear of it. Raises AgreementRefused."""
    agreement = locked(signer.agreement)
    signers = signers_of(agreement)
    signer = _whose_turn(agreement, signers, signer)
    signer.decline_reason, signer.decline_message = reason, message
    _settle(signer, agreement, AgreementSigner.State.DECLINED, now)
    agreement.state, agreement.settled_at = Agreement.State.DECLINED, now
    agreement.save(update_fields=["state", "settled_at"])
    facts: dict[str, Fact] = {"party": signer.party, "reason": reason}
    record(event="agreement.declined", subject=agreement, now=now, facts=facts)
    for each in signers:
        is_concerned = each.party == "coach" or each.state == AgreementSigner.State.SIGNED
        if is_concerned and each.pk != signer.pk:
            tell(agreement, each, "declined", now)


def _whose_turn(
    agreement: Agreement, signers: list[AgreementSigner], signer: AgreementSigner
) -> AgreementSigner:
    """The signer as they are under the lock. Raises AgreementRefused unless it is their turn."""
    signer = next(each for each in signers if each.pk == signer.pk)
    if signer.state == AgreementSigner.State.SIGNED:
        raise AgreementRefused(AgreementRefusal.ALREADY_SIGNED)
    if agreement.state != Agreement.State.SENT:
        raise AgreementRefused(AgreementRefusal.NOT_OPEN)
    if signer.state != AgreementSigner.State.ASKED:
        raise AgreementRefused(AgreementRefusal.NOT_YOUR_TURN)
    return signer


def _settle(signer: AgreementSigner, agreement: Agreement, state: str, now: datetime) -> None:
    signer.state, signer.settled_at = state, now
    signer.code_hash = signer.code_sent_at = None
    signer.codes_sent = signer.code_tries = 0
    signer.save()
    stop_asking(signer=signer, agreement=agreement, now=now)


def _finish(agreement: Agreement, now: datetime) -> None:
    agreement.state, agreement.settled_at = Agreement.State.SIGNED, now
    agreement.save(update_fields=["state", "settled_at"])
    record(event="agreement.completed", subject=agreement, now=now)
    enqueue(
        kind=PDF_KIND,
        key=f"agreement:{agreement.pk}:pdf",
        due_at=now,
        subject_id=agreement.pk,
    )
    agreement_settled(engagement_id=agreement.engagement_id, now=now)
