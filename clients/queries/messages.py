"""Threads as pages show them: thirty messages at a time, the newest last."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString

from clients.models import (
    AnswerPromise,
    CoachingMessage,
    LogisticsMessage,
    MessageThread,
    TeamMember,
    ThreadReader,
)
from clients.policies import may_take_back
from clients.queries.safes import Safe
from coachops.documents.markdown import render_document
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential
from coachops.web.clips import sort_of_clip

MESSAGES_A_PAGE = 30
MOST_WAITING = 60
THREADS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message. `text` is Markdown as it was typed; what was deleted has none."""

    id: UUID
    author: str
    author_id: UUID
    is_own: bool
    is_from_client: bool
    sent_at: datetime
    text: str
    is_deleted: bool
    may_take_back: bool
    file_name: str = ""
    file_size: int = 0
    clip: str = ""
    """`audio` or `video` where the file can be played in the page."""

    @property
    def html(self) -> SafeString:
        return render_document(self.text)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page of a thread, oldest first; `older` is the id before which there are more.

    `opened_at`: when the other side opened it last; None if they have not since the newest of one's
    own messages. `waits_for_them`: the newest message is one's own side's; in a team, one's own.
    `opened_by`: how many of how many in a team have opened it since.
    """

    lines: tuple[MessageLine, ...]
    older: UUID | None
    opened_at: datetime | None
    waits_for_them: bool
    opened_by: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """How soon a coach answers; while they are away (until that day) nothing is promised."""

    working_days: int | None
    away_until: date | None


@dataclass(frozen=True, slots=True)
class ThreadCounts:
    """How many messages wait to be read, with coaches and about logistics."""

    coaching: int = 0
    logistics: int = 0


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A line of the inbox: states alone."""

    client_id: UUID
    client_name: str
    is_logistics: bool
    is_team: bool
    waits_since: datetime | None
    is_late: bool
    unread: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """Threads in which the client waits, the longest first, and the others, the latest first."""

    waiting: tuple[ThreadRow, ...]
    others: tuple[ThreadRow, ...]
    older: str


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a thread: what came before one of its messages; since one joined its team."""

    before: UUID | None = None
    since: datetime | None = None


def type_of(thread: MessageThread) -> type[CoachingMessage] | type[LogisticsMessage]:
    return LogisticsMessage if thread.coach_id is None else CoachingMessage


def confidential_where(thread: MessageThread) -> AbstractContextManager[None]:
    """Steps up for a thread with a coach; talk about logistics needs no other role."""
    return nullcontext() if thread.coach_id is None else confidential()


def conversation(
    thread: MessageThread,
    safe: Safe | None,
    reader: Membership,
    *,
    is_client: bool,
    now: datetime,
    span: Span | None = None,
) -> Conversation:
    """The newest messages, or those of a part. At most two statements, for whoever wrote to a team
    three.
    """
    before, since = (span.before, span.since) if span else (None, None)
    rows: QuerySet[Any] = type_of(thread).objects.filter(thread=thread)
    if since is not None:
        rows = rows.filter(sent_at__gte=since)
    with confidential_where(thread):
        if before is not None:
            rows = _before(rows, before)
        found = list(
            rows.select_related("author").order_by("-sent_at", "-id")[: MESSAGES_A_PAGE + 1]
        )
    shown = found[:MESSAGES_A_PAGE]
    lines = tuple(_line(row, safe, reader, now) for row in reversed(shown))
    if since is not None:
        lines = tuple(_among_members(line) for line in lines)
    newest = shown[0] if shown and before is None else None
    is_ours = newest is not None and newest.is_from_client == is_client
    if newest is not None and since is not None:
        is_ours = newest.author_id == reader.pk
    opened_at = thread.staff_opened_at if is_client else thread.client_opened_at
    has_opened = newest is not None and opened_at is not None and opened_at >= newest.sent_at
    return Conversation(
        lines=lines,
        older=shown[-1].pk if len(found) > MESSAGES_A_PAGE else None,
        opened_at=opened_at if has_opened else None,
        waits_for_them=is_ours,
        opened_by=_opened_by(thread, newest) if is_ours and not is_client else None,
    )


def _among_members(line: MessageLine) -> MessageLine:
    """In a team people know each other by first name, and so do they here."""
    return replace(line, author=line.author.partition(" ")[0]) if line.is_from_client else line


def _opened_by(
    thread: MessageThread, newest: CoachingMessage | LogisticsMessage | None
) -> tuple[int, int] | None:
    """How many of how many in the team; None for one person's thread. At most one query."""
    if newest is None or not thread.client.is_team:
        return None
    rows = ThreadReader.objects.filter(thread=thread, member__left_at=None)
    found = rows.aggregate(
        of=Count("pk"), opened=Count("pk", filter=Q(opened_at__gte=newest.sent_at))
    )
    return found["opened"], found["of"]


