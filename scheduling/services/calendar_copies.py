"""A coach's sessions in the coach's own calendar, as rows of the outbox.

Each change of a session asks for its copy at once; each reading of the calendar asks for what is
missing all the same, so that a lost one comes back. A calendar that refuses is tried again with one
session a day, until it takes one or the coach chooses anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from coachops.outbox.queue import enqueue
from coachops.outbox.registry import ClaimedMessage, Delivery, NotDelivered, Undeliverable
from coachops.tenancy.scope import current_practice_id, scope, system_scope
from scheduling.calendars import dav
from scheduling.calendars.problems import Problem, Unreadable
from scheduling.calendars.writing import Entry, write_copy
from scheduling.models import BusySource, CalendarCopy, Session
from scheduling.queries import facts
from scheduling.queries.together import booker_for_second
from scheduling.services.busy_sources import guard
from scheduling.services.source_secrets import secrets_of

COPY: Final = "scheduling.write_copy"
MOST: Final = 200
AHEAD: Final = timedelta(days=400)
_NEVER: Final = -1
_HOPELESS: Final = frozenset({Problem.NOT_ALLOWED, Problem.PRIVATE_ADDRESS, Problem.NOT_HTTPS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One session and one calendar, taken along out of the transaction."""

    practice_id: UUID
    source_id: UUID
    session_id: UUID
    account: dav.Account
    calendar: str
    entry: Entry
    known: dav.Written | None


def plan_copies(*, session: Session, now: datetime) -> None:
    """Have every calendar that its coaches' sessions are written into follow this session."""
    copies = CalendarCopy.objects.filter(session=session).values("source")
    sources = (
        BusySource.objects.filter(writes_back=True)
        .exclude(writing_problem__in=_HOPELESS)
        .filter(Q(coach_id__in=_leading(session)) | Q(pk__in=copies))
    )
    for source_id in sources.values_list("pk", flat=True):
        _ask(source_id, session.pk, f"{session.calendar_sequence}", now)


def plan_missing_copies(*, source: BusySource, now: datetime) -> None:
    """What is not in the calendar as it is in the book; asked for again each hour.

    Where writing fails, one session shows whether it would go again.
    """
    written = CalendarCopy.objects.filter(source=source, session=OuterRef("pk"))
    is_theirs = Q(coach_id=source.coach_id) | Q(
        second_coach_id__isnull=False, second_coach_id=source.coach_id
    )
    sessions = (
        Session.objects.filter(ends_at__gt=now, starts_at__lt=now + AHEAD)
        .annotate(written=Coalesce(Subquery(written.values("sequence")[:1]), _NEVER))
        .filter(
            (is_theirs & Q(state=Session.State.BOOKED, calendar_sequence__gt=F("written")))
            | (Q(written__gt=_NEVER) & (~is_theirs | Q(state=Session.State.CANCELLED)))
        )
        .order_by("starts_at")
    )
    if source.writing_problem:
        _try_one(source, sessions.values_list("pk", flat=True).first(), now)
        return
    for session_id, sequence in sessions.values_list("pk", "calendar_sequence")[:MOST]:
        _ask(source.pk, session_id, f"{sequence}:{now:%Y%m%d%H}", now)


def _ask(source_id: UUID, session_id: UUID, revision: str, now: datetime) -> None:
    enqueue(
        kind=COPY,
        key=f"copy:{source_id}:{session_id}:{revision}",
        due_at=now,
        subject_id=session_id,
        payload={"source": str(source_id)},
    )


def _try_one(source: BusySource, session_id: UUID | None, now: datetime) -> None:
    """Once a day where the calendar refused, once an hour where something else went wrong."""
    if session_id is None:
        return
    often = f"{now:%Y%m%d}" if source.writing_problem in _HOPELESS else f"{now:%Y%m%d%H}"
    enqueue(
        kind=COPY,
        key=f"copy:{source.pk}:try:{often}",
        due_at=now,
        subject_id=session_id,
        payload={"source": str(source.pk), "tries": True},
    )


