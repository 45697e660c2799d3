"""The mail of the desk to a coach: what waits for nobody else. States and names, no content."""

from typing import Final
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.pages.queries.desk import waits_for_coach
from coachops.practices.emails import reader_of
from coachops.practices.models import Membership

MOST_NAMED: Final = 12


def prepare_coach_waits(message: ClaimedMessage) -> Delivery | None:
    """What waits for the coach now; nothing once nothing does, or they have left."""
    members = Membership.objects.active().select_related("user")
    coach: Membership | None = members.filter(pk=UUID(str(message.subject_id))).first()
    asker: Membership | None = members.filter(pk=message.payload["by"]).first()
    if coach is None:
        return None
    practice, reader = acting_practice(), reader_of(coach.user)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        needs = waits_for_coach(coach.pk, practice_slug=practice.slug, now=timezone.now())
    if not needs:
        return None
    letter = Letter(
        name="pages/coach_waits",
        reader=reader,
        reply_to=asker.user.email if asker else "",
        reason=_("Sent because you coach at %(practice)s."),
        context={
            "coach": coach,
            "asker": asker.name if asker else practice.name,
            "needs": needs[:MOST_NAMED],
            "count": len(needs),
            "url": f"{page_address('coach:desk', practice)}?turn=coach",
        },
    )
    return delivery_of(letter, practice, message)
