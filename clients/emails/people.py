"""What the mails of this app say. No content: names, dates and addresses of pages."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import (
    Client,
    Delegation,
    DisclosureProposal,
    DisclosureSignature,
    SponsorContact,
)
from clients.policies import Party
from clients.queries.clients import address_of, assigned_coaches, has_portal, person_for
from clients.queries.disclosure import LEVEL_LABELS
from clients.queries.handover import asks_what_passes_on
from coachops.mail.message import Mail, Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Membership, Practice, User
from coachops.practices.queries.members import owners_address, reply_address
from coachops.practices.roles import Audience, Role
from coachops.practices.services.links import create_link
from coachops.tenancy.scope import current_practice_id

LINK_VALID_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it is rendered; `name` is that of its templates, `reason` has two gaps."""

    name: str
    reader: Reader
    reason: Promise
    context: dict[str, Any]
    reply_to: str = ""
    organisation: str = ""


def prepare_portal_invitation(message: ClaimedMessage) -> Delivery | None:
    """Tells a client where to sign in. Not for somebody archived or without access meanwhile."""
    client = (
        Client.objects.select_related("membership__user")
        .filter(
            pk=message.subject_id,
            archived_at=None,
            membership__isnull=False,
            membership__ended_at=None,
            membership__roles__contains=[Role.CLIENT],
        )
        .first()
    )
    if client is None:
        return None
    practice = acting_practice()
    letter = Letter(
        name="clients/portal_invitation",
        reader=reader_of(client.membership.user),
        reply_to=who_answers(client, practice),
        reason=_("Sent because %(practice)s opened a client portal for you."),
        context={
            "client": client,
            "practice": practice,
            "url": page_address("portal:home", practice),
            "address": client.membership.user.email,
        },
    )
    return delivery_of(letter, practice, message)


def prepare_delegate_invitation(message: ClaimedMessage) -> Delivery | None:
    """Tells a client's assistant where to sign in, unless the client has thought better of it."""
    delegation = (
        Delegation.objects.select_related("client", "membership__user")
        .filter(pk=message.subject_id, ended_on=None, membership__ended_at=None)
        .first()
    )
    if delegation is None:
        return None
    practice = acting_practice()
    letter = Letter(
        name="clients/delegate_invitation",
        reader=reader_of(delegation.membership.user),
        reply_to=who_answers(delegation.client, practice),
        reason=_("Sent because somebody asked you to look after their dates at %(practice)s."),
        context={
            "client": delegation.client,
            "practice": practice,
            "name": delegation.membership.name,
            "url": page_address("portal:delegate_home", practice),
            "address": delegation.membership.user.email,
        },
    )
    return delivery_of(letter, practice, message)


def prepare_sponsor_invitation(message: ClaimedMessage) -> Delivery | None:
    """Tells a sponsor's contact where to sign in."""
    contact = (
        SponsorContact.objects.select_related("organisation", "membership__user")
        .filter(pk=message.subject_id, membership__isnull=False, access_ended_at=None)
        .first()
    )
    if contact is None:
        return None
    practice = acting_practice()
    letter = Letter(
        name="clients/sponsor_invitation",
        reader=reader_of(contact.membership.user),
        reply_to=owners_address(),
        reason=_("Sent because you are a contact of %(organisation)s at %(practice)s."),
        organisation=contact.organisation.name,
        context={
            "contact": contact,
            "practice": practice,
            "organisation": contact.organisation,
            "url": page_address("sponsor:home", practice),
            "address": contact.membership.user.email,
        },
    )
    return delivery_of(letter, practice, message)


def prepare_disclosure_request(message: ClaimedMessage) -> Delivery | None:
    """Asks one party to sign; no longer once they have, or once the proposal is settled."""
    proposal = (
        DisclosureProposal.objects.select_related(
            "engagement__client__membership__user",
            "engagement__coach__user",
            "engagement__sponsor_organisation",
            "sponsor_contact__membership__user",
        )
        .filter(pk=message.subject_id, state=DisclosureProposal.State.OPEN)
        .first()
    )
    party = Party(message.payload["party"])
    if proposal is None or _has_signed(proposal, party):
        return None
    person = person_for(proposal.engagement.client)
    if party == Party.CLIENT and (person is None or not has_portal(person)):
        return None
    practice = acting_practice()
    return delivery_of(_request_letter(proposal, party, practice), practice, message)


