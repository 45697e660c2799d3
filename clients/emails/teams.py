"""What somebody hears about a team they belong to. Names and dates, no content."""

from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address, reader_at
from clients.models import TeamMember
from clients.queries.clients import address_of, has_portal
from coachops.outbox.registry import ClaimedMessage, Delivery


def prepare_team_membership(message: ClaimedMessage) -> Delivery | None:
    """Tells somebody that they are in a team now, or not any more; not what has changed since."""
    member = (
        TeamMember.objects.select_related("team", "client__membership__user")
        .filter(pk=message.subject_id, client__archived_at=None)
        .first()
    )
    why = str(message.payload["why"])
    if member is None or (why == "joined") != (member.left_at is None):
        return None
    practice = acting_practice()
    has_page = has_portal(member.client)
    letter = Letter(
        name=f"clients/team_{why}",
        reader=reader_at(address_of(member.client), practice),
        reason=_("Sent because you are in a team that is coached at %(practice)s.")
        if why == "joined"
        else _("Sent because you were in a team that is coached at %(practice)s."),
        context={
            "practice": practice,
            "name": member.client.first_name,
            "team": member.team.name,
            "has_portal": has_page,
            "url": page_address("portal:team", practice, pk=member.team_id) if has_page else "",
        },
    )
    return delivery_of(letter, practice, message)