def _before(rows: QuerySet[Any], before: UUID) -> QuerySet[Any]:
    """What came earlier than this message; nothing for one that is not of the thread."""
    edge = rows.filter(pk=before).values_list("sent_at", flat=True).first()
    if edge is None:
        return rows.none()
    return rows.filter(Q(sent_at__lt=edge) | Q(sent_at=edge, pk__lt=before))


def _line(
    row: CoachingMessage | LogisticsMessage, safe: Safe | None, reader: Membership, now: datetime
) -> MessageLine:
    """Of a sealed message what the safe opens."""
    is_own, is_deleted = row.author_id == reader.pk, row.deleted_at is not None
    text, file_name, file_size, clip = "", "", 0, ""
    if isinstance(row, LogisticsMessage):
        text = row.body
    elif safe is not None and not is_deleted:
        text = safe.open(bytes(row.sealed_body), row_id=row.pk)
        if row.sealed_name is not None:
            file_name, file_size = safe.open(bytes(row.sealed_name), row_id=row.pk), row.size
            clip = sort_of_clip(row.media_type)
    return MessageLine(
        id=row.pk,
        author=row.author.name,
        author_id=row.author_id,
        is_own=is_own,
        is_from_client=row.is_from_client,
        sent_at=row.sent_at,
        text=text,
        is_deleted=is_deleted,
        may_take_back=is_own and not is_deleted and may_take_back(sent_at=row.sent_at, now=now),
        file_name=file_name,
        file_size=file_size,
        clip=clip,
    )


def promise_of(coach_id: UUID, today: date) -> Promise:
    """What the coach promises today. One query."""
    row = AnswerPromise.objects.filter(coach_id=coach_id).first()
    if row is None:
        return Promise(None, None)
    is_away = row.last_away_on is not None and row.last_away_on >= today
    return Promise(row.working_days, row.last_away_on if is_away else None)


def unread_by_client(client_id: UUID) -> int:
    """How many messages wait for the client to read them, of all threads. One query."""
    rows = MessageThread.objects.filter(client_id=client_id, unread_by_client__gt=0)
    return sum(rows.values_list("unread_by_client", flat=True))


def counts_of_client(threads: Iterable[MessageThread]) -> ThreadCounts:
    """Of threads that were loaded."""
    return _counts((row.coach_id, row.unread_by_client) for row in threads)


def counts_of_member(place: TeamMember) -> ThreadCounts:
    """Of the team's threads, for one of its members. One query."""
    rows = ThreadReader.objects.filter(member=place, unread__gt=0)
    return _counts(rows.values_list("thread__coach_id", "unread"))


def _counts(unread: Iterable[tuple[UUID | None, int]]) -> ThreadCounts:
    found = list(unread)
    return ThreadCounts(
        coaching=sum(number for coach, number in found if coach is not None),
        logistics=sum(number for coach, number in found if coach is None),
    )


def unread_of_member(place: TeamMember) -> int:
    """How many messages of the team wait for one of its members. One query."""
    rows = ThreadReader.objects.filter(member=place, unread__gt=0)
    return sum(rows.values_list("unread", flat=True))


def inbox_of(
    threads: QuerySet[MessageThread], *, now: datetime, before: datetime | None = None
) -> Inbox:
    """Of the threads that the reader may open. Two queries."""
    rows = threads.select_related("client").filter(client__archived_at=None)
    waiting = rows.filter(unanswered_at__isnull=False).order_by("unanswered_at", "id")
    others = rows.filter(unanswered_at=None).order_by("-last_at", "-id")
    if before is not None:
        others = others.filter(last_at__lt=before)
    found = list(others[: THREADS_A_PAGE + 1])
    shown = found[:THREADS_A_PAGE]
    return Inbox(
        waiting=() if before else tuple(_row(row, now) for row in waiting[:MOST_WAITING]),
        others=tuple(_row(row, now) for row in shown),
        older=shown[-1].last_at.isoformat() if len(found) > THREADS_A_PAGE else "",
    )


def _row(row: MessageThread, now: datetime) -> ThreadRow:
    return ThreadRow(
        client_id=row.client_id,
        client_name=row.client.name,
        is_logistics=row.coach_id is None,
        is_team=row.client.is_team,
        waits_since=row.unanswered_at,
        is_late=row.answer_due_at is not None and row.answer_due_at < now,
        unread=row.unread_by_staff,
        last_at=row.last_at,
    )