def prepare_notice(message: ClaimedMessage) -> Delivery | None:
    """Tells a coach, or the client, that something about the client's access has changed."""
    payload = message.payload
    client = Client.objects.filter(pk=message.subject_id).first()
    people = Membership.objects.select_related("user").in_bulk(
        [payload[role] for role in ("reader", "by", "coach") if payload[role]]
    )
    named = {str(key): member for key, member in people.items()}
    reader = named.get(payload["reader"])
    if client is None or reader is None or reader.ended_at is not None:
        return None
    practice = acting_practice()
    is_client = reader.audience == Audience.CLIENT
    is_later = asks_what_passes_on(client.pk, payload["coach"])
    letter = Letter(
        name=f"clients/{payload['notice']}",
        reader=reader_of(reader.user),
        reply_to=who_answers(client, practice) if is_client else "",
        reason=_("Sent because you are coached at %(practice)s.")
        if is_client
        else _("Sent because you coach at %(practice)s."),
        context={
            "practice": practice,
            "client": client,
            "name": reader.name,
            "is_client": is_client,
            "is_new_coach": payload["reader"] == payload["coach"],
            "by": named.get(payload["by"]),
            "coach": named.get(payload["coach"]),
            "is_later": is_later,
            "url": _page_of_notice(
                client, practice, payload, is_client=is_client, is_later=is_later
            ),
        },
    )
    return delivery_of(letter, practice, message)


def _page_of_notice(
    client: Client, practice: Practice, payload: dict[str, Any], *, is_client: bool, is_later: bool
) -> str:
    """Where what the notice is about can be seen, or settled."""
    if is_client:
        passes_on = is_later or payload["notice"] == "brief_shared"
        return page_address("portal:handover" if passes_on else "portal:home", practice)
    page = "coach:team" if payload["notice"] == "no_speaker" else "coach:client"
    return page_address(page, practice, pk=client.pk)


def _request_letter(proposal: DisclosureProposal, party: Party, practice: Practice) -> Letter:
    engagement = proposal.engagement
    coach = engagement.coach
    reader = {
        Party.CLIENT: lambda: reader_at(address_of(engagement.client), practice),
        Party.COACH: lambda: reader_of(coach.user),
        Party.SPONSOR: lambda: reader_at(address_of(proposal.sponsor_contact), practice),
    }[party]()
    return Letter(
        name=f"clients/disclosure_{party}",
        reader=reader,
        reply_to="" if party == Party.COACH else reply_address(coach),
        reason=_("Sent because your signature is asked for at %(practice)s."),
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
            recipient=address_of(proposal.sponsor_contact),
        )
    tree = "portal" if party == Party.CLIENT else "coach"
    return page_address(f"{tree}:disclosure", practice, pk=proposal.engagement_id)


def _has_signed(proposal: DisclosureProposal, party: Party) -> bool:
    return bool(DisclosureSignature.objects.filter(proposal=proposal, party=party).exists())


def acting_practice() -> Practice:
    return Practice.objects.get(pk=current_practice_id())


def reader_at(address: str, practice: Practice) -> Reader:
    """As the person chose for themself, if they are known, else as the practice reads."""
    user = User.objects.filter(email__iexact=address).first()
    if user is not None:
        return reader_of(user)
    return Reader(address=address, language=practice.language, time_zone=practice.time_zone)


def page_address(name: str, practice: Practice, **kwargs: Any) -> str:
    return absolute(reverse(name, kwargs={"practice": practice.slug, **kwargs}))


def who_answers(client: Client, practice: Practice) -> str:
    """Where an answer goes to a mail of nobody in particular: to the coach, else an owner."""
    coaches = assigned_coaches(client, timezone.localdate(timezone=practice.zone))
    return coaches[0].user.email if coaches else owners_address()


def delivery_of(letter: Letter, practice: Practice, message: ClaimedMessage) -> Delivery:
    with translation.override(letter.reader.language):
        reason = str(letter.reason) % {
            "practice": practice.name,
            "organisation": letter.organisation,
        }
    mail: Mail = render_mail(
        name=letter.name,
        context=letter.context,
        reason=reason,
        sender=sender_of(practice, reply_to=letter.reply_to),
        reader=letter.reader,
    )
    return partial(send_mail, mail, message_id=message.id)
