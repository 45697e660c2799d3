"""A session's facts in words, the same on pages and in mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.models import Offering, Session
from scheduling.policies import Refusal, awaits_coach
from scheduling.policies.together import first_name_of

PLACE_ICONS: dict[str, str] = {
    Offering.Place.VIDEO: "video",
    Offering.Place.PHONE: "phone",
    Offering.Place.ADDRESS: "map-pin",
}


def refusal_in_words(reason: Refusal, *, coach: str) -> str:
    """Why something cannot be done, and what to do now."""
    words = {
        Refusal.NO_ENGAGEMENT: _(
            "There is no running engagement with %(coach)s yet. Write to %(coach)s to start one."
        ),
        Refusal.NONE_LEFT: _(
            "All your sessions are booked or used. Ask %(coach)s if you would like more."
        ),
        Refusal.ARCHIVED: _("This can no longer be booked. Ask %(coach)s what else there is."),
        Refusal.ALREADY_BOOKED: _(
            "There is a booking already. Move or cancel it with the links in the mail about it."
        ),
        Refusal.NOT_FOR_YOU: _("This is for clients only. Sign in to book it."),
        Refusal.CANCELLED: _("This session was cancelled. There is nothing left to change."),
        Refusal.STARTED: _("This session has begun, so its time can no longer be changed."),
        Refusal.TOO_LATE: _(
            "It is too late to move this session by yourself. Write to %(coach)s, or cancel it."
        ),
        Refusal.COACH_LEFT: _(
            "%(coach)s no longer works here, so this session cannot be moved. The practice can hand"
            " it over to another coach; cancelling it costs nothing."
        ),
        Refusal.NOT_OVER: _("This session has not begun yet."),
        Refusal.NO_REASON: _("A waiver needs a reason. Choose one from the list."),
    }
    return (words | _refusals_of_days_and_requests())[reason] % {"coach": coach}


def _refusals_of_days_and_requests() -> dict[Refusal, str]:
    return {
        Refusal.LINK_USED: _(
            "This link has been used, or is no longer good. Ask %(coach)s for a new one."
        ),
        Refusal.NOT_YET_OPEN: _(
            "Your program plans this session for later. Choose a later day, or ask %(coach)s."
        ),
        Refusal.AGREEMENT_ENDS: _(
            "Your agreement does not cover that day. Choose an earlier one, or ask %(coach)s to"
            " extend it."
        ),
        Refusal.NOT_SIGNED: _(
            "Your coaching agreement is not signed by everybody yet. Once it is, you can book. You"
            " find it under Agreements."
        ),
        Refusal.NOT_ANSWERED: _(
            "%(coach)s has not answered yet. Cancel the request to choose another time."
        ),
        Refusal.ALREADY_ANSWERED: _("This request is settled. There is nothing left to answer."),
    }


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


def is_without_coach(session: Session) -> bool:
    """Whether its coach has left, and the practice has yet to say who takes it. Needs the coach."""
    return awaits_coach(
        starts_at=session.starts_at,
        coach_left_at=session.coach.ended_at,
        is_settled=session.is_cancelled or bool(session.outcome),
    )


def way_in(session: Session) -> str:
    """The address of its call; none into the room of a coach who has left. Needs the coach."""
    if is_without_coach(session):
        return ""
    return join_url(session.place, session.place_details)


def where_in_words(session: Session) -> str:
    """Its place, as far as it is known. Needs the coach."""
    if is_without_coach(session):
        return _("Not settled yet")
    return place_in_words(session.place, session.place_details)


def finding_coach() -> str:
    """Stands where the name of its coach would, in a list."""
    return _("your practice is finding out who takes it")


def leaders_in_words(session: Session) -> str:
    """Who leads it, for whoever booked it. Needs both coaches."""
    return finding_coach() if is_without_coach(session) else coach_names(session)


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
    client = session.client
    if client is not None:
        return str(client.name)
    return session.guest_name or group_name(session)


def booker_first_name(session: Session) -> str:
    client = session.client
    if client is not None:
        return str(client.first_name)
    if session.capacity > 1:
        return group_name(session)
    return (session.guest_name or session.guest_email).split()[0]


def group_name(session: Session) -> str:
    """What a session of several people is called: its topic, or else what is booked."""
    return session.topic or str(session.offering.name)


def coach_names(session: Session) -> str:
    """`Maya Lindqvist`, or of two who lead it together `Maya Lindqvist and Ines Duarte`."""
    second = session.second_coach.name if session.second_coach_id is not None else ""
    return both(session.coach.name, second)


def coach_first_names(session: Session) -> str:
    """`Maya`, or `Maya and Ines`."""
    second = session.second_coach.name if session.second_coach_id is not None else ""
    return both(first_name_of(session.coach.name), first_name_of(second))


def both(name: str, second: str) -> str:
    """Two names as one, in the active language; the second may be empty."""
    return _("%(one)s and %(other)s") % {"one": name, "other": second} if second else name


def led_by(names: Iterable[str], otherwise: str) -> tuple[str, bool]:
    """Who leads several dates, of which each has its names: those if all have the same, else
    `otherwise`; and whether they differ."""
    found = list(dict.fromkeys(names))
    return (found[0], False) if len(found) == 1 else (otherwise, bool(found))


def booker_email(session: Session) -> str:
    """Where they sign in now, if they do: it may have changed since the coach wrote it down."""
    client = session.client
    if client is None:
        return session.guest_email
    return str(client.membership.user.email if client.membership else client.email)


def neutral_title(session: Session) -> str:
    """What calendars and subjects call it: the client's own choice of words."""
    client = session.client
    return session.offering.name if client is None else str(client.session_title)


def clocks_differ(session: Session) -> bool:
    """Whether the two people's clocks show different times at the start."""
    start = session.starts_at
    zones = (ZoneInfo(session.booker_time_zone), ZoneInfo(session.coach_time_zone))
    return start.astimezone(zones[0]).utcoffset() != start.astimezone(zones[1]).utcoffset()


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """What stands beside the month: how long, where, and until when a change is free."""

    duration: int
    place: str
    place_icon: str
    rule: str
    description: str
    second_name: str = ""
    second_id: UUID | None = None


def facts_of_offering(offering: Offering, *, duration: int | None = None) -> OfferingFacts:
    """The offering as the person who books reads it, before any time is chosen.

    `duration` in minutes where another of its lengths is looked at.
    """
    has_link = offering.video != Offering.Video.FIXED or join_url(
        offering.place, offering.place_details
    )
    return OfferingFacts(
        duration=duration or offering.duration,
        place=_("Video call, the link comes by e-mail")
        if offering.place == Offering.Place.VIDEO and has_link
        else place_in_words(offering.place, offering.place_details),
        place_icon=PLACE_ICONS[offering.place],
        rule=change_rule_in_words(
            offering.change_notice,
            forfeits=offering.late_cancellation_forfeits
            and offering.kind == Offering.Kind.INDIVIDUAL,
        ),
        description=offering.description,
        second_name=offering.second_coach.name if offering.second_coach else "",
        second_id=offering.second_coach_id,
    )
