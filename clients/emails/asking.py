"""The mails about whatever a client is asked: please, a reminder, and to the coach: it is here."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address, reader_at
from clients.models import Asking
from clients.queries.clients import address_of, assigned_coaches, has_portal
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.models import Membership, Practice
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link

LINK_VALID_FOR: Final = timedelta(days=30)


def request_of(
    asking: Asking, message: ClaimedMessage, *, reason: Promise, **more: Any
) -> Delivery | None:
    """Asks, or reminds; no longer once it was sent or withdrawn, or the client is archived."""
    client = asking.client
    if asking.closed_at is not None or client.archived_at is not None:
        return None
    practice = acting_practice()
    coach = _asker(asking, practice)
    letter = Letter(
        name=_template(asking, "reminder" if message.payload["number"] else "request"),
        reader=reader_at(address_of(client), practice),
        reply_to=reply_address(coach) if coach else "",
        reason=reason,
        context={
            "practice": practice,
            "client": client,
            "coach": coach,
            "title": asking.response.version.title,
            "due_on": asking.due_on,
            "is_late": _is_late(asking, practice),
            "url": _page_or_link(asking, practice),
            "has_portal": has_portal(client),
            "has_begun": asking.response.begun_at is not None,
            **more,
        },
    )
    return delivery_of(letter, practice, message)


def news_of(asking: Asking, message: ClaimedMessage, *, page: str) -> Delivery | None:
    """Tells a coach that it was answered; not if it was taken back or they coach no longer."""
    practice = acting_practice()
    wanted = message.payload["coach"]
    coach = next((one for one in _coaches(asking, practice) if str(one.pk) == wanted), None)
    if coach is None or asking.response.sent_at is None:
        return None
    letter = Letter(
        name=_template(asking, "sent"),
        reader=reader_of(coach.user),
        reason=_("Sent because you coach at %(practice)s."),
        context={
            "practice": practice,
            "client": asking.client,
            "title": asking.response.version.title,
            "url": page,
        },
    )
    return delivery_of(letter, practice, message)


def _is_late(asking: Asking, practice: Practice) -> bool:
    """The day until which it was wanted is over, by the practice's clock."""
    return asking.due_on is not None and asking.due_on < timezone.localdate(timezone=practice.zone)


def _template(asking: Asking, about: str) -> str:
    return f"{asking._meta.app_label}/{asking.manner.word}_{about}"


def _coaches(asking: Asking, practice: Practice) -> list[Membership]:
    return assigned_coaches(asking.coached, timezone.localdate(timezone=practice.zone))


def _asker(asking: Asking, practice: Practice) -> Membership | None:
    """The coach who asked; for whoever asked in a coach's place, the coach."""
    coaches = _coaches(asking, practice)
    asked = [coach for coach in coaches if coach.pk == asking.asked_by_id]
    return next(iter(asked or coaches), None)


def _page_or_link(asking: Asking, practice: Practice) -> str:
    """In the portal for whoever has one, else a link of their own."""
    if has_portal(asking.client):
        return page_address(f"portal:{asking.manner.word}", practice, pk=asking.pk)
    return create_link(
        purpose=asking.manner.answer_purpose,
        subject_id=asking.pk,
        now=timezone.now(),
        valid_for=LINK_VALID_FOR,
        recipient=address_of(asking.client),
    )
