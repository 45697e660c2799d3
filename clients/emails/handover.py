"""Mails to a client about what passes on: please say, the code for the link, what was said."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.codes import fresh_code
from clients.emails.people import Letter, acting_practice, delivery_of, page_address, reader_at
from clients.models import HandedOn, Handover, HandoverLink
from clients.policies import CODE_VALID_FOR
from clients.queries.clients import address_of, has_portal
from clients.queries.handover import labels_in_a_sentence
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link

LINK_VALID_FOR = timedelta(days=30)
_MINUTE = 60
_A_BRIEF = 2


def prepare_handover(message: ClaimedMessage) -> Delivery | None:
    """Asks, asks again, or says that there is a brief; not once they have said, or nobody can."""
    handover, number = _open_handover(message), message.payload["number"]
    if handover is None or (handover.answered_at is not None and number != _A_BRIEF):
        return None
    practice = acting_practice()
    url = _address(handover, practice)
    if not url:
        return None
    letter = _letter("clients/handover_request", handover, practice)
    letter.context.update(url=url, is_again=number == 1, is_brief=number == _A_BRIEF)
    return delivery_of(letter, practice, message)


def prepare_handover_code(message: ClaimedMessage) -> Delivery | None:
    """To whoever opened a link; to the address the link went to, and no other."""
    way = _way(message.subject_id)
    if way is None or message.recipient != way.client.email:
        return None
    practice = acting_practice()
    letter = _letter("clients/handover_code", way.handover, practice)
    minutes = int(CODE_VALID_FOR.total_seconds()) // _MINUTE
    letter.context.update(code=fresh_code(way), minutes=minutes)
    return delivery_of(letter, practice, message)


def prepare_handover_answered(message: ClaimedMessage) -> Delivery | None:
    """What was said by a link, to the client's own address, with the next link to take it back."""
    handover = _open_handover(message)
    url = _address(handover, acting_practice()) if handover is not None else ""
    if handover is None or not url:
        return None
    rows = HandedOn.objects.filter(assignment=handover.assignment_id, withdrawn_at=None)
    given = list(rows.values_list("kind", flat=True))
    letter = _letter("clients/handover_answered", handover, acting_practice())
    letter.context.update(url=url, passed=labels_in_a_sentence(given))
    return delivery_of(letter, acting_practice(), message)


def _open_handover(message: ClaimedMessage) -> Handover | None:
    rows = Handover.objects.select_related("client__membership__user", "assignment__coach__user")
    row: Handover | None = rows.filter(
        pk=message.subject_id, assignment__ended_on=None, client__archived_at=None
    ).first()
    return row


def _way(pk: Any) -> HandoverLink | None:
    rows = HandoverLink.objects.select_related(
        "client__membership__user", "handover__client", "handover__assignment__coach__user"
    )
    way: HandoverLink | None = rows.filter(
        pk=pk, closed_at=None, handover__assignment__ended_on=None, client__archived_at=None
    ).first()
    return None if way is None or has_portal(way.client) else way


def _address(handover: Handover, practice: Practice) -> str:
    """In the portal for whoever has one, else a link of their own; "" where nobody can be asked."""
    if has_portal(handover.client):
        return page_address("portal:handover", practice)
    way = HandoverLink.objects.filter(handover=handover, closed_at=None).first()
    if way is None:
        return ""
    HandoverLink.objects.filter(pk=way.pk).update(codes_sent=0)
    return create_link(
        purpose="handover.answer",
        subject_id=way.pk,
        now=timezone.now(),
        valid_for=LINK_VALID_FOR,
        recipient=address_of(handover.client),
    )


def _letter(name: str, handover: Handover, practice: Practice) -> Letter:
    client, coach = handover.client, handover.assignment.coach
    return Letter(
        name=name,
        reader=reader_at(address_of(client), practice),
        reply_to=reply_address(coach),
        reason=_("Sent because you are coached at %(practice)s."),
        context={
            "practice": practice,
            "client": client,
            "coach": coach,
            "has_portal": has_portal(client),
        },
    )
