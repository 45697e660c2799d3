"""What is signed: the consent to a level of disclosure, and agreements with their certificate."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Agreement, AgreementSignature, DisclosureProposal, Engagement
from clients.policies import DISCLOSES, NEVER_DISCLOSED, Part, Party
from clients.queries.agreements import name_of_signer, signatures_of, signers_of
from clients.queries.disclosure import LEVEL_LABELS, PART_LABELS, PARTY_LABELS, WITHHELD_LABELS
from coachops.documents.markdown import render_document
from coachops.documents.pdf import html_to_pdf, render_html
from coachops.practices.models import Practice

_IMAGE_TYPES = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """Who agrees on what about which engagement."""

    client: str
    coach: str
    contact: str
    organisation: str
    practice: str
    title: str
    level: int


def consent_facts(
    proposal: DisclosureProposal, engagement: Engagement, practice: str
) -> ConsentFacts:
    organisation = engagement.sponsor_organisation
    return ConsentFacts(
        client=engagement.client.name,
        coach=engagement.coach.name,
        contact=proposal.sponsor_contact.name,
        organisation=organisation.name if organisation else "",
        practice=practice,
        title=engagement.title,
        level=proposal.level,
    )


def consent_text(facts: ConsentFacts, party: str) -> str:
    """The full text in the reader's language, as it is shown, signed and kept."""
    return "\n\n".join([_opening(facts, party), _shared(facts), _withheld(), *_terms(facts)])


def consent_hash(text: str) -> str:
    """SHA-256 of the text's UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _opening(facts: ConsentFacts, party: str) -> str:
    signs = {
        Party.CLIENT: facts.client,
        Party.COACH: facts.coach,
        Party.SPONSOR: facts.contact,
    }[Party(party)]
    return _(
        "This is about “%(title)s”: %(client)s is coached by %(coach)s of %(practice)s, and"
        " %(organisation)s pays for it. %(signs)s signs as %(party)s and agrees to the level"
        " “%(level)s”."
    ) % {
        "title": facts.title,
        "client": facts.client,
        "coach": facts.coach,
        "practice": facts.practice,
        "organisation": facts.organisation,
        "signs": signs,
        "party": str(PARTY_LABELS[party]).lower(),
        "level": LEVEL_LABELS[facts.level],
    }


def _shared(facts: ConsentFacts) -> str:
    lines = [f"- {PART_LABELS[part]}" for part in Part if part in DISCLOSES[facts.level]]
    head = _("%(organisation)s may see only this:") % {"organisation": facts.organisation}
    return "\n".join([head, *lines])


def _withheld() -> str:
    lines = [f"- {WITHHELD_LABELS[kind]}" for kind in NEVER_DISCLOSED]
    return "\n".join([_("It never sees, at any level:"), *lines])


def _terms(facts: ConsentFacts) -> list[str]:
    names = {"client": facts.client, "organisation": facts.organisation}
    return [
        _(
            "Session dates and attendance are shown to %(organisation)s only if %(client)s"
            " chooses so, and %(client)s can change that at any time."
        )
        % names,
        _(
            "The level opens when all three have signed, and it can be raised only by all three."
            " %(client)s can lower or close it at any time, at once, without giving a reason."
            " Reports that have already been issued remain with %(organisation)s."
        )
        % names,
    ]


@dataclass(frozen=True, slots=True)
class SignatureOnPaper:
    """One signature with its evidence, as the certificate page shows it."""

    party: str
    name: str
    signed_name: str
    drawing: str
    way: str
    email: str
    signed_at: datetime
    signed_from: str
    user_agent: str
    consent_text: str


@dataclass(frozen=True, slots=True)
class AgreementSheet:
    """Everything a rendering needs: no query, no file and no clock from here on."""

    agreement_id: UUID
    title: str
    practice: str
    client: str
    engagement: str
    text: str
    text_hash: str
    sent_at: datetime | None
    completed_at: datetime | None
    signatures: tuple[SignatureOnPaper, ...]
    replaces_id: UUID | None
    sealed_by: str
    brand_hue: int
    logo: str
    language: str
    zone: ZoneInfo


def agreement_consent(*, title: str, text_hash: str, practice: str, party: str) -> str:
    """What somebody declares by signing, in the reader's language; kept with the signature."""
    return _(
        "I have read the agreement “%(title)s” of %(practice)s (SHA-256 of its text: %(hash)s)"
        " and agree to it as %(party)s. I sign it electronically, with a simple electronic"
        " signature, and want it to count like my signature on paper."
    ) % {
        "title": title,
        "practice": practice,
        "hash": text_hash,
        "party": str(PARTY_LABELS[party]).lower(),
    }


def agreement_sheet(agreement: Agreement, practice: Practice, *, sealed_by: str) -> AgreementSheet:
    """For an agreement that everybody has signed."""
    return AgreementSheet(
        agreement_id=agreement.pk,
        title=agreement.title,
        practice=practice.name,
        client=agreement.engagement.client.name,
        engagement=agreement.engagement.title,
        text=agreement.text,
        text_hash=agreement.text_hash,
        sent_at=agreement.sent_at,
        completed_at=agreement.settled_at,
        signatures=_on_paper(agreement),
        replaces_id=agreement.replaces_id,
        sealed_by=sealed_by,
        brand_hue=practice.brand_hue,
        logo=logo_data(practice),
        language=agreement.language,
        zone=practice.zone,
    )


def _on_paper(agreement: Agreement) -> tuple[SignatureOnPaper, ...]:
    names = {signer.pk: name_of_signer(signer, agreement) for signer in signers_of(agreement)}
    ways = {
        AgreementSignature.Way.LINK: _(
            "Link in a mail to this address, opened with a code sent to it"
        ),
        AgreementSignature.Way.SIGNED_IN: _("Signed in to CoachOps with this address"),
    }
    return tuple(
        SignatureOnPaper(
            party=str(PARTY_LABELS[row.party]),
            name=names[row.signer_id],
            signed_name=row.signed_name,
            drawing=_data_address("image/png", bytes(row.drawing)) if row.drawing else "",
            way=ways[AgreementSignature.Way(row.way)],
            email=row.email,
            signed_at=row.signed_at,
            signed_from=row.signed_from or "",
            user_agent=row.user_agent,
            consent_text=row.consent_text,
        )
        for row in signatures_of(agreement)
    )


def agreement_pdf(sheet: AgreementSheet) -> bytes:
    """Tagged PDF (PDF/UA-1) of the text and its certificate page; not sealed yet."""
    with timezone.override(sheet.zone):
        html = render_html(
            template="clients/agreements/document.html",
            context={
                "sheet": sheet,
                "text": render_document(sheet.text),
                "title": sheet.title,
                "logo": sheet.logo,
                "practice": {"name": sheet.practice},
            },
            language=sheet.language,
        )
    return html_to_pdf(html, brand_hue=sheet.brand_hue)


def logo_data(practice: Practice) -> str:
    """The logo as a data address, empty without one: a document fetches nothing."""
    name = practice.logo.name if practice.logo else None
    if not name:
        return ""
    kind = _IMAGE_TYPES.get(name.rpartition(".")[2].lower())
    if kind is None or not practice.logo.storage.exists(name):
        return ""
    with practice.logo.open("rb") as file:
        return _data_address(kind, file.read())


def _data_address(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