def prepare_copy(message: ClaimedMessage) -> Delivery | None:
    """The session as it is now; None when the calendar has it so, or is no longer written into."""
    source = (
        BusySource.objects.select_related("coach__user")
        .filter(pk=message.payload["source"], writes_back=True)
        .first()
    )
    session = (
        Session.objects.select_related("offering", "client").filter(pk=message.subject_id).first()
    )
    if source is None or session is None or session.state == Session.State.REQUESTED:
        return None
    if source.writing_problem in _HOPELESS and not message.payload.get("tries"):
        return None
    copy = CalendarCopy.objects.filter(source=source, session=session).first()
    is_theirs = source.coach_id in _leading(session) and not session.is_cancelled
    if copy is None and (not is_theirs or session.ends_at <= timezone.now()):
        return None
    if copy is not None and is_theirs and copy.sequence >= session.calendar_sequence:
        return None
    secrets = secrets_of(source)
    with translation.override(source.coach.user.language):
        entry = entry_of(session, source.coach_id)
    writing = Writing(
        practice_id=current_practice_id(),
        source_id=source.pk,
        session_id=session.pk,
        account=dav.Account(address=secrets.address, user=secrets.user, password=secrets.password),
        calendar=secrets.written_into,
        entry=entry,
        known=dav.Written(href=copy.href, etag=copy.etag) if copy else None,
    )
    return partial(_write if is_theirs else _remove, writing)


def _leading(session: Session) -> set[UUID]:
    """The memberships of its one or two coaches."""
    return {each for each in (session.coach_id, session.second_coach_id) if each is not None}


def entry_of(session: Session, coach_id: UUID) -> Entry:
    """What this coach of it reads in their own calendar, in the active language."""
    is_second = coach_id == session.second_coach_id
    who = booker_for_second(session) if is_second else facts.booker_name(session)
    what = facts.neutral_title(session) if who else session.topic or session.offering.name
    joins = facts.join_url(session.place, session.place_details)
    return Entry(
        uid=session.calendar_uid,
        sequence=session.calendar_sequence,
        stamped_at=session.revised_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=f"{who} · {what}" if who else what,
        place=joins or facts.place_in_words(session.place, session.place_details),
        is_cancelled=session.is_cancelled,
    )


def _write(writing: Writing) -> None:
    content = write_copy(writing.entry)
    try:
        written = dav.write_event(
            writing.account, writing.calendar, writing.entry.uid, content, writing.known, guard()
        )
    except Unreadable as error:
        raise _failure(writing, error.problem) from error
    with scope(system_scope(writing.practice_id)), transaction.atomic():
        if not BusySource.objects.filter(pk=writing.source_id).exists():
            return
        _note(writing, "")
        CalendarCopy.objects.update_or_create(
            source_id=writing.source_id,
            session_id=writing.session_id,
            defaults={
                "href": written.href[:500],
                "etag": written.etag[:200],
                "sequence": writing.entry.sequence,
                "written_at": timezone.now(),
            },
        )


def _remove(writing: Writing) -> None:
    if writing.known is not None:
        try:
            dav.remove_event(writing.account, writing.known, guard())
        except Unreadable as error:
            raise _failure(writing, error.problem) from error
    with scope(system_scope(writing.practice_id)), transaction.atomic():
        _note(writing, "")
        CalendarCopy.objects.filter(
            source_id=writing.source_id, session_id=writing.session_id
        ).delete()


def _failure(writing: Writing, problem: Problem) -> NotDelivered:
    """The coach reads of it. A wrong password will not become right by trying again."""
    with scope(system_scope(writing.practice_id)), transaction.atomic():
        _note(writing, problem.value)
    return (Undeliverable if problem in _HOPELESS else NotDelivered)(problem.value)


def _note(writing: Writing, problem: str) -> None:
    rows = BusySource.objects.filter(pk=writing.source_id).exclude(writing_problem=problem)
    rows.update(writing_problem=problem)
