"""What the mails of this app say. No content: names, dates and addresses of pages."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, DisclosureProposal, DisclosureSignature, SponsorContact
from clients.policies import Party
from clients.queries.disclosure import LEVEL_LABELS
from coachops.mail.message import Mail, Reader, Sender, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.models import Practice, User
from coachops.practices.services.links import create_link
from coachops.tenancy.scope import current_practice_id

LINK_VALID_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Letter:
    """One mail before it is rendered; `name` is that of its templates."""

    name: str
    address: str
    zone: str
    reply_to: str
    reason: Any
    context: dict[str, Any]


def prepare_portal_invitation(message: ClaimedMessage) -> Delivery | None:
    """Tells a client where to sign in. Not for somebody archived meanwhile."""
    client = Client.objects.filter(
        pk=message.subject_id, archived_at=None, membership__isnull=False
    ).first()
    if client is None:
        return None
    practice = _practice()
    letter = _Letter(
        name="clients/portal_invitation",
        address=client.email,
        zone=client.time_zone,
        reply_to="",
        reason=_("Sent because %(practice)s opened a client portal for you.")
        % {"practice": practice.name},
        context={
            "client": client,
            "practice": practice,
            "url": _page("portal:home", practice),
            "address": client.email,
        },
    )
    return _delivery(letter, practice, message)


def prepare_sponsor_invitation(message: ClaimedMessage) -> Delivery | None:
    """Tells a sponsor's contact where to sign in."""
    contact = (
        SponsorContact.objects.select_related("organisation")
        .filter(pk=message.subject_id, membership__isnull=False)
        .first()
    )
    if contact is None:
        return None
    practice = _practice()
    letter = _Letter(
        name="clients/sponsor_invitation",
        address=contact.email,
        zone=_zone_of(contact.email, practice),
        reply_to="",
        reason=_("Sent because you are a contact of %(organisation)s at %(practice)s.")
        % {"organisation": contact.organisation.name, "practice": practice.name},
        context={
            "contact": contact,
            "practice": practice,
            "organisation": contact.organisation,
            "url": _page("sponsor:home", practice),
            "address": contact.email,
        },
    )
    return _delivery(letter, practice, message)


def prepare_disclosure_request(message: ClaimedMessage) -> Delivery | None:
    """Asks one party to sign; no longer once they have, or once the proposal is settled."""
    proposal = (
        DisclosureProposal.objects.select_related(
            "engagement__client",
            "engagement__coach__user",
            "engagement__sponsor_organisation",
            "sponsor_contact",
        )
        .filter(pk=message.subject_id, state=DisclosureProposal.State.OPEN)
        .first()
    )
    party = Party(message.payload["party"])
    if proposal is None or _has_signed(proposal, party):
        return None
    if party == Party.CLIENT and proposal.engagement.client.membership_id is None:
        return None
    practice = _practice()
    return _delivery(_request_letter(proposal, party, practice), practice, message)


def _request_letter(proposal: DisclosureProposal, party: Party, practice: Practice) -> _Letter:
    engagement = proposal.engagement
    coach = engagement.coach
    reader = {
        Party.CLIENT: (engagement.client.email, engagement.client.time_zone),
        Party.COACH: (coach.user.email, coach.user.time_zone),
        Party.SPONSOR: (
            proposal.sponsor_contact.email,
            _zone_of(proposal.sponsor_contact.email, practice),
        ),
    }[party]
    return _Letter(
        name=f"clients/disclosure_{party}",
        address=reader[0],
        zone=reader[1],
        reply_to="" if party == Party.COACH else coach.user.email,
        reason=_("Sent because your signature is asked for at %(practice)s.")
        % {"practice": practice.name},
        context={
            "practice": practice,
            "client": engagement.client,
            "coach": coach,
            "contact": proposal.sponsor_contact,
            "organisation": engagement.sponsor_organisation,
            "level": LEVEL_LABELS[proposal.level],
            "url": _signing_address(proposal, party, practice),
            "valid_days": LINK_VALID_FOR.days,
        },
    )


def _signing_address(proposal: DisclosureProposal, party: Party, practice: Practice) -> str:
    if party == Party.SPONSOR:
        return create_link(
            purpose="disclosure.sign",
            subject_id=proposal.pk,
            now=timezone.now(),
            valid_for=LINK_VALID_FOR,
            recipient=proposal.sponsor_contact.email,
        )
    tree = "portal" if party == Party.CLIENT else "coach"
    return _page(f"{tree}:disclosure", practice, pk=proposal.engagement_id)


def _has_signed(proposal: DisclosureProposal, party: Party) -> bool:
    return bool(DisclosureSignature.objects.filter(proposal=proposal, party=party).exists())


def _practice() -> Practice:
    return Practice.objects.get(pk=current_practice_id())


def _zone_of(email: str, practice: Practice) -> str:
    """The zone the person chose for themself, else the practice's."""
    zone = User.objects.filter(email__iexact=email).values_list("time_zone", flat=True).first()
    return zone or practice.time_zone


def _page(name: str, practice: Practice, **kwargs: Any) -> str:
    path = reverse(name, kwargs={"practice": practice.slug, **kwargs})
    return f"{settings.BASE_URL}{path}"


def _delivery(letter: _Letter, practice: Practice, message: ClaimedMessage) -> Delivery:
    mail: Mail = render_mail(
        name=letter.name,
        context=letter.context,
        reason=str(letter.reason),
        sender=Sender(
            name=practice.name,
            hue=practice.brand_hue,
            postal_address=practice.postal_address,
            reply_to=letter.reply_to,
        ),
        reader=Reader(address=letter.address, time_zone=letter.zone),
    )
    return partial(send_mail, mail, message_id=message.id)
