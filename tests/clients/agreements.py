"""What tests of agreements need: templates, an agreement on its way, a browser at a link."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.documents import consent_hash
from clients.models import (
    Agreement,
    AgreementSettings,
    AgreementSigner,
    AgreementTemplate,
    Engagement,
    SponsorContact,
)
from clients.policies import Party
from clients.services import agreements as services
from clients.services.agreement_signing import Given, sign_agreement
from clients.services.agreement_templates import add_template, install_starters
from clients.services.disclosure import Evidence
from coachops.outbox.engine import drain
from coachops.practices.models import Practice
from coachops.tenancy.scope import scope, system_scope
from tests.cast import Cast

THREE = (Party.CLIENT, Party.SPONSOR, Party.COACH)


@dataclass(frozen=True)
class Sent:
    """An agreement that was sent, and who signs it in which order."""

    agreement: Agreement
    signers: list[AgreementSigner]


def templates(cast: Cast) -> dict[str, AgreementTemplate]:
    """The starter texts by kind, made plain: the cast has neither program nor offerings."""
    with scope(system_scope(cast.practice.pk)):
        install_starters(now=timezone.now())
        settings = AgreementSettings.objects.get()
        settings.safeguarding_contact = "Alice, 030 1234"
        settings.save()
        return {each.kind: each for each in AgreementTemplate.objects.all()}


def plain_template(cast: Cast, kind: str = "three_party", text: str = "") -> AgreementTemplate:
    body = text or "## Between us\n\n{{client.name}} and {{coach.name}} agree."
    with scope(system_scope(cast.practice.pk)):
        return add_template(name=f"Plain {kind}", kind=kind, text=body, by=None, now=timezone.now())


def draft(
    cast: Cast,
    contact: SponsorContact | None,
    *,
    engagement: Engagement | None = None,
    kind: str = "three_party",
    order: Sequence[Party] = THREE,
) -> Agreement:
    template = plain_template(cast, kind)
    with scope(cast.bob.scope()):
        return services.prepare(
            engagement=engagement or cast.carol_engagement,
            template=template,
            order=order,
            contact=contact,
            fees="",
            by=cast.bob.membership,
            now=timezone.now(),
        )


def send(cast: Cast, agreement: Agreement, now: datetime | None = None) -> Sent:
    with scope(cast.bob.scope()):
        practice = Practice.objects.get(pk=cast.practice.pk)
        text, _ = services.text_to_send(agreement, practice)
        services.send(agreement=agreement, shown_hash=consent_hash(text), now=now or timezone.now())
        return Sent(agreement.reload(), list(AgreementSigner.objects.order_by("position")))


def sign(cast: Cast, signer: AgreementSigner, drawing: bytes | None = None) -> None:
    with scope(system_scope(cast.practice.pk)):
        signer = signer.reload()
        given = Given("A Person", drawing, "I agree", signer.agreement.text_hash, "signed_in")
        sign_agreement(
            signer=signer,
            given=given,
            evidence=Evidence("192.0.2.7", "A browser"),
            now=timezone.now(),
        )


def mail_to(address: str) -> str:
    """The newest mail's text."""
    return next(each.body for each in reversed(mail.outbox) if each.to == [address])


def link_in(text: str) -> str:
    return re.search(r"https?://[^/]+(/l/\S+/)", text).group(1)


def proved(path: str, address: str) -> Browser:
    """A browser that has shown the code sent to the address."""
    browser = Browser()
    browser.post(path, {"step": "send"})
    drain()
    code = re.search(r"\b\d{6}\b", mail_to(address)).group(0)
    assert browser.post(path, {"step": "code", "code": code}).status_code == 302
    return browser
