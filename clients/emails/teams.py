"""What somebody hears about a team they belong to. Names and dates, no content."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.emails.people import (
    Letter,
    acting_practice,
    delivery_of,
    page_address,
    reader_at,
    who_answers,
)
from clients.models import TeamMember
from clients.queries.clients import address_of, has_portal, person_for
from coachops.outbox.registry import ClaimedMessage, Delivery


def prepare_team_membership(message: ClaimedMessage) -> Delivery | None:
    """Tells somebody that they are in a team now, or not any more; not what has changed since."""
    member = _member(message)
    why = str(message.payload["why"])
    if member is None or (why == "joined") != (member.left_at is None):
        return None
    practice = acting_practice()
    has_page = has_portal(member.client)
    letter = Letter(
        name=f"clients/team_{why}",
        reader=reader_at(address_of(member.client), practice),
        reply_to=who_answers(member.team, practice),
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


def prepare_team_news(message: ClaimedMessage) -> Delivery | None:
    """Who came and who left within the hour, by first name; nobody who did both."""
    reader = _member(message)
    if reader is None or reader.left_at is not None or reader.team.archived_at is not None:
        return None
    until = datetime.fromisoformat(str(message.payload["until"]))
    since = max(until - timedelta(hours=1), reader.added_at)
    others = TeamMember.objects.filter(team=reader.team_id).exclude(client=reader.client_id)
    rows = others.filter(
        Q(added_at__gte=since, added_at__lt=until) | Q(left_at__gte=since, left_at__lt=until)
    )
    found = list(rows.select_related("client").order_by("client__name", "pk"))
    was_there = {row.client_id for row in found if row.added_at < since}
    is_there = {row.client_id for row in found if row.left_at is None}
    names = {row.client_id: row.client.first_name for row in found}
    joined = [name for key, name in names.items() if key in is_there - was_there]
    left = [name for key, name in names.items() if key in was_there - is_there]
    if not joined and not left:
        return None
    practice = acting_practice()
    has_page = has_portal(reader.client)
    letter = Letter(
        name="clients/team_news",
        reader=reader_at(address_of(reader.client), practice),
        reply_to=who_answers(reader.team, practice),
        reason=_("Sent because you are in a team that is coached at %(practice)s."),
        context={
            "practice": practice,
            "name": reader.client.first_name,
            "team": reader.team.name,
            "joined": joined,
            "left": left,
            "url": page_address("portal:team", practice, pk=reader.team_id) if has_page else "",
        },
    )
    return delivery_of(letter, practice, message)


def prepare_former_speaker(message: ClaimedMessage) -> Delivery | None:
    """What somebody was asked to sign for a team is asked of somebody else; not which paper."""
    member = _member(message)
    speaker = person_for(member.team) if member is not None else None
    if member is None or speaker is None or speaker.pk == member.client_id:
        return None
    practice = acting_practice()
    letter = Letter(
        name="clients/former_speaker",
        reader=reader_at(address_of(member.client), practice),
        reply_to=who_answers(member.team, practice),
        reason=_("Sent because you were asked to sign at %(practice)s."),
        context={
            "practice": practice,
            "name": member.client.first_name,
            "team": member.team.name,
            "speaker": speaker.first_name,
        },
    )
    return delivery_of(letter, practice, message)


def _member(message: ClaimedMessage) -> TeamMember | None:
    rows = TeamMember.objects.select_related("team", "client__membership__user")
    row: TeamMember | None = rows.filter(pk=message.subject_id, client__archived_at=None).first()
    return row
