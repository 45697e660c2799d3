"""The logistics letter: everything about dates, places and rules before the first session."""

from functools import partial

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.models import Engagement
from coachops.mail.message import Mail, Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.models import Session
from scheduling.queries.facts import where_in_words
from scheduling.queries.letters import usual_rules

MOST_DATES = 24


def prepare_logistics_letter(message: ClaimedMessage) -> Delivery | None:
    """As things stand when it leaves; nothing for an engagement that is over."""
    people = ("client__membership__user", "coach__user")
    engagement = Engagement.objects.select_related(*people).filter(pk=message.subject_id).first()
    over = {Engagement.State.COMPLETED, Engagement.State.CLOSED}
    if engagement is None or engagement.state in over:
        return None
    return partial(send_mail, letter_of(engagement), message_id=message.id)


def letter_of(engagement: Engagement) -> Mail:
    """The letter in the client's language and on their clock. Three queries.

    Needs the engagement with its client and coach and their users.
    """
    practice = Practice.objects.get(pk=current_practice_id())
    reader, coach = _reader(engagement, practice), engagement.coach
    rules = usual_rules(coach.pk)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        reason = _("Sent because you begin working with %(coach)s at %(practice)s.")
        return render_mail(
            name="scheduling/logistics_letter",
            context={
                "hello": engagement.client.first_name,
                "coach": coach.name,
                "coach_first_name": coach.name.split()[0],
                "starts_on": engagement.starts_on,
                "ends_on": engagement.ends_on,
                "dates": _dates(engagement),
                "zone_city": city(reader.time_zone),
                "rules": rules,
                "book_url": _portal(engagement, practice, "portal:book"),
                "home_url": _portal(engagement, practice, "portal:home"),
            },
            reader=reader,
            sender=sender_of(practice, reply_to=reply_address(coach)),
            reason=reason % {"coach": coach.name, "practice": practice.name},
        )


def _dates(engagement: Engagement) -> list[tuple[Session, str]]:
    coming = Session.objects.kept().filter(engagement=engagement, ends_at__gt=timezone.now())
    return [
        (each, where_in_words(each))
        for each in coming.select_related("coach").order_by("starts_at", "pk")[:MOST_DATES]
    ]


def _reader(engagement: Engagement, practice: Practice) -> Reader:
    client = engagement.client
    if client.membership is None:
        return Reader(client.email, practice.language, client.time_zone)
    return reader_of(client.membership.user)


def _portal(engagement: Engagement, practice: Practice, name: str) -> str:
    """An address of the portal; empty while the client is not invited to it."""
    if engagement.client.membership_id is None:
        return ""
    return absolute(reverse(name, args=[practice.slug]))
