"""A session's facts in words, the same on pages and in mail."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.models import Offering, Session


def join_url(place: str, details: str) -> str:
    """The address of the video call, if the place is one."""
    is_link = details.startswith(("https://", "http://"))
    return details if place == Offering.Place.VIDEO and is_link else ""


def place_in_words(place: str, details: str) -> str:
    """`Video call`, `Phone, +49 30 …`, or the address."""
    if place == Offering.Place.VIDEO:
        return _("Video call") if not details or join_url(place, details) else details
    if place == Offering.Place.PHONE:
        return _("Phone, %(number)s") % {"number": details} if details else _("By phone")
    return details or _("In person")


def minutes_in_words(minutes: int) -> str:
    """`2 days`, `24 hours`, `90 minutes`: the largest unit that comes out even."""
    if minutes and minutes % 1440 == 0 and minutes > 1440:
        return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    if minutes and minutes % 60 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def change_rule_in_words(change_notice: int, *, forfeits: bool) -> str:
    """The policy as one sentence, shown before a booking and before a change."""
    if not change_notice:
        return _("Move or cancel freely until it starts.")
    free = minutes_in_words(change_notice)
    if forfeits:
        return _("Move or cancel freely up to %(time)s before. After that it counts as used.") % {
            "time": free
        }
    return _("Move or cancel freely up to %(time)s before.") % {"time": free}


def booker_name(session: Session) -> str:
    return session.guest_name if session.client is None else session.client.name


def booker_first_name(session: Session) -> str:
    if session.client is not None:
        return session.client.first_name
    return (session.guest_name or session.guest_email).split()[0]


def booker_email(session: Session) -> str:
    return session.guest_email if session.client is None else session.client.email


def neutral_title(session: Session) -> str:
    """What calendars and subjects call it: the client's own choice of words."""
    return session.offering.name if session.client is None else session.client.session_title


def clocks_differ(session: Session) -> bool:
    """Whether the two people's clocks show different times at the start."""
    start = session.starts_at
    zones = (ZoneInfo(session.booker_time_zone), ZoneInfo(session.coach_time_zone))
    return start.astimezone(zones[0]).utcoffset() != start.astimezone(zones[1]).utcoffset()
