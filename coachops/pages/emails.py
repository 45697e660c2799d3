"""The mail of the desk to a coach: what waits for nobody else. States and names, no content."""

from functools import partial
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coachops.mail.message import render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.pages.queries.desk import waits_for_coach
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import current_practice_id

MOST_NAMED: Final = 12


def prepare_coach_waits(message: ClaimedMessage) -> Delivery | None:
    """What waits for the coach now; nothing once nothing does, or they have left."""
    members = Membership.objects.active().select_related("user")
    coach: Membership | None = members.filter(pk=UUID(str(message.subject_id))).first()
    asker: Membership | None = members.filter(pk=message.payload["by"]).first()
    if coach is None:
        return None
    practice, reader = Practice.objects.get(pk=current_practice_id()), reader_of(coach.user)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        needs = waits_for_coach(coach.pk, practice_slug=practice.slug, now=timezone.now())
        reason = _("Sent because you coach at %(practice)s.") % {"practice": practice.name}
    if not needs:
        return None
    path = reverse("coach:desk", args=[practice.slug])
    mail = render_mail(
        name="pages/coach_waits",
        context={
            "coach": coach,
            "asker": asker.name if asker else practice.name,
            "needs": needs[:MOST_NAMED],
            "count": len(needs),
            "url": f"{absolute(path)}?turn=coach",
        },
        reader=reader,
        sender=sender_of(practice, reply_to=asker.user.email if asker else ""),
        reason=reason,
    )
    return partial(send_mail, mail, message_id=message.id)
