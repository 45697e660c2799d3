"""One mail with every date of a series; each session's own mail carries its invitation."""

from datetime import datetime
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
from scheduling.queries.facts import coach_names, led_by
from scheduling.queries.series import RHYTHMS

MOST = 60


def prepare_series_booked(message: ClaimedMessage) -> Delivery | None:
    """All dates that still stand, on the reader's clock."""
    people = ("offering", "coach__user", "client__membership__user")
    series = Series.objects.select_related(*people).filter(pk=message.subject_id).first()
    if series is None:
        return None
    coming = Session.objects.kept().filter(series=series, ends_at__gt=timezone.now())
    leading = coming.select_related("coach", "second_coach").order_by("starts_at", "pk")
    sessions = list(leading[:MOST])
    to_coach = message.payload["reader"] == "coach"
    if not sessions or (to_coach and series.coach.ended_at is not None):
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    reader = _reader(series, sessions[0], practice, to_coach=to_coach)
    client, coach = series.client, series.coach
    with translation.override(reader.language), timezone.override(reader.time_zone):
        names, dates = _dates(sessions, coach.name)
        reason = _("Sent because you have meetings at %(practice)s.")
        context = {
            "to_coach": to_coach,
            "hello": coach.name.split()[0] if to_coach else client.first_name,
            "other": client.name if to_coach else names,
            "led_by": names if to_coach and names != coach.name else "",
            "title": client.session_title,
            "rhythm": RHYTHMS[series.rhythm],
            "dates": dates,
            "first": sessions[0].starts_at,
            "count": len(sessions),
            "zone_city": city(reader.time_zone),
            "coach_first_name": coach.name.split()[0],
            **_pages(series, sessions, practice, to_coach=to_coach),
        }
    mail = render_mail(
        name="scheduling/series_booked",
        context=context,
        reader=reader,
        sender=sender_of(practice, reply_to="" if to_coach else reply_address(coach)),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)


def _dates(sessions: list[Session], coach: str) -> tuple[str, list[tuple[datetime, str]]]:
    """Who leads them, and when; with whoever leads each where that is not always the same."""
    names, varies = led_by((coach_names(each) for each in sessions), coach)
    return names, [(each.starts_at, coach_names(each) if varies else "") for each in sessions]


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


def _pages(
    series: Series, sessions: list[Session], practice: Practice, *, to_coach: bool
) -> dict[str, str]:
    asks = "" if to_coach else _asks(series, sessions, practice)
    return {"page_url": _page(series, practice, to_coach=to_coach), "asks_url": asks}


def _asks(series: Series, sessions: list[Session], practice: Practice) -> str:
    """Where the client answers for all of them at once what was left open."""
    asking = [session for session in sessions if session.asks_client]
    if not asking or series.client.membership_id is None:
        return ""
    return absolute(reverse("portal:session_answers", args=[practice.slug, asking[0].pk]))


def _page(series: Series, practice: Practice, *, to_coach: bool) -> str:
    if to_coach:
        return absolute(reverse("coach:series", args=[practice.slug, series.pk]))
    if series.client.membership_id is None:
        return ""
    return absolute(reverse("portal:series", args=[practice.slug, series.pk]))
