"""What the members of a team hear, and its coaches: that something waits, never what is in it."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address
from clients.models import Client, TeamMember
from clients.queries.clients import assigned_coaches, has_portal
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.queries.members import reply_address
from scheduling.models import Session
from tracking.queries.team_questionnaires import newcomers_asked


def prepare_newcomers_asked(message: ClaimedMessage) -> Delivery | None:
    """To a coach of the team: who joined within the hour and was asked what the others are.

    Not for whoever coaches it no longer, nor of what was taken back meanwhile.
    """
    team = Client.objects.filter(pk=message.subject_id, archived_at=None).first()
    practice = acting_practice()
    if team is None:
        return None
    wanted = message.payload["coach"]
    coaches = assigned_coaches(team, timezone.localdate(timezone=practice.zone))
    coach = next((one for one in coaches if str(one.pk) == wanted), None)
    asked = newcomers_asked(team.pk, until=datetime.fromisoformat(str(message.payload["until"])))
    if coach is None or not asked:
        return None
    letter = Letter(
        name="tracking/newcomers_asked",
        reader=reader_of(coach.user),
        reason=_("Sent because you coach at %(practice)s."),
        context={
            "practice": practice,
            "team": team.name,
            "people": asked,
            "url": page_address("coach:client_questionnaires", practice, pk=team.pk),
        },
    )
    return delivery_of(letter, practice, message)


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
    practice = acting_practice()
    letter = Letter(
        name="tracking/team_summary",
        reader=reader_of(member.client.membership.user),
        reply_to=reply_address(session.coach),
        reason=_("Sent because you are in a team that is coached at %(practice)s."),
        context={
            "coach": session.coach,
            "name": member.client.first_name,
            "team": member.team.name,
            "met_at": session.starts_at,
            "url": page_address("portal:team", practice, pk=member.team_id),
        },
    )
    return delivery_of(letter, practice, message)
