"""One mail with every date of a cohort; the mail about each place carries its invitation."""

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
from scheduling.models import CohortMember, Seat
from scheduling.policies.series import MOST
from scheduling.queries.facts import coach_names, led_by

_LEADING = ("session__coach", "session__second_coach")
_PEOPLE = ("cohort__series__coach__user", "client__membership__user")


def prepare_cohort_joined(message: ClaimedMessage) -> Delivery | None:
    """The dates of whoever is still on the roster; nothing once none of them is ahead."""
    rows = CohortMember.objects.current().select_related(*_PEOPLE)
    member = rows.filter(pk=message.subject_id).first()
    if member is None:
        return None
    seats = _coming(member)
    if not seats:
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    client, coach = member.client, member.cohort.series.coach
    reader = _reader(member, practice)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        names, varies = led_by((coach_names(each.session) for each in seats), coach.name)
        reason = _("Sent because you take part in group sessions at %(practice)s.")
        context = {
            "hello": client.first_name,
            "other": names,
            "coach_first_name": coach.name.split()[0],
            "title": client.session_title,
            "dates": [_line(each, names=varies) for each in seats],
            "first": seats[0].session.starts_at,
            "count": len(seats),
            "zone_city": city(reader.time_zone),
            "page_url": _page(member, practice),
        }
    mail = render_mail(
        name="scheduling/cohort_joined",
        context=context,
        reader=reader,
        sender=sender_of(practice, reply_to=reply_address(coach)),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)


def _line(seat: Seat, *, names: bool) -> tuple[datetime, bool, str]:
    """When, whether they only wait, and who leads it where the dates differ in that."""
    is_waiting = seat.state == Seat.State.WAITING
    return seat.session.starts_at, is_waiting, coach_names(seat.session) if names else ""


def _coming(member: CohortMember) -> list[Seat]:
    rows = Seat.objects.filter(
        client_id=member.client_id,
        session__series_id=member.cohort.series_id,
        session__ends_at__gt=timezone.now(),
    ).exclude(state=Seat.State.CANCELLED)
    return list(rows.select_related(*_LEADING).order_by("session__starts_at", "pk")[:MOST])


def _reader(member: CohortMember, practice: Practice) -> Reader:
    client = member.client
    if client.membership is None:
        return Reader(client.email, practice.language, client.time_zone)
    known = reader_of(client.membership.user)
    return Reader(known.address, known.language, client.time_zone)


def _page(member: CohortMember, practice: Practice) -> str:
    if member.client.membership_id is None:
        return ""
    return absolute(reverse("portal:cohort", args=[practice.slug, member.cohort_id]))
