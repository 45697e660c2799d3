"""Mails when a coach drops out: to the coach, to who steps in, to each client. No content."""

from collections.abc import Callable
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address, reader_at
from clients.models import Client, ContinuityCase, ContinuityWill
from clients.queries.clients import address_of, has_portal
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.models import Membership, Practice
from coachops.practices.queries.members import reply_address


def prepare_continuity(message: ClaimedMessage) -> Delivery | None:
    """That somebody steps in, or no longer does. Not to clients once it is ended."""
    rows = ContinuityCase.objects.select_related("coach__user", "named__user", "began_by")
    case = rows.filter(pk=message.subject_id).first()
    if case is None:
        return None
    practice = acting_practice()
    letters: dict[str, Callable[[], Letter | None]] = {
        "coach": partial(_to_staff, "coach", case, case.coach, practice),
        "named": partial(_to_staff, "named", case, case.named, practice),
        "ended": partial(_to_staff, "ended", case, case.coach, practice),
        "client": partial(_to_client, case, str(message.payload["reader"]), practice),
    }
    part = str(message.payload["part"])
    letter = None if case.ended_at and part != "ended" else letters[part]()
    return delivery_of(letter, practice, message) if letter else None


def prepare_continuity_review(message: ClaimedMessage) -> Delivery | None:
    """A year has passed: does it still hold?"""
    rows = ContinuityWill.objects.select_related("coach__user", "named")
    will = rows.filter(pk=message.subject_id, coach__ended_at=None).first()
    if will is None:
        return None
    practice = acting_practice()
    letter = Letter(
        name="clients/continuity_review",
        reader=reader_of(will.coach.user),
        reason=_("Sent because you coach at %(practice)s."),
        context={
            "practice": practice,
            "name": will.coach.name,
            "named": will.named.name,
            "has_left": will.named.ended_at is not None,
            "url": page_address("coach:continuity", practice),
        },
    )
    return delivery_of(letter, practice, message)


def _to_staff(
    part: str, case: ContinuityCase, reader: Membership, practice: Practice
) -> Letter | None:
    if reader.ended_at is not None:
        return None
    url = (
        page_address("coach:continuity_case", practice, pk=case.pk)
        if part == "named"
        else page_address("coach:continuity", practice)
    )
    reason: Promise = _("Sent because you work at %(practice)s.")
    return Letter(
        name=f"clients/continuity_{part}",
        reader=reader_of(reader.user),
        reason=reason,
        context=_context(case, reader.name, practice) | {"url": url},
    )


def _to_client(case: ContinuityCase, client_id: str, practice: Practice) -> Letter | None:
    client = Client.objects.select_related("membership__user").filter(pk=client_id).first()
    if client is None or client.archived_at is not None:
        return None
    return Letter(
        name="clients/continuity_client",
        reader=reader_at(address_of(client), practice),
        reply_to=reply_address(case.named),
        reason=_("Sent because you are coached at %(practice)s."),
        context=_context(case, client.first_name, practice)
        | {
            "has_portal": has_portal(client),
            "url": page_address("portal:who_looked", practice),
        },
    )


def _context(case: ContinuityCase, name: str, practice: Practice) -> dict[str, object]:
    return {
        "practice": practice,
        "name": name,
        "coach": case.coach.name,
        "named": case.named.name,
        "by": case.began_by.name,
        "why": case.reason,
    }
