"""Tells a coach that one of their calendars is no longer read."""

from functools import partial

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from coachops.mail.message import render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Practice
from coachops.tenancy.scope import current_practice_id
from scheduling.models import BusySource
from scheduling.queries.busy_sources import problem_in_words


def prepare_calendar_stopped(message: ClaimedMessage) -> Delivery | None:
    """After two weeks of trying. Nothing if it was removed, is tried again, or the coach left."""
    source = (
        BusySource.objects.select_related("coach__user")
        .filter(pk=message.subject_id, state=BusySource.State.STOPPED)
        .first()
    )
    if source is None or source.coach.ended_at is not None:
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    reader = reader_of(source.coach.user)
    with translation.override(reader.language):
        context = {
            "hello": source.coach.name.split()[0],
            "name": source.name,
            "words": problem_in_words(source.problem),
            "last_read_at": source.last_read_at,
            "url": absolute(reverse("coach:calendars", args=[practice.slug])),
        }
        reason = _("Sent because this calendar keeps you busy at %(practice)s.")
    mail = render_mail(
        name="scheduling/calendar_stopped",
        context=context,
        reader=reader,
        sender=sender_of(practice),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)
