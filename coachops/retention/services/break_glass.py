"""Opening shared material of a coach who is gone. The database asks for the same consent again."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Client, CoachAssignment
from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from coachops.retention.models import BreakGlass, BreakGlassConsent
from coachops.retention.policies import CONSENT_VALID
from coachops.retention.services.notices import Notice, tell
from coachops.retention.services.second_person import (
    CanBeAsked,
    IsTheReader,
    SaidNo,
    check_cannot_be_asked,
    second_person_for,
    watchers,
)
from coachops.tenancy.turns import made_just_now, take_turn

# So long a notice may be held back at most, where the law asks for it.
LONGEST_DELAY = timedelta(days=30)


class StillCoached(Exception):
    """Somebody coaches the client: ask them."""


class NobodyWasThere(Exception):
    """Nobody has ever coached the client, so there is nothing to open."""


class NoPortal(Exception):
    """The client consents in the portal, and has no way into it."""


class AlreadyGiven(Exception):
    """Consent was given, or the request has ended."""


@transaction.atomic
def ask_to_open(
    *,
    client: Client,
    by: Membership,
    reason: str,
    hours: int,
    asks_second: bool,
    delay_reason: str,
    now: datetime,
) -> BreakGlass:
    """Writes down why, and asks for consent. Opens nothing.

    The coach and the client are told at once. Only a duty of the law delays that, and then only
    where the second person is asked, and the owners and coaches hear of it at once. Raises
    StillCoached, NobodyWasThere, IsTheReader, NoSecondPerson, CanBeAsked, SaidNo, NoPortal.
    """
    coach = _last_coach(client, now)
    _check_reader(client, coach, by)
    second = second_person_for(client=client, coach=coach, by=by, now=now) if asks_second else None
    is_delayed = bool(delay_reason) and second is not None
    asked_of = BreakGlass.Asked.SECOND if second else BreakGlass.Asked.CLIENT
    same = {"client": client, "reader": by, "reason": reason, "hours": hours, "asked_of": asked_of}
    if earlier := _asked_just_now(same, now):
        return earlier
    asked: BreakGlass = BreakGlass.objects.create(
        **same,
        coach=coach,
        asked_at=now,
        delay_reason=delay_reason if is_delayed else "",
        notice_at=now + LONGEST_DELAY if is_delayed else now,
    )
    facts: dict[str, Fact] = {"reader": str(by.pk), "hours": hours, "delay": asked.delay_reason}
    record(event="break_glass.asked", subject=client, now=now, facts=facts)
    if second is not None:
        tell(readers=[second.member], notice=Notice.SECOND_ASKED, subject_id=asked.pk, now=now)
    else:
        _ask_client(asked, now)
    if is_delayed:
        _tell_of_delay(asked, now)
    return asked


@transaction.atomic
def give_consent(
    *, asked: BreakGlass, giver: str, membership: Membership, now: datetime
) -> BreakGlassConsent:
    """From now on, for the hours that were asked for. Raises AlreadyGiven, StillCoached."""
    if asked.ended_at is not None or now > asked.asked_at + CONSENT_VALID:
        raise AlreadyGiven
    _last_coach(asked.client, now)
    if giver == BreakGlassConsent.Giver.SECOND:
        _check_still_silent(asked, now)
    try:
        with transaction.atomic():
            given: BreakGlassConsent = BreakGlassConsent.objects.create(
                request=asked, giver=giver, membership=membership, given_at=now
            )
    except IntegrityError:
        raise AlreadyGiven from None
    record(event="break_glass.opened", subject=asked.client, now=now, facts={"giver": giver})
    due_at = max(now, asked.notice_at)
    tell(
        readers=[asked.coach],
        notice=Notice.OPENED_COACH,
        subject_id=asked.pk,
        now=now,
        due_at=due_at,
    )
    client = asked.client.membership
    if client is not None and client.ended_at is None:
        tell(
            readers=[client],
            notice=Notice.OPENED_CLIENT,
            subject_id=asked.pk,
            now=now,
            due_at=due_at,
        )
    return given


@transaction.atomic
def end_opening(*, asked: BreakGlass, by_client: bool = False, now: datetime) -> None:
    """No more reading from this moment: by the reader, or by the client, whose no stands."""
    waiting = BreakGlass.objects.filter(pk=asked.pk, ended_at=None)
    if waiting.update(ended_at=now, is_refused=by_client):
        facts: dict[str, Fact] = {"by_client": by_client}
        record(event="break_glass.ended", subject=asked.client, now=now, facts=facts)


def _asked_just_now(same: dict[str, Any], now: datetime) -> BreakGlass | None:
    """What the first of two clicks asked."""
    take_turn(f"opening:{same['client'].pk}")
    standing = BreakGlass.objects.filter(**same, ended_at=None)
    return made_just_now(standing, now=now, at="asked_at").first()


def _last_coach(client: Client, now: datetime) -> Membership:
    """Who coached last. Raises StillCoached or NobodyWasThere."""
    today = timezone.localdate(now, timezone=client.practice.zone)
    rows = CoachAssignment.objects.select_related("coach__user").filter(client=client)
    current = rows.current(today)
    if any(row.coach.ended_at is None for row in current):
        raise StillCoached
    last = rows.order_by("-started_on", "-pk").first()
    if last is None:
        raise NobodyWasThere
    return last.coach  # type: ignore[no-any-return]


def _check_reader(client: Client, coach: Membership, by: Membership) -> None:
    is_client = by.user.email.lower() == client.email.lower() or (
        client.membership is not None and client.membership.user_id == by.user_id
    )
    if is_client or coach.user_id == by.user_id:
        raise IsTheReader


def _check_still_silent(asked: BreakGlass, now: datetime) -> None:
    """Raises AlreadyGiven where the client has found their voice meanwhile."""
    try:
        check_cannot_be_asked(asked.client, now)
    except (CanBeAsked, SaidNo):
        raise AlreadyGiven from None


def _tell_of_delay(asked: BreakGlass, now: datetime) -> None:
    """All but whom it is about: a client may work here too."""
    client = asked.client.membership
    about = client.user_id if client is not None else None
    readers = [each for each in watchers(but_not=asked.reader) if each.user_id != about]
    tell(
        readers=readers,
        notice=Notice.NOTICE_DELAYED,
        subject_id=asked.pk,
        now=now,
        by=asked.reader,
    )


def _ask_client(asked: BreakGlass, now: datetime) -> None:
    """In the portal, where they prove who they are: a mail can be forwarded."""
    membership = asked.client.membership
    if membership is None or membership.ended_at is not None:
        raise NoPortal
    tell(readers=[membership], notice=Notice.CONSENT_ASKED, subject_id=asked.pk, now=now)
