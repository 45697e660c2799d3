"""Mails about agreements: please sign, the code for the link, and what became of it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.codes import fresh_code
from clients.emails.people import Letter, acting_practice, delivery_of, page_address, reader_at
from clients.models import Agreement, AgreementSigner
from clients.policies import CODE_VALID_FOR
from clients.queries.agreements import address_of_signer, name_of_signer
from clients.queries.clients import has_portal, person_for
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link

_MINUTE = 60
FILE_VALID_FOR_DAYS = 30


def prepare_agreement_request(message: ClaimedMessage) -> Delivery | None:
    """Asks whoever's turn it is; no longer once they have signed, or were asked anew."""
    signer = _signer(message)
    if signer is None or signer.agreement.state != Agreement.State.SENT:
        return None
    asked, days = int(message.payload["asked"] or 0), int(message.payload["days"] or 0)
    if signer.state != AgreementSigner.State.ASKED or signer.asked_times != asked:
        return None
    practice, now = acting_practice(), timezone.now()
    letter = Letter(
        name="clients/agreement_reminder" if days else "clients/agreement_request",
        reader=_reader(signer, practice),
        reply_to=_reply_to(signer),
        reason=_("Sent because your signature is asked for at %(practice)s."),
        context={
            **_context(signer, practice),
            "url": _signing_address(signer, practice, now),
            "needs_code": signer.party != AgreementSigner.Party.COACH,
            "expires_at": signer.link_expires_at,
            "asked_at": signer.asked_at,
        },
    )
    return delivery_of(letter, practice, message)


def prepare_agreement_code(message: ClaimedMessage) -> Delivery | None:
    """Makes the code in the moment of sending: it stands in the mail and nowhere else."""
    signer = _signer(message)
    if signer is None or signer.codes_sent != message.payload["number"]:
        return None
    practice = acting_practice()
    letter = Letter(
        name="clients/agreement_code",
        reader=reader_at(message.recipient, practice),
        reason=_("Sent because somebody opened a link of %(practice)s that was sent to you."),
        context={
            **_context(signer, practice),
            "code": fresh_code(signer),
            "minutes": int(CODE_VALID_FOR.total_seconds()) // _MINUTE,
        },
    )
    return delivery_of(letter, practice, message)


def prepare_agreement_news(message: ClaimedMessage) -> Delivery | None:
    """Signed by all, declined, or taken back."""
    signer = _signer(message)
    if signer is None:
        return None
    practice, now, news = acting_practice(), timezone.now(), str(message.payload["news"])
    letter = Letter(
        name=f"clients/agreement_{news}",
        reader=_reader(signer, practice),
        reply_to=_reply_to(signer),
        reason=_("Sent because you were asked to sign at %(practice)s."),
        context={
            **_context(signer, practice),
            "url": _reading_address(signer, practice, now, is_done=news == "completed"),
        },
    )
    return delivery_of(letter, practice, message)


def _signer(message: ClaimedMessage) -> AgreementSigner | None:
    row: AgreementSigner | None = (
        AgreementSigner.objects.select_related(
            "agreement__engagement__client__membership__user",
            "agreement__engagement__coach__user",
            "contact__membership__user",
        )
        .filter(pk=message.subject_id)
        .first()
    )
    if row is None or not address_of_signer(row, row.agreement):
        return None  # nobody speaks for the team any more
    return row


def _context(signer: AgreementSigner, practice: Practice) -> dict[str, Any]:
    agreement = signer.agreement
    return {
        "practice": practice,
        "title": agreement.title,
        "name": name_of_signer(signer, agreement),
        "client": agreement.engagement.client,
        "coach": agreement.engagement.coach,
        "is_client": signer.party == AgreementSigner.Party.CLIENT,
        "is_coach": signer.party == AgreementSigner.Party.COACH,
    }


def _reader(signer: AgreementSigner, practice: Practice) -> Any:
    if signer.party == AgreementSigner.Party.COACH:
        return reader_of(signer.agreement.engagement.coach.user)
    return reader_at(address_of_signer(signer, signer.agreement), practice)


def _reply_to(signer: AgreementSigner) -> str:
    is_coach = signer.party == AgreementSigner.Party.COACH
    return "" if is_coach else reply_address(signer.agreement.engagement.coach)


def _signing_address(signer: AgreementSigner, practice: Practice, now: datetime) -> str:
    """A link of their own, for the coach the page in the dashboard."""
    if signer.party == AgreementSigner.Party.COACH:
        return page_address("coach:agreement", practice, pk=signer.agreement_id)
    assert signer.link_expires_at is not None  # noqa: S101 -- they have been asked
    return create_link(
        purpose="agreement.sign",
        subject_id=signer.pk,
        now=now,
        valid_for=signer.link_expires_at - now,
        recipient=address_of_signer(signer, signer.agreement),
    )


def _reading_address(
    signer: AgreementSigner, practice: Practice, now: datetime, *, is_done: bool
) -> str:
    """The page behind the sign-in; whoever has no way in gets a link that asks for a code."""
    agreement = signer.agreement
    if signer.party == AgreementSigner.Party.COACH:
        return page_address("coach:agreement", practice, pk=agreement.pk)
    person = person_for(agreement.engagement.client)
    if signer.party == AgreementSigner.Party.CLIENT and person and has_portal(person):
        return page_address("portal:agreement", practice, pk=agreement.pk)
    if signer.party == AgreementSigner.Party.SPONSOR and _has_sponsor_page(signer):
        return page_address("sponsor:agreement", practice, pk=agreement.pk)
    if not is_done:
        return ""
    return create_link(
        purpose="agreement.file",
        subject_id=signer.pk,
        now=now,
        valid_for=timedelta(days=FILE_VALID_FOR_DAYS),
        recipient=address_of_signer(signer, agreement),
    )


def _has_sponsor_page(signer: AgreementSigner) -> bool:
    contact = signer.contact
    member = contact.membership
    return member is not None and member.ended_at is None and contact.access_ended_at is None
