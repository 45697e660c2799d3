"""One mail with every date of a series; each session's own mail carries its invitation."""

from functools import partial

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coachops.mail.message import Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.models import Series, Session
from scheduling.queries.series import RHYTHMS

MOST = 60


def prepare_series_booked(message: ClaimedMessage) -> Delivery | None:
    """All dates that still stand, on the reader's clock."""
    people = ("offering", "coach__user", "client__membership__user")
    series = Series.objects.select_related(*people).filter(pk=message.subject_id).first()
    if series is None:
        return None
    coming = Session.objects.kept().filter(series=series, ends_at__gt=timezone.now())
    sessions = list(coming.order_by("starts_at", "pk")[:MOST])
    to_coach = message.payload["reader"] == "coach"
    if not sessions or (to_coach and series.coach.ended_at is not None):
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    reader = _reader(series, sessions[0], practice, to_coach=to_coach)
    client, coach = series.client, series.coach
    with translation.override(reader.language), timezone.override(reader.time_zone):
        reason = _("Sent because you have meetings at %(practice)s.")
        context = {
            "to_coach": to_coach,
            "hello": coach.name.split()[0] if to_coach else client.first_name,
            "other": client.name if to_coach else coach.name,
            "title": client.session_title,
            "rhythm": RHYTHMS[series.rhythm],
            "starts": [session.starts_at for session in sessions],
            "count": len(sessions),
            "zone_city": city(reader.time_zone),
            "page_url": _page(series, practice, to_coach=to_coach),
        }
    mail = render_mail(
        name="scheduling/series_booked",
        context=context,
        reader=reader,
        sender=sender_of(practice, reply_to="" if to_coach else reply_address(coach)),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)


def _reader(series: Series, session: Session, practice: Practice, *, to_coach: bool) -> Reader:
    """On the clock that the series was booked by."""
    if to_coach:
        known = reader_of(series.coach.user)
        return Reader(known.address, known.language, series.time_zone)
    client = series.client
    if client.membership is None:
        return Reader(client.email, practice.language, session.booker_time_zone)
    known = reader_of(client.membership.user)
    return Reader(known.address, known.language, session.booker_time_zone)


def _page(series: Series, practice: Practice, *, to_coach: bool) -> str:
    if to_coach:
        return absolute(reverse("coach:series", args=[practice.slug, series.pk]))
    if series.client.membership_id is None:
        return ""
    return absolute(reverse("portal:series", args=[practice.slug, series.pk]))
