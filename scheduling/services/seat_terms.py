"""What a place in a group session draws on: the person's account, or a session they missed."""

from dataclasses import dataclass
from datetime import datetime

from clients.models import Client, Engagement
from clients.queries.clients import archived_by_now
from programs.queries.ledger import is_forfeited
from scheduling.models import Seat, Session
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.queries.seats import missed_seat, participants_among, running_engagement
from scheduling.queries.standing import booking_terms


@dataclass(frozen=True, slots=True)
class Terms:
    """What a place draws on: a session of an engagement, or one that was missed before."""

    engagement: Engagement | None = None
    makes_up_for: Seat | None = None


def check_may_take_part(session: Session, client: Client, now: datetime) -> None:
    """Raises GroupRefused for somebody who is archived, another coach's client, or not in the team.

    Needs the session's lock: the client's row is asked again under it.
    """
    if session.coach.ended_at is not None or archived_by_now([client.pk]):
        raise GroupRefused(GroupRefusal.ARCHIVED, client.first_name)
    if not participants_among(session, [client.pk], now):
        raise GroupRefused(GroupRefusal.NOT_A_CLIENT, client.first_name)


def terms_of(session: Session, client: Client, seat: Seat | None, *, by_coach: bool) -> Terms:
    """What the place will draw on. Raises GroupRefused.

    Somebody who comes by themself makes up for what they missed, where the rule allows it; the
    coach's side invites people to sessions of their own. Whoever comes back to a place that was
    forfeited gets that session back; everything else is checked anew.
    """
    if seat is not None and _was_forfeited(session, seat):
        return Terms(engagement=seat.engagement)
    missed = None
    if not by_coach or (seat is not None and seat.makes_up_for_id is not None):
        missed = missed_seat(session.offering, client.pk, besides=session.pk)
    if missed is not None:
        return Terms(engagement=missed.engagement, makes_up_for=missed)
    return _terms_of_ledger(session, client, by_coach=by_coach)


def _terms_of_ledger(session: Session, client: Client, *, by_coach: bool) -> Terms:
    """A place uses one session of the engagement up, or nothing. Raises GroupRefused."""
    if not session.draws_on_ledger:
        return Terms()
    engagement = running_engagement(client.pk, session.coach_id)
    if engagement is None:
        raise GroupRefused(GroupRefusal.NO_ENGAGEMENT, client.first_name)
    terms = booking_terms(engagement.pk)
    if not terms.left:
        raise GroupRefused(GroupRefusal.NONE_LEFT, client.first_name)
    if terms.awaits_signature and not by_coach:
        raise GroupRefused(GroupRefusal.NOT_SIGNED, client.first_name)
    return Terms(engagement=engagement)


def terms_of_guest(session: Session) -> Terms:
    """Somebody without an account has no session to use up. Raises GroupRefused."""
    if session.coach.ended_at is not None or session.offering.archived_at is not None:
        raise GroupRefused(GroupRefusal.ARCHIVED)
    if session.draws_on_ledger:
        raise GroupRefused(GroupRefusal.NOT_OPEN)
    return Terms()


def terms_or_none(session: Session, seat: Seat, now: datetime) -> Terms | None:
    """The same, or None where it cannot be had any more."""
    try:
        return terms_of_waiting(session, seat, now)
    except GroupRefused:
        return None


def terms_of_waiting(session: Session, seat: Seat, now: datetime) -> Terms:
    """As they were when the person asked, if they can still be had. Raises GroupRefused."""
    if seat.client is None:
        return terms_of_guest(session)
    check_may_take_part(session, seat.client, now)
    if _was_forfeited(session, seat):
        return Terms(engagement=seat.engagement)
    if seat.makes_up_for_id is None:
        return _terms_of_ledger(session, seat.client, by_coach=True)  # they were let in before
    missed = missed_seat(session.offering, seat.client.pk, besides=session.pk)
    if missed is None:
        raise GroupRefused(GroupRefusal.NO_MAKE_UP, seat.client.first_name)
    return Terms(engagement=missed.engagement, makes_up_for=missed)


def _was_forfeited(session: Session, seat: Seat) -> bool:
    """Whether the account still holds a forfeit for this place, to be given back on return."""
    return (
        seat.outcome == Session.Outcome.LATE_CANCEL
        and session.offering.late_cancellation_forfeits
        and seat.makes_up_for_id is None
        and seat.engagement is not None
        and seat.engagement.state == Engagement.State.ACTIVE
        and is_forfeited(seat.engagement.pk, session.pk)
    )
