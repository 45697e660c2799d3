"""What the mails about finding a time for three say: when, how long, until when to answer."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coachops.mail.message import Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Practice, SignedLink
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.models import Poll, PollOption, PollVoter
from scheduling.purposes import POLL_LINK
from scheduling.queries.polls import coach_names_of

LINKS_KEPT: Final = 12
MINUTE: Final = timedelta(minutes=1)
_PEOPLE: Final = (
    "poll__engagement__client",
    "poll__coach__user",
    "poll__offering__second_coach",
    "client__membership__user",
    "sponsor_contact__membership__user",
)


def prepare_poll_asked(message: ClaimedMessage) -> Delivery | None:
    """Which of these times suit? Not once it is settled, answered, or was asked anew since."""
    voter = PollVoter.objects.select_related(*_PEOPLE).filter(pk=message.subject_id).first()
    if voter is None or not _still_asked(voter, message):
        return None
    poll, practice = voter.poll, Practice.objects.get(pk=current_practice_id())
    options = list(PollOption.objects.filter(poll=poll).order_by("starts_at", "pk"))
    reader = _reader(voter, practice)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        client, coach = poll.engagement.client, poll.coach
        is_client = voter.part == PollVoter.Part.CLIENT
        reason = _("Sent because you are asked to a meeting at %(practice)s.")
        context = {
            "hello": client.first_name if is_client else voter.name.split()[0],
            "coach": coach_names_of(poll),
            "client": client.name,
            "is_client": is_client,
            "again": message.payload["again"],
            "times": [_in_words(option.starts_at) for option in options],
            "minutes": (options[0].ends_at - options[0].starts_at) // MINUTE,
            "zone_city": city(reader.time_zone),
            "closes_at": poll.closes_at,
            "url": _signed(voter, options, reader.address),
        }
    mail = render_mail(
        name="scheduling/poll_asked",
        context=context,
        reader=reader,
        sender=sender_of(practice, reply_to=reply_address(coach)),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)


def prepare_poll_coach(message: ClaimedMessage) -> Delivery | None:
    """No time suits everybody, or somebody never answered: the coach decides what now."""
    people = ("coach__user", "engagement__client")
    poll = Poll.objects.select_related(*people).filter(pk=message.subject_id).first()
    if poll is None or poll.state == Poll.State.BOOKED or poll.coach.ended_at is not None:
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    reader = reader_of(poll.coach.user)
    with translation.override(reader.language):
        reason = _("Sent because you proposed times at %(practice)s.")
    silent = PollVoter.objects.filter(poll=poll, answered_at=None).order_by("name")
    mail = render_mail(
        name="scheduling/poll_coach",
        context={
            "hello": poll.coach.name.split()[0],
            "client": poll.engagement.client.name,
            "is_over": poll.state == Poll.State.CLOSED,
            "silent": ", ".join(silent.values_list("name", flat=True)),
            "url": absolute(reverse("coach:poll", args=[practice.slug, poll.pk])),
        },
        reader=reader,
        sender=sender_of(practice),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)


def _still_asked(voter: PollVoter, message: ClaimedMessage) -> bool:
    poll = voter.poll
    if poll.state != Poll.State.OPEN or poll.closes_at <= timezone.now():
        return False
    if poll.closes_at != datetime.fromisoformat(message.payload["closes_at"]):
        return False
    if message.payload["again"] and voter.answered_at is not None:
        return False
    contact = voter.sponsor_contact
    if contact is None:
        return True
    return contact.access_ended_at is None and poll.engagement.disclosure_level is not None


def _reader(voter: PollVoter, practice: Practice) -> Reader:
    person = voter.client or voter.sponsor_contact
    member = person.membership if person else None
    if member is None:
        return Reader(voter.email, practice.language, voter.time_zone)
    return replace(reader_of(member.user), time_zone=voter.time_zone)


def _in_words(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F, H:i")


def _signed(voter: PollVoter, options: list[PollOption], recipient: str) -> str:
    """Good until the last of the times, so that it also says what became of the question."""
    now = timezone.now()
    address = create_link(
        purpose=POLL_LINK,
        subject_id=voter.pk,
        now=now,
        valid_for=max(option.ends_at for option in options) - now,
        recipient=recipient,
    )
    links = SignedLink.objects.filter(subject_id=voter.pk, purpose=POLL_LINK)
    kept = links.order_by("-created_at", "-pk").values("pk")[:LINKS_KEPT]
    links.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return address
