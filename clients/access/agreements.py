"""Who may open which agreement: the client, the practice, and the company's signer."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from clients.access.clients import clients_for_member
from clients.access.speaking import spoken_for
from clients.models import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementSigner,
    AgreementTemplate,
    Engagement,
)
from clients.queries.agreement_fields import settings_of_practice
from clients.queries.agreements import address_of_signer
from clients.queries.oneself import own_records
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import SignedLink
from coachops.practices.roles import Role

MOST_TO_PREVIEW = 30
_PEOPLE = (
    "engagement__client__membership__user",
    "engagement__coach__user",
    "engagement__sponsor_organisation",
    "version",
    "template",
)


def sees_fees(request: PracticeRequest) -> bool:
    """Owners and coaches do; assistants only if the owner allows it. At most one query."""
    if {Role.OWNER, Role.COACH} & set(request.membership.roles):
        return True
    return settings_of_practice().assistants_see_fees


def agreements_for_member(request: PracticeRequest) -> QuerySet[Agreement]:
    """Of the clients whose logistics the member sees, never of themself."""
    clients = clients_for_member(request).values("pk")
    rows: QuerySet[Agreement] = Agreement.objects.filter(engagement__client__in=clients)
    return rows if sees_fees(request) else rows.exclude(kind=AgreementKind.FEES)


def agreement_for_member(request: PracticeRequest, pk: UUID) -> Agreement:
    """One of them, with its people. Raises 404."""
    rows = agreements_for_member(request).select_related(*_PEOPLE)
    return found_or_404(Agreement, rows.filter(pk=pk))


def engagement_to_prepare(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement that the member may prepare an agreement for. Raises 404."""
    rows = Engagement.objects.select_related("client", "coach__user", "sponsor_organisation")
    clients = clients_for_member(request).values("pk")
    return found_or_404(Engagement, rows.filter(pk=pk, client__in=clients))


def engagements_to_preview(request: PracticeRequest) -> list[Engagement]:
    """The newest running ones whose agreements the member may prepare."""
    rows = Engagement.objects.running().select_related("client", "coach", "sponsor_organisation")
    clients = clients_for_member(request).values("pk")
    return list(rows.filter(client__in=clients).order_by("-starts_on", "pk")[:MOST_TO_PREVIEW])


def agreement_as_coach(request: PracticeRequest, pk: UUID) -> tuple[Agreement, AgreementSigner]:
    """One that the acting coach signs in person. Raises 404."""
    agreement = agreement_for_member(request, pk)
    if agreement.engagement.coach_id != request.membership.pk:
        raise Http404
    return agreement, _signer(agreement, AgreementSigner.Party.COACH)


def own_agreements(request: PracticeRequest) -> QuerySet[Agreement]:
    """What the signed-in client was asked to sign, or has signed; also for a team."""
    asked = AgreementSigner.objects.filter(party=AgreementSigner.Party.CLIENT)
    return (  # type: ignore[no-any-return]
        Agreement.objects.filter(
            engagement__in=Engagement.objects.filter(spoken_for(request)).values("pk"),
            pk__in=asked.values("agreement_id"),
        )
        .exclude(state=Agreement.State.DRAFT)
        .exclude(sent_at=None)
    )


def own_agreement(request: PracticeRequest, pk: UUID) -> tuple[Agreement, AgreementSigner]:
    """One of them, and the client as its signer. Raises 404."""
    rows = own_agreements(request).select_related(*_PEOPLE)
    agreement = found_or_404(Agreement, rows.filter(pk=pk))
    return agreement, _signer(agreement, AgreementSigner.Party.CLIENT)


def agreements_for_sponsor(request: PracticeRequest) -> QuerySet[Agreement]:
    """What this contact in person was asked to sign; of nobody's coaching that is their own."""
    mine = AgreementSigner.objects.filter(
        contact__membership=request.membership, contact__access_ended_at=None
    )
    return (  # type: ignore[no-any-return]
        Agreement.objects.filter(pk__in=mine.values("agreement_id"))
        .exclude(sent_at=None)
        .exclude(engagement__client__in=own_records())
    )


def agreement_for_sponsor(request: PracticeRequest, pk: UUID) -> tuple[Agreement, AgreementSigner]:
    """One of them, and the contact as its signer. Raises 404."""
    rows = agreements_for_sponsor(request).select_related(*_PEOPLE)
    agreement = found_or_404(Agreement, rows.filter(pk=pk))
    return agreement, _signer(agreement, AgreementSigner.Party.SPONSOR)


def agreement_file(agreement: Agreement) -> AgreementFile:
    """The sealed PDF. Raises 404 until it is there."""
    return found_or_404(AgreementFile, AgreementFile.objects.filter(agreement=agreement))


def template_of_practice(pk: UUID) -> AgreementTemplate:
    """A template of the practice, for its owner. Raises 404."""
    return found_or_404(AgreementTemplate, AgreementTemplate.objects.filter(pk=pk))


def template_to_use(request: PracticeRequest, pk: UUID) -> AgreementTemplate:
    """One that the member may prepare. Raises 404."""
    template = template_of_practice(pk)
    is_barred = template.kind == AgreementKind.FEES and not sees_fees(request)
    if template.archived_at is not None or is_barred:
        raise Http404
    return template


def templates_to_use(request: PracticeRequest) -> list[AgreementTemplate]:
    """What may be prepared, by name."""
    rows = AgreementTemplate.objects.filter(archived_at=None).order_by("name", "pk")
    if not sees_fees(request):
        rows = rows.exclude(kind=AgreementKind.FEES)
    return list(rows[:100])


def signer_of_link(link: SignedLink) -> AgreementSigner | None:
    """Whom a link speaks for; None once the address it was sent to is theirs no longer."""
    people = tuple(f"agreement__{name}" for name in _PEOPLE)
    signer: AgreementSigner | None = (
        AgreementSigner.objects.select_related("contact__membership__user", *people)
        .filter(pk=link.subject_id)
        .first()
    )
    if signer is None or address_of_signer(signer, signer.agreement) != link.recipient:
        return None
    has_left = signer.contact is not None and signer.contact.access_ended_at is not None
    return None if has_left else signer


def _signer(agreement: Agreement, party: str) -> AgreementSigner:
    rows = AgreementSigner.objects.select_related("contact__membership__user")
    signer = found_or_404(AgreementSigner, rows.filter(agreement=agreement, party=party))
    signer.agreement = agreement
    return signer
