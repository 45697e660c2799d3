"""Agreements from the draft to the sending, and back: void and issued anew, never edited."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from clients.documents import consent_hash
from clients.models import (
    Agreement,
    AgreementSigner,
    AgreementTemplate,
    AgreementTemplateVersion,
    Engagement,
    SponsorContact,
)
from clients.policies import AgreementRefusal, AgreementRefused, Party, signing_orders
from clients.queries.agreement_fields import (
    empty_fields,
    merged,
    settings_of_practice,
    values_of,
)
from clients.queries.agreements import address_of_signer, contact_of, signers_of
from clients.queries.clients import person_for
from clients.services.agreement_asking import NEWS_KIND, ask, stop_asking
from clients.services.onboarding import agreement_settled
from coachops.audit.record import Fact, record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import current_practice_id

CHASED_AGAIN_AFTER: Final = timedelta(minutes=1)
_OVER: Final = frozenset({Engagement.State.COMPLETED, Engagement.State.CLOSED})


@transaction.atomic
def prepare(
    *,
    engagement: Engagement,
    template: AgreementTemplate,
    order: Sequence[Party],
    contact: SponsorContact | None,
    fees: str,
    by: Membership,
    now: datetime,
    replaces: Agreement | None = None,
) -> Agreement:
    """A draft from the newest wording of a template. Raises AgreementRefused."""
    engagement = _locked_engagement(engagement)
    if tuple(order) not in signing_orders(template.kind, is_sponsored=engagement.is_sponsored):
        raise AgreementRefused(AgreementRefusal.NO_CONTACT)
    contact = contact if Party.SPONSOR in order else None
    check_people(engagement, tuple(order), contact)
    version = AgreementTemplateVersion.objects.filter(template=template).latest("number")
    agreement = Agreement(
        engagement=engagement,
        template=template,
        version=version,
        kind=template.kind,
        title=template.name,
        fees=fees,
        language=Practice.objects.get(pk=current_practice_id()).language,
        prepared_by=by,
        replaces=replaces,
        created_at=now,
    )
    _save_alone(agreement)
    _add_signers(agreement, order, contact)
    facts: dict[str, Fact] = {"engagement": str(engagement.pk), "kind": agreement.kind}
    record(event="agreement.prepared", subject=agreement, now=now, facts=facts)
    return agreement


def _add_signers(
    agreement: Agreement, order: Sequence[Party], contact: SponsorContact | None
) -> None:
    AgreementSigner.objects.bulk_create(
        AgreementSigner(
            agreement=agreement,
            position=number,
            party=party,
            contact=contact if party == Party.SPONSOR else None,
        )
        for number, party in enumerate(order, start=1)
    )


@transaction.atomic
def discard(*, agreement: Agreement, now: datetime) -> None:
    """Throw a draft away. Raises AgreementRefused."""
    agreement = locked(agreement)
    if agreement.state != Agreement.State.DRAFT:
        raise AgreementRefused(AgreementRefusal.NOT_A_DRAFT)
    record(event="agreement.discarded", subject=agreement, now=now)
    agreement.delete()


def text_to_send(agreement: Agreement, practice: Practice) -> tuple[str, tuple[str, ...]]:
    """A draft's text as it would be sent now, and the fields that are still empty."""
    values = values_of(
        agreement.engagement,
        practice=practice,
        settings=settings_of_practice(),
        contact=contact_of(agreement),
        fees=agreement.fees,
    )
    text = agreement.version.text
    return merged(text, values), empty_fields(text, values)


@transaction.atomic
def send(*, agreement: Agreement, shown_hash: str, now: datetime) -> Agreement:
    """Freeze the text as it was shown and ask the first signer. Raises AgreementRefused."""
    agreement = locked(agreement)
    if agreement.state != Agreement.State.DRAFT:
        raise AgreementRefused(AgreementRefusal.NOT_A_DRAFT)
    engagement = agreement.engagement
    if engagement.state in _OVER:
        raise AgreementRefused(AgreementRefusal.NOT_RUNNING)
    signers = signers_of(agreement)
    order = tuple(Party(signer.party) for signer in signers)
    check_people(engagement, order, contact_of(agreement))
    practice = Practice.objects.get(pk=current_practice_id())
    text, empty = text_to_send(agreement, practice)
    if empty:
        raise AgreementRefused(AgreementRefusal.EMPTY_FIELDS, empty)
    if consent_hash(text) != shown_hash:
        raise AgreementRefused(AgreementRefusal.NOT_AS_SHOWN)
    agreement.text, agreement.text_hash = text, shown_hash
    agreement.state, agreement.sent_at = Agreement.State.SENT, now
    agreement.save()
    facts: dict[str, Fact] = {
        "engagement": str(engagement.pk),
        "kind": agreement.kind,
        "hash": shown_hash,
    }
    record(event="agreement.sent", subject=agreement, now=now, facts=facts)
    ask(signer=signers[0], agreement=agreement, practice=practice, now=now)
    return agreement


