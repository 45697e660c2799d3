"""Agreements as pages show them: states, whose turn it is, and who has signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clients.models import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementSignature,
    AgreementSigner,
    AgreementTemplate,
    AgreementTemplateVersion,
    SponsorContact,
)
from clients.policies import AgreementRefusal, DeclineReason
from clients.queries.clients import address_of, person_for
from clients.queries.disclosure import PARTY_LABELS

type Text = str | Promise

PAGE_SIZE: Final = 30
MOST_AGREEMENTS: Final = 30
KIND_LABELS: Final[dict[str, Text]] = {
    AgreementKind.THREE_PARTY: _("Three-party coaching agreement"),
    AgreementKind.TWO_PARTY: _("Coaching agreement with the client"),
    AgreementKind.FEES: _("Fees sheet"),
    AgreementKind.OTHER: _("Another agreement"),
}
STATE_LABELS: Final[dict[str, Text]] = {
    Agreement.State.DRAFT: _("Draft"),
    Agreement.State.SENT: _("Waiting"),
    Agreement.State.SIGNED: _("Signed"),
    Agreement.State.DECLINED: _("Declined"),
    Agreement.State.VOID: _("Void"),
}
_LOOKS: Final[dict[str, tuple[str, str]]] = {
    Agreement.State.DRAFT: ("line", "pencil"),
    Agreement.State.SENT: ("warn", "clock"),
    Agreement.State.SIGNED: ("good", "check"),
    Agreement.State.DECLINED: ("risk", "x"),
    Agreement.State.VOID: ("line", "ban"),
}
DECLINE_LABELS: Final[dict[str, Text]] = {
    DeclineReason.WORDING: _("I would like to discuss the wording"),
    DeclineReason.TERMS: _("I do not agree with the terms"),
    DeclineReason.DISCLOSURE: _("I do not agree with what the company may see"),
    DeclineReason.WRONG_PERSON: _("I am not the right person to sign"),
    DeclineReason.NOT_GOING_AHEAD: _("The coaching does not go ahead"),
    DeclineReason.OTHER: _("Another reason"),
}
REFUSALS: Final[dict[AgreementRefusal, Text]] = {
    AgreementRefusal.SELF_PAYING: _(
        "The client pays for this coaching, so there is no third party. Choose another template."
    ),
    AgreementRefusal.NO_CONTACT: _("Choose who signs for the company."),
    AgreementRefusal.CONTACT_ELSEWHERE: _("Choose somebody at the company that pays."),
    AgreementRefusal.NO_SPEAKER: _(
        "Nobody speaks for the team yet. Choose one of its members on the team’s page, who then"
        " signs for all."
    ),
    AgreementRefusal.SAME_PERSON: _(
        "Two of the signers have the same e-mail address. Nobody signs for two sides: choose"
        " another contact, or another coach."
    ),
    AgreementRefusal.ALREADY_OPEN: _(
        "One of this kind is open already. Open it, or discard it first."
    ),
    AgreementRefusal.NOT_A_DRAFT: _("It has been sent meanwhile. This is where it is now."),
    AgreementRefusal.NOT_OPEN: _("It is settled, so there is nothing left to do with it."),
    AgreementRefusal.NOT_YOUR_TURN: _(
        "Somebody else signs first. You get an e-mail when it is your turn."
    ),
    AgreementRefusal.ALREADY_SIGNED: _("You have signed this already."),
    AgreementRefusal.NOT_AS_SHOWN: _(
        "The text has changed since you opened this page. Please read it again."
    ),
    AgreementRefusal.EMPTY_FIELDS: _("Something is still missing in the text."),
    AgreementRefusal.NOT_RUNNING: _("This coaching has ended, so nothing is sent any more."),
}


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One row of a list. `waiting_for` is a name, `turn` the party whose turn it is."""

    id: UUID
    title: str
    kind_label: Text
    client_id: UUID
    client_name: str
    engagement_id: UUID
    engagement_title: str
    state: str
    label: Text
    look: str
    symbol: str
    waiting_for: str
    turn: str
    since: datetime
    has_file: bool
    is_replaced: bool

    @property
    def is_waiting(self) -> bool:
        return self.state == Agreement.State.SENT


@dataclass(frozen=True, slots=True)
class SignerFacts:
    """One party in the order of signing."""

    id: UUID
    party: str
    label: Text
    name: str
    email: str
    state: str
    asked_at: datetime | None
    link_expires_at: datetime | None
    settled_at: datetime | None
    signed_name: str
    is_drawn: bool
    decline_reason: Text
    decline_message: str


def address_of_signer(signer: AgreementSigner, agreement: Agreement) -> str:
    """Where the signer is reached now."""
    if signer.party == AgreementSigner.Party.COACH:
        return str(agreement.engagement.coach.user.email)
    if signer.party == AgreementSigner.Party.SPONSOR:
        return address_of(signer.contact)
    return address_of(agreement.engagement.client)


def name_of_signer(signer: AgreementSigner, agreement: Agreement) -> str:
    if signer.party == AgreementSigner.Party.COACH:
        return str(agreement.engagement.coach.name)
    if signer.party == AgreementSigner.Party.SPONSOR:
        return str(signer.contact.name)
    client = agreement.engagement.client
    person = person_for(client)
    return str(client.name if person is None else person.name)


