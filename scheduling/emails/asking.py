"""Asks a client to book; looked at again when it is sent, so nobody is asked for what is booked."""

from functools import partial

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from clients.queries.clients import has_portal
from coachops.mail.message import render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.tenancy.scope import current_practice_id
from scheduling.models import SchedulingRequest
from scheduling.queries.asking import is_still_wanted, offering_to_book

_PEOPLE = ("engagement__coach__user", "client__membership__user", "planned_session")


def prepare_book_please(message: ClaimedMessage) -> Delivery | None:
    """With a link to the times, in the month in which the window opens."""
    rows = SchedulingRequest.objects.select_related(*_PEOPLE)
    request = rows.filter(pk=message.subject_id).first()
    if request is None or not is_still_wanted(request):
        return None
    membership, coach = request.client.membership, request.engagement.coach
    offering = offering_to_book(coach.pk)
    if not has_portal(request.client) or offering is None:
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    reader = reader_of(membership.user)
    planned = request.planned_session
    first = max(planned.opens_on, timezone.localdate(timezone.now(), request.client.zone))
    query = urlencode({"offering": str(offering.pk), "month": f"{first:%Y-%m}"})
    path = reverse("portal:book", args=[practice.slug])
    with translation.override(reader.language), timezone.override(reader.time_zone):
        reason = _("Sent because you are coached at %(practice)s.")
    mail = render_mail(
        name="scheduling/book_please",
        context={
            "hello": request.client.first_name,
            "coach": coach.name,
            "coach_first_name": coach.name.split()[0],
            "again": bool(message.payload["nudges"]),
            "opens_on": planned.opens_on,
            "due_on": planned.due_on,
            "is_late": planned.due_on < first,
            "url": f"{absolute(path)}?{query}",
        },
        reader=reader,
        sender=sender_of(practice, reply_to=reply_address(coach)),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)