@transaction.atomic
def chase(*, agreement: Agreement, now: datetime) -> bool:
    """A new link to whoever's turn it is; the one before stops working. False within a minute.

    Raises AgreementRefused, also where nobody speaks for a team.
    """
    agreement = locked(agreement)
    signer = next((each for each in signers_of(agreement) if each.state == "asked"), None)
    if agreement.state != Agreement.State.SENT or signer is None:
        raise AgreementRefused(AgreementRefusal.NOT_OPEN)
    if signer.party == Party.CLIENT and person_for(agreement.engagement.client) is None:
        raise AgreementRefused(AgreementRefusal.NO_SPEAKER)
    if signer.asked_at is not None and now < signer.asked_at + CHASED_AGAIN_AFTER:
        return False
    stop_asking(signer=signer, agreement=agreement, now=now)
    practice = Practice.objects.get(pk=current_practice_id())
    ask(signer=signer, agreement=agreement, practice=practice, now=now)
    facts: dict[str, Fact] = {"party": signer.party}
    record(event="agreement.chased", subject=agreement, now=now, facts=facts)
    return True


@transaction.atomic
def void(*, agreement: Agreement, reason: str, now: datetime) -> None:
    """It no longer counts, whether signed or on its way. Signatures and file stay on record."""
    agreement = locked(agreement)
    if agreement.state not in {Agreement.State.SENT, Agreement.State.SIGNED}:
        raise AgreementRefused(AgreementRefusal.NOT_OPEN)
    agreement.state, agreement.settled_at = Agreement.State.VOID, now
    agreement.void_reason = reason[:300]
    agreement.save(update_fields=["state", "settled_at", "void_reason"])
    record(event="agreement.void", subject=agreement, now=now)
    agreement_settled(engagement_id=agreement.engagement_id, now=now)
    for signer in signers_of(agreement):
        stop_asking(signer=signer, agreement=agreement, now=now)
        if signer.state != AgreementSigner.State.WAITING:
            tell(agreement, signer, "void", now)


@transaction.atomic
def reissue(*, agreement: Agreement, by: Membership, now: datetime) -> Agreement:
    """A new draft, linked to the one it replaces, from the template's newest wording.

    Raises AgreementRefused unless that one is void or was declined, and not replaced yet.
    """
    agreement = locked(agreement)
    is_over = agreement.state in {Agreement.State.VOID, Agreement.State.DECLINED}
    if not is_over or Agreement.objects.filter(replaces=agreement).exists():
        raise AgreementRefused(
            AgreementRefusal.ALREADY_OPEN if is_over else AgreementRefusal.NOT_OPEN
        )
    order = [Party(signer.party) for signer in signers_of(agreement)]
    return prepare(
        engagement=agreement.engagement,
        template=agreement.template,
        order=order,
        contact=contact_of(agreement),
        fees=agreement.fees,
        by=by,
        now=now,
        replaces=agreement,
    )


def tell(agreement: Agreement, signer: AgreementSigner, news: str, now: datetime) -> None:
    """Part of a service: one mail about what became of it. `news` names its templates."""
    enqueue(
        kind=NEWS_KIND,
        key=f"agreement-news:{agreement.pk}:{news}:{signer.pk}",
        due_at=now,
        subject_id=signer.pk,
        recipient=address_of_signer(signer, agreement),
        payload={"news": news},
    )


def locked(agreement: Agreement) -> Agreement:
    """Of two who act on one agreement at once, the second sees what the first has done."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    row: Agreement = Agreement.objects.select_related(
        "engagement__client__membership__user",
        "engagement__coach__user",
        "engagement__sponsor_organisation",
        "template",
        "version",
    ).get(pk=agreement.pk)
    return row


def check_people(
    engagement: Engagement, order: tuple[Party, ...], contact: SponsorContact | None
) -> None:
    """Nobody signs for two sides, and the company's signer is the company's. AgreementRefused."""
    person = person_for(engagement.client)
    if person is None and Party.CLIENT in order:
        raise AgreementRefused(AgreementRefusal.NO_SPEAKER)
    addresses = [person.email.lower() if person else "", engagement.coach.user.email.lower()]
    if Party.SPONSOR in order:
        if contact is None:
            raise AgreementRefused(AgreementRefusal.NO_CONTACT)
        if contact.organisation_id != engagement.sponsor_organisation_id or contact.access_ended_at:
            raise AgreementRefused(AgreementRefusal.CONTACT_ELSEWHERE)
        addresses.append(contact.email.lower())
    if len(set(addresses)) < len(addresses):
        raise AgreementRefused(AgreementRefusal.SAME_PERSON)


def _locked_engagement(engagement: Engagement) -> Engagement:
    Engagement.objects.select_for_update().get(pk=engagement.pk)
    row: Engagement = Engagement.objects.select_related(
        "client", "coach__user", "sponsor_organisation"
    ).get(pk=engagement.pk)
    return row


def _save_alone(agreement: Agreement) -> None:
    try:
        with transaction.atomic():
            agreement.save()
    except IntegrityError as error:
        if "agreement_one_open" not in str(error):
            raise
        raise AgreementRefused(AgreementRefusal.ALREADY_OPEN) from error
