"""Ask clients to book what their program says is due, remind them a few times, then let it be."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Practice
from coachops.tenancy.scope import current_practice_id
from scheduling.models import SchedulingRequest
from scheduling.policies.asking import AT_LEAST, at_daytime, next_nudge
from scheduling.queries.asking import (
    BOOK_PLEASE,
    MOST_AT_ONCE,
    DueSession,
    heard_at,
    is_booked,
    is_still_wanted,
    sessions_to_ask_about,
    silent_but_booked,
)


class NoLongerWanted(Exception):
    """It is booked by now, or the engagement rests or has ended."""


class HeardOfIt(Exception):
    """The client was written to about it within the last day, or is about to be."""


@transaction.atomic
def ask_who_is_due(*, now: datetime) -> int:
    """One request a planned session, however often this runs; how many were asked.

    Asked once more where what was booked was cancelled, or asking had stopped and is on again.
    """
    practice = Practice.objects.get(pk=current_practice_id())
    due = sessions_to_ask_about(timezone.localdate(now, practice.zone))
    return sum(_ask(each, now) for each in due)


@transaction.atomic
def nudge_who_waits(*, now: datetime) -> int:
    """Remind those whose turn it is, and close what is settled; how many were reminded."""
    silent_but_booked().update(state=SchedulingRequest.State.BOOKED)
    rows = SchedulingRequest.objects.select_for_update(of=("self",), skip_locked=True)
    due = rows.select_related("engagement", "client", "planned_session").filter(
        state=SchedulingRequest.State.OPEN, next_nudge_at__lte=now
    )
    reminded = 0
    for request in due.order_by("next_nudge_at", "pk")[:MOST_AT_ONCE]:
        if is_still_wanted(request):
            _nudge(request, now)
            reminded += 1
        else:
            _settle(request, now)
    return reminded


@transaction.atomic
def nudge_now(*, request: SchedulingRequest, now: datetime) -> SchedulingRequest:
    """Remind a client out of turn, because the coach's side says so.

    Raises NoLongerWanted, and HeardOfIt within a day of the last mail.
    """
    rows = SchedulingRequest.objects.select_for_update(of=("self",))
    request = rows.select_related("engagement", "client", "planned_session").get(pk=request.pk)
    if not is_still_wanted(request):
        raise NoLongerWanted
    heard = heard_at(request)
    if heard is not None and now < heard + AT_LEAST:
        raise HeardOfIt
    _nudge(request, now)
    return request


def _ask(due: DueSession, now: datetime) -> int:
    zone = ZoneInfo(due.time_zone)
    asks_at = at_daytime(now, zone)
    later = next_nudge(asks_at, due.due_on, nudges=0, zone=zone)
    request, is_new = SchedulingRequest.objects.select_for_update().get_or_create(
        planned_session_id=due.planned_id,
        defaults={
            "engagement_id": due.engagement_id,
            "client_id": due.client_id,
            "asked_at": asks_at,
            "next_nudge_at": later,
        },
    )
    if is_new:
        _mail(request, asks_at)
    elif request.state == SchedulingRequest.State.OPEN:
        return 0
    else:
        _ask_once_more(request, due, now)
    record(event="booking.asked_for", subject=request, now=now)
    return 1


def _ask_once_more(request: SchedulingRequest, due: DueSession, now: datetime) -> None:
    """It counts as a reminder, so that nobody hears of one session for ever."""
    zone, heard = ZoneInfo(due.time_zone), heard_at(request)
    asks_at = at_daytime(max(now, heard + AT_LEAST) if heard else now, zone)
    request.state = SchedulingRequest.State.OPEN
    request.nudges += 1
    request.next_nudge_at = next_nudge(asks_at, due.due_on, nudges=request.nudges, zone=zone)
    request.save(update_fields=["state", "nudges", "next_nudge_at"])
    _mail(request, asks_at)


def _nudge(request: SchedulingRequest, now: datetime) -> None:
    zone = request.client.zone
    due_at = at_daytime(now, zone)
    request.nudges += 1
    request.next_nudge_at = next_nudge(
        due_at, request.planned_session.due_on, nudges=request.nudges, zone=zone
    )
    request.save(update_fields=["nudges", "next_nudge_at"])
    _mail(request, due_at)
    record(event="booking.nudged", subject=request, now=now, facts={"nudges": request.nudges})


def _settle(request: SchedulingRequest, now: datetime) -> None:
    """Booked, or over. While an engagement rests, so does the request: it is looked at again."""
    if is_booked(request):
        request.state, request.next_nudge_at = SchedulingRequest.State.BOOKED, None
    elif request.engagement.state == request.engagement.State.PAUSED:
        request.next_nudge_at = next_nudge(
            now, request.planned_session.due_on, nudges=request.nudges, zone=request.client.zone
        )
    else:
        request.state, request.next_nudge_at = SchedulingRequest.State.DROPPED, None
    request.save(update_fields=["state", "next_nudge_at"])


def _mail(request: SchedulingRequest, due_at: datetime) -> None:
    enqueue(
        kind=BOOK_PLEASE,
        key=f"book-please:{request.pk}:{request.nudges}",
        due_at=due_at,
        subject_id=request.pk,
        payload={"nudges": request.nudges},
    )