def signers_of(agreement: Agreement) -> list[AgreementSigner]:
    """In the order of signing. One query."""
    rows = AgreementSigner.objects.select_related("contact__membership__user")
    return list(rows.filter(agreement=agreement).order_by("position"))


def contact_of(agreement: Agreement) -> SponsorContact | None:
    """Who signs for the company, if it does. One query."""
    signer = (
        AgreementSigner.objects.select_related("contact")
        .filter(agreement=agreement, party=AgreementSigner.Party.SPONSOR)
        .first()
    )
    return signer.contact if signer else None


def signer_facts(agreement: Agreement, signers: list[AgreementSigner]) -> tuple[SignerFacts, ...]:
    """Who has signed and who is waited for. One query."""
    signed = {row.signer_id: row for row in signatures_of(agreement)}
    return tuple(_signer(agreement, signer, signed.get(signer.pk)) for signer in signers)


def signatures_of(agreement: Agreement) -> list[AgreementSignature]:
    """The oldest first. One query."""
    return list(AgreementSignature.objects.filter(agreement=agreement).order_by("signed_at", "pk"))


def _signer(
    agreement: Agreement, signer: AgreementSigner, signature: AgreementSignature | None
) -> SignerFacts:
    return SignerFacts(
        id=signer.pk,
        party=signer.party,
        label=PARTY_LABELS[signer.party],
        name=name_of_signer(signer, agreement),
        email=address_of_signer(signer, agreement),
        state=signer.state,
        asked_at=signer.asked_at,
        link_expires_at=signer.link_expires_at,
        settled_at=signer.settled_at,
        signed_name=signature.signed_name if signature else "",
        is_drawn=bool(signature and signature.drawing),
        decline_reason=DECLINE_LABELS.get(signer.decline_reason, ""),
        decline_message=signer.decline_message,
    )


def lines_of(agreements: QuerySet[Agreement]) -> tuple[AgreementLine, ...]:
    """The newest first, bounded. One query."""
    rows = _with_turns(agreements).order_by("-created_at", "-pk")
    return tuple(_line(row) for row in rows[:MOST_AGREEMENTS])


def page_of_lines(agreements: QuerySet[Agreement], show: str, number: str) -> Page[Any]:
    """A page of the desk: `show` is open, signed or settled. Two queries."""
    states = {
        "open": [Agreement.State.DRAFT, Agreement.State.SENT],
        "signed": [Agreement.State.SIGNED],
        "settled": [Agreement.State.DECLINED, Agreement.State.VOID],
    }
    found = agreements.filter(state__in=states.get(show, states["open"]))
    rows = _with_turns(found).order_by("-created_at", "-pk")
    page: Page[Any] = Paginator(rows, PAGE_SIZE).get_page(number)
    page.object_list = [_line(row) for row in page.object_list]
    return page


def newest_version(template: AgreementTemplate) -> AgreementTemplateVersion:
    """The wording in force. One query."""
    rows = AgreementTemplateVersion.objects.select_related("made_by").filter(template=template)
    return rows.latest("number")  # type: ignore[no-any-return]


def replacement_of(agreement: Agreement) -> Agreement | None:
    """What was issued in its place. One query."""
    row: Agreement | None = Agreement.objects.filter(replaces=agreement).first()
    return row


def _with_turns(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    asked = AgreementSigner.objects.filter(
        agreement=OuterRef("pk"), state=AgreementSigner.State.ASKED
    )
    later = Agreement.objects.filter(replaces=OuterRef("pk"))
    return agreements.select_related("engagement__client", "engagement__coach").annotate(
        turn=Subquery(asked.values("party")[:1]),
        turn_contact=Subquery(asked.values("contact__name")[:1]),
        turn_since=Subquery(asked.values("asked_at")[:1]),
        has_file=Exists(AgreementFile.objects.filter(agreement=OuterRef("pk"))),
        is_replaced=Exists(later),
    )


def _line(row: Any) -> AgreementLine:
    engagement = row.engagement
    names = {
        "client": engagement.client.name,
        "coach": engagement.coach.name,
        "sponsor": row.turn_contact or "",
    }
    look, symbol = _LOOKS[row.state]
    waiting_for = names.get(row.turn or "", "")
    label: Text = STATE_LABELS[row.state]
    if row.state == Agreement.State.SENT and waiting_for:
        label = _t("Waiting for %(name)s") % {"name": waiting_for}
    return AgreementLine(
        id=row.pk,
        title=row.title,
        kind_label=KIND_LABELS[row.kind],
        client_id=engagement.client_id,
        client_name=engagement.client.name,
        engagement_id=engagement.pk,
        engagement_title=engagement.title,
        state=row.state,
        label=label,
        look=look,
        symbol=symbol,
        waiting_for=waiting_for,
        turn=row.turn or "",
        since=row.turn_since or row.settled_at or row.created_at,
        has_file=row.has_file,
        is_replaced=row.is_replaced,
    )
