"""What the mails about records say: that something is asked or done, and where to go."""

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from coachops.mail.message import render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Membership, Practice
from coachops.practices.queries.members import owners_address
from coachops.practices.roles import Audience
from coachops.retention.models import BreakGlass, SecondPerson
from coachops.retention.policies import Notice
from coachops.tenancy.scope import current_practice_id

# Title, text, button, page: gaps for the practice's name, and who did what.
_WORDS: dict[Notice, tuple[Promise, Promise, Promise, str]] = {
    Notice.REQUEST_OPENED: (
        _("A client asks about their data"),
        _("It has to be answered within a month. The page shows by when, and what is still open."),
        _("Open the request"),
        "coach:access_requests",
    ),
    Notice.NOTES_ASKED: (
        _("Please look through your private notes"),
        _(
            "A client has asked for a copy of everything kept about them. Your private notes are"
            " yours to read and nobody else’s: choose what you release, with names of others taken"
            " out, or withhold them for a reason."
        ),
        _("Look through them"),
        "coach:access_requests",
    ),
    Notice.REQUEST_ANSWERED: (
        _("Your request about your data is answered"),
        _("You find the answer in the portal, under “Your data”."),
        _("Open “Your data”"),
        "portal:your_data",
    ),
    Notice.REQUEST_REFUSED: (
        _("Your request about your data"),
        _("%(practice)s could not do what you asked. The reason is in the portal."),
        _("Open “Your data”"),
        "portal:your_data",
    ),
    Notice.CONSENT_ASKED: (
        _("May %(practice)s open your shared records?"),
        _(
            "Your coach is no longer there. Somebody at %(practice)s asks to read what you and your"
            " coach shared with each other, for a few hours. Private notes and your own private"
            " reflections stay closed. The page says who asks and why; without your yes nothing"
            " opens."
        ),
        _("Read why, and decide"),
        "portal:your_data",
    ),
    Notice.SECOND_ASKED: (
        _("Your consent is asked for"),
        _(
            "Somebody at %(practice)s asks to open shared records of a coach who is gone. You are"
            " the independent person named for this. The page says who asks and why."
        ),
        _("Read why, and decide"),
        "coach:second_consent",
    ),
    Notice.OPENED_CLIENT: (
        _("Shared records about you were opened"),
        _(
            "Your coach is no longer there, and %(practice)s opened what you and your coach had"
            " shared. “Who looked” in the portal shows each look, and “Your data” why it was opened"
            " and how to end it."
        ),
        _("Open “Your data”"),
        "portal:your_data",
    ),
    Notice.OPENED_COACH: (
        _("Shared records of a client you coached were opened"),
        _(
            "%(practice)s opened what you and a client of yours had shared. Your private notes stay"
            " sealed to you."
        ),
        _("Open %(practice)s"),
        "coach:today",
    ),
    Notice.SECOND_NAMED: (
        _("Who may consent in a client’s place"),
        _(
            "%(by)s named %(named)s as the independent second person at %(practice)s. Two weeks"
            " from then on they may let shared records of a coach who is gone be opened, where the"
            " client cannot be asked or has not answered. If you do not know why it is them, ask."
        ),
        _("Open %(practice)s"),
        "coach:today",
    ),
    Notice.SECOND_ENDED: (
        _("Nobody consents in a client’s place any more"),
        _(
            "%(by)s ended it: %(named)s is no longer the independent second person at %(practice)s,"
            " and nobody is."
        ),
        _("Open %(practice)s"),
        "coach:today",
    ),
    Notice.NOTICE_DELAYED: (
        _("Shared records are to be opened, and the notice waits"),
        _(
            "%(by)s asks to open shared records of a coach who is gone. The client and that coach"
            " hear of it later: %(why)s. Each look stands in “Who looked” at once."
        ),
        _("Open “Who looked”"),
        "coach:access_ledger",
    ),
}


def prepare_notice(message: ClaimedMessage) -> Delivery | None:
    """Not to somebody who has left, but for the coach whose client's records were opened."""
    notice = Notice(message.payload["notice"])
    practice = Practice.objects.get(pk=current_practice_id())
    if notice == Notice.CONSENT_ASKED and not _is_still_asked(message):
        return None
    reader = Membership.objects.select_related("user").filter(pk=message.payload["reader"]).first()
    if reader is None or (reader.ended_at is not None and notice != Notice.OPENED_COACH):
        return None
    page = _WORDS[notice][3]
    url = absolute(reverse(page, args=[practice.slug]))
    return _delivery(message, notice, practice, reader, url)


def _names(message: ClaimedMessage, notice: Notice, practice: Practice) -> dict[str, str]:
    """What stands in the gaps; never whose records they are."""
    names = {"practice": practice.name}
    if by := message.payload.get("by"):
        names["by"] = Membership.objects.get(pk=by).name
    if notice in {Notice.SECOND_NAMED, Notice.SECOND_ENDED}:
        people = SecondPerson.objects.select_related("member")
        names["named"] = people.get(pk=message.subject_id).member.name
    if notice == Notice.NOTICE_DELAYED:
        asked = BreakGlass.objects.get(pk=message.subject_id)
        names["why"] = asked.get_delay_reason_display().lower()
    return names


def _is_still_asked(message: ClaimedMessage) -> bool:
    asked = BreakGlass.objects.filter(pk=message.subject_id, ended_at=None)
    return bool(asked.exists())


def _delivery(
    message: ClaimedMessage, notice: Notice, practice: Practice, to: Membership, url: str
) -> Delivery:
    title, text, action, _page = _WORDS[notice]
    reader = reader_of(to.user)
    answers_to = owners_address() if to.audience == Audience.CLIENT else ""
    with translation.override(reader.language):
        names = _names(message, notice, practice)
        context: dict[str, Any] = {
            "title": str(title) % names,
            "text": str(text) % names,
            "action": str(action) % names,
            "url": url,
            "practice": practice,
        }
        reason = _t("Sent because it concerns records kept at %(practice)s.") % names
        mail = render_mail(
            name="retention/notice",
            context=context,
            reader=reader,
            sender=sender_of(practice, reply_to=answers_to),
            reason=reason,
        )
    return partial(send_mail, mail, message_id=message.id)
