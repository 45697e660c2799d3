"""What is asked of client, coach and company: showing the company more. See `disclosure`."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from clients.access.clients import engagements_for_sponsor
from clients.models import DisclosureProposal, DisclosureSignature, Engagement
from clients.queries.clients import address_of
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import SignedLink
from coachops.tenancy.turns import A_MOMENT

_PEOPLE = (
    "engagement__client",
    "engagement__coach",
    "engagement__sponsor_organisation",
    "sponsor_contact",
)


def open_proposal(engagement: Engagement) -> DisclosureProposal:
    """What is being signed for this engagement. Raises 404 when nothing is."""
    return found_or_404(
        DisclosureProposal,
        DisclosureProposal.objects.select_related(*_PEOPLE).filter(
            engagement=engagement, state=DisclosureProposal.State.OPEN
        ),
    )


def proposal_to_sign(engagement: Engagement, *, now: datetime) -> DisclosureProposal:
    """What is being signed, or was a moment ago: of two clicks, the last signature's second.

    Raises 404.
    """
    rows = DisclosureProposal.objects.select_related(*_PEOPLE).filter(_to_sign(now))
    newest = rows.filter(engagement=engagement).order_by("-proposed_at")
    return found_or_404(DisclosureProposal, newest)


def own_proposal_as_sponsor(
    request: PracticeRequest, pk: UUID, *, now: datetime
) -> DisclosureProposal:
    """The proposal of an engagement that asks this contact in person. Raises 404.

    Open, or for whoever signs, settled by the signature of a moment ago.
    """
    is_open = Q(state=DisclosureProposal.State.OPEN)
    engagements = engagements_for_sponsor(request).values("pk")
    return found_or_404(
        DisclosureProposal,
        DisclosureProposal.objects.select_related(*_PEOPLE)
        .filter(
            _to_sign(now) if request.method == "POST" else is_open,
            engagement_id=pk,
            engagement__in=engagements,
            sponsor_contact__membership=request.membership,
        )
        .order_by("-proposed_at"),
    )


def proposals_for_sponsor(request: PracticeRequest) -> QuerySet[DisclosureProposal]:
    """Every open proposal that asks this contact in person and has no signature of theirs yet."""
    asked = DisclosureProposal.objects.select_related(*_PEOPLE).filter(
        engagement__in=engagements_for_sponsor(request).values("pk"),
        state=DisclosureProposal.State.OPEN,
        sponsor_contact__membership=request.membership,
    )
    signed = DisclosureSignature.objects.filter(party=DisclosureSignature.Party.SPONSOR)
    waiting = asked.exclude(pk__in=signed.values("proposal_id"))
    return waiting.order_by("proposed_at", "id")  # type: ignore[no-any-return]


def proposal_of_link(link: SignedLink) -> DisclosureProposal | None:
    """The open proposal behind a signing link; None once it is settled.

    The link speaks for the address it was sent to: a changed contact signs by a new one.
    """
    proposal: DisclosureProposal | None = (
        DisclosureProposal.objects.select_related(*_PEOPLE, "sponsor_contact__membership__user")
        .filter(pk=link.subject_id, state=DisclosureProposal.State.OPEN)
        .first()
    )
    if proposal is None or address_of(proposal.sponsor_contact) != link.recipient:
        return None
    return proposal


def signed_of_link(link: SignedLink) -> DisclosureProposal | None:
    """What whoever holds a spent link has signed with it; None where it was taken back."""
    signed = DisclosureSignature.objects.filter(party=DisclosureSignature.Party.SPONSOR)
    proposal: DisclosureProposal | None = (
        DisclosureProposal.objects.select_related(*_PEOPLE, "sponsor_contact__membership__user")
        .filter(pk=link.subject_id, pk__in=signed.values("proposal_id"))
        .exclude(state=DisclosureProposal.State.WITHDRAWN)
        .first()
    )
    if proposal is None or address_of(proposal.sponsor_contact) != link.recipient:
        return None
    return proposal


def _to_sign(now: datetime) -> Q:
    states = DisclosureProposal.State
    return Q(state=states.OPEN) | Q(state=states.SIGNED, settled_at__gt=now - A_MOMENT)
