"""Agreements of the demo: one signed and sealed, two on their way, one declined and issued anew."""

from datetime import datetime, timedelta
from typing import Final

from clients.documents import agreement_consent, consent_hash
from clients.models import (
    Agreement,
    AgreementSigner,
    AgreementTemplate,
    Engagement,
    SponsorContact,
)
from clients.policies import DeclineReason, Party
from clients.queries.agreement_fields import settings_of_practice
from clients.queries.agreements import signers_of
from clients.services.agreement_signing import Given, decline_agreement, sign_agreement
from clients.services.agreement_templates import install_starters, save_settings
from clients.services.agreements import prepare, reissue, send, text_to_send
from clients.services.disclosure import Evidence
from coachops.demo.world.building import forget_old_mail
from coachops.demo.world.cast import World, scope_of
from coachops.practices.models import Practice
from coachops.tenancy.scope import scope, system_scope

THREE: Final = (Party.CLIENT, Party.SPONSOR, Party.COACH)
TWO: Final = (Party.CLIENT, Party.COACH)
EVIDENCE: Final = Evidence(
    address="203.0.113.24", user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X)"
)
DAY: Final = timedelta(days=1)


def add_agreements(world: World, now: datetime) -> None:
    """Leyla's is signed by all, Henrik's waits for Jonas, Sam's for Sam; Olaf's began anew."""
    with scope(system_scope(world.practice.pk)):
        install_starters(now=now - 90 * DAY)
        settings = settings_of_practice()
        settings.safeguarding_contact = "Maya Lindqvist, +49 30 5550 1411, maya@northlight.example"
        save_settings(settings=settings, now=now - 90 * DAY)
    _story(world, "Leyla", THREE, now - 40 * DAY, signatures=3)
    _story(world, "Henrik", THREE, now - 5 * DAY, signatures=1)
    _story(world, "Sam", TWO, now - 4 * DAY, signatures=0)
    _declined(world, now)
    forget_old_mail(now)


def _story(
    world: World, first_name: str, order: tuple[Party, ...], at: datetime, *, signatures: int
) -> Agreement | None:
    """Prepared and sent on one day, and signed on the days after."""
    engagement = _engagement_of(first_name, is_sponsored=Party.SPONSOR in order)
    if engagement is None:
        return None
    with scope(scope_of(engagement.coach)):
        agreement = _sent(world, engagement, order, at)
        for number, signer in enumerate(signers_of(agreement)[:signatures], start=1):
            _sign(world, agreement, signer, at + number * DAY)
    return agreement


def _declined(world: World, now: datetime) -> None:
    """The company asked for another wording, so there is a new draft."""
    engagement = _engagement_of("Olaf", is_sponsored=True)
    if engagement is None:
        return
    with scope(scope_of(engagement.coach)):
        agreement = _sent(world, engagement, THREE, now - 12 * DAY)
        client, sponsor, _coach = signers_of(agreement)
        _sign(world, agreement, client, now - 11 * DAY)
        decline_agreement(
            signer=sponsor,
            reason=DeclineReason.WORDING,
            message="Our data protection officer asks for a sentence on retention.",
            now=now - 9 * DAY,
        )
        reissue(agreement=agreement, by=engagement.coach, now=now - 8 * DAY)


def _sent(
    world: World, engagement: Engagement, order: tuple[Party, ...], at: datetime
) -> Agreement:
    kind = "three_party" if Party.SPONSOR in order else "two_party"
    template = AgreementTemplate.objects.get(kind=kind)
    contact = None
    if Party.SPONSOR in order:
        contact = _contact_of(engagement)
    agreement = prepare(
        engagement=engagement,
        template=template,
        order=order,
        contact=contact,
        fees="",
        by=engagement.coach,
        now=at,
    )
    text, _empty = text_to_send(agreement, Practice.objects.get(pk=world.practice.pk))
    return send(agreement=agreement, shown_hash=consent_hash(text), now=at)


def _sign(world: World, agreement: Agreement, signer: AgreementSigner, at: datetime) -> None:
    engagement = agreement.engagement
    names = {
        Party.CLIENT: engagement.client.name,
        Party.COACH: engagement.coach.name,
        Party.SPONSOR: signer.contact.name if signer.contact else "",
    }
    consent = agreement_consent(
        title=agreement.title,
        text_hash=agreement.text_hash,
        practice=world.practice.name,
        party=signer.party,
    )
    way = "signed_in" if signer.party == Party.COACH else "link"
    given = Given(names[Party(signer.party)], None, consent, agreement.text_hash, way)
    sign_agreement(signer=signer, given=given, evidence=EVIDENCE, now=at)


def _contact_of(engagement: Engagement) -> SponsorContact:
    kind = SponsorContact.Kind.SPONSOR
    contacts = SponsorContact.objects.filter(
        organisation=engagement.sponsor_organisation_id, kind=kind
    )
    return contacts.order_by("name", "pk")[0]  # type: ignore[no-any-return]


def _engagement_of(first_name: str, *, is_sponsored: bool) -> Engagement | None:
    rows = Engagement.objects.select_related("client", "coach").filter(
        client__name__startswith=f"{first_name} ",
        payer=Engagement.Payer.SPONSOR if is_sponsored else Engagement.Payer.SELF,
        state__in=[Engagement.State.ACTIVE, Engagement.State.PAUSED],
    )
    engagement: Engagement | None = rows.order_by("pk").first()
    return engagement
