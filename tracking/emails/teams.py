"""What the members of a team hear: that something waits, never what is in it."""

from functools import partial

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import TeamMember
from clients.queries.clients import has_portal
from coachops.mail.message import render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.tenancy.scope import current_practice_id
from scheduling.models import Session


def prepare_team_summary(message: ClaimedMessage) -> Delivery | None:
    """To one member: there is something to read. Nothing for whoever left or cannot sign in."""
    session = Session.objects.select_related("coach__user").filter(pk=message.subject_id).first()
    member = (
        TeamMember.objects.present()
        .select_related("team", "client__membership__user")
        .filter(pk=message.payload["member"])
        .first()
    )
    if session is None or member is None or not has_portal(member.client):
        return None
    reader = reader_of(member.client.membership.user)
    practice = Practice.objects.get(pk=current_practice_id())
    with translation.override(reader.language):
        reason = _("Sent because you are in a team that is coached at %(practice)s.") % {
            "practice": practice.name
        }
    mail = render_mail(
        name="tracking/team_summary",
        context={
            "coach": session.coach,
            "name": member.client.first_name,
            "team": member.team.name,
            "met_at": session.starts_at,
            "url": absolute(reverse("portal:team", args=[practice.slug, member.team_id])),
        },
        reader=reader,
        sender=sender_of(practice, reply_to=reply_address(session.coach)),
        reason=reason,
    )
    return partial(send_mail, mail, message_id=message.id)
