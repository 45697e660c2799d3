"""Opening a thread is the access check: the one with a coach is theirs and the client's alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.http import Http404

from clients.access.clients import (
    client_with_safe,
    clients_for_member,
    coached_client_ids,
    own_client_with_safe,
    today_in,
)
from clients.access.teams import own_place, safe_of_own_team
from clients.models import Client, CoachingMessage, MessageThread, TeamMember
from clients.queries.clients import assigned_coaches
from clients.queries.messages import ThreadCounts, counts_of_client, counts_of_member
from clients.queries.safes import Safe
from clients.queries.teams import has_readers, teams_of_client
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from coachops.practices.policies import Data, Viewer, may_read
from coachops.practices.roles import Role
from coachops.tenancy.scope import confidential


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A thread before the eyes of somebody who may read it. `coach` is None for logistics; `row` is
    None before the first message. A thread with a former coach is there to be read only. `place`
    is the reader's own in the team whose thread it is.
    """

    client: Client
    coach: Membership | None
    row: MessageThread | None
    safe: Safe | None
    is_client: bool
    may_write: bool
    place: TeamMember | None = None

    @property
    def is_logistics(self) -> bool:
        return self.coach is None


@dataclass(frozen=True, slots=True)
class OwnThreads:
    """A client's own, or a team's for one of its members: with each present coach, with former
    ones of whom there is something."""

    client: Client
    safe: Safe
    coaches: tuple[Membership, ...]
    former: tuple[Membership, ...]
    rows: dict[UUID | None, MessageThread]
    unread: ThreadCounts
    place: TeamMember | None = None

    @property
    def everybody(self) -> tuple[Membership, ...]:
        return (*self.coaches, *self.former)

    @property
    def has_several(self) -> bool:
        return len(self.everybody) > 1

    def with_coach(self, asked: str) -> OpenThread | None:
        """The one that the address names, else with the coach of longest standing; None without
        any. Raises 404.
        """
        if not asked:
            return self._open(self.everybody[0]) if self.everybody else None
        for coach in self.everybody:
            if str(coach.pk) == asked:
                return self._open(coach)
        raise Http404

    def about_logistics(self) -> OpenThread:
        may_write = self.client.archived_at is None
        return OpenThread(self.client, None, self.rows.get(None), None, True, may_write, self.place)

    def _open(self, coach: Membership) -> OpenThread:
        may_write = coach in self.coaches and self.client.archived_at is None
        row = self.rows.get(coach.pk)
        return OpenThread(self.client, coach, row, self.safe, True, may_write, self.place)


def own_threads(request: PracticeRequest) -> OwnThreads:
    """Of the client who has signed in, who brings along their `teams`. Three statements.

    Raises 404.
    """
    client, safe = own_client_with_safe(request, {"teams": teams_of_client()})
    return _threads(request, client, safe, None)


def own_team_threads(request: PracticeRequest, team_id: UUID) -> OwnThreads:
    """Of a team that the client who has signed in is in now. Five statements. Raises 404."""
    place = own_place(request, team_id)
    if place.left_at is not None:
        raise Http404
    return _threads(request, place.team, safe_of_own_team(place), place)


def _threads(
    request: PracticeRequest, client: Client, safe: Safe, place: TeamMember | None
) -> OwnThreads:
    present = assigned_coaches(client, today_in(request))
    rows = MessageThread.objects.select_related("coach__user", "client").filter(client=client)
    found: dict[UUID | None, MessageThread] = {row.coach_id: row for row in rows}
    here = {each.pk for each in present}
    former = [row.coach for row in found.values() if row.coach and row.coach_id not in here]
    unread = counts_of_member(place) if place else counts_of_client(found.values())
    return OwnThreads(client, safe, tuple(present), tuple(former), found, unread, place)


def threads_for_member(request: PracticeRequest, pk: UUID) -> tuple[OpenThread | None, OpenThread]:
    """The member's own thread with a client whom they coach (else None), and the one about
    logistics. Two statements, with a team three. Raises 404.
    """
    client, safe = client_with_safe(request, pk)
    is_mine = safe is not None and may_read(Data.MESSAGES, [Viewer.ASSIGNED_COACH])
    me = request.membership
    wanted = Q(coach=None) | Q(coach=me) if is_mine else Q(coach=None)
    found = MessageThread.objects.select_related("client").filter(wanted, client=client)
    rows = {row.coach_id: row for row in found}
    is_read = has_readers(client.pk) if client.is_team else client.membership_id is not None
    may_write = client.archived_at is None and is_read
    logistics = OpenThread(client, None, rows.get(None), None, False, may_write)
    if not is_mine:
        return None, logistics
    return OpenThread(client, me, rows.get(me.pk), safe, False, may_write), logistics


def threads_in_inbox(request: PracticeRequest) -> QuerySet[MessageThread]:
    """Every thread that the acting member may open."""
    logistics = Q(coach=None, client__in=clients_for_member(request).values("pk"))
    if Role.COACH not in request.membership.roles:
        return MessageThread.objects.filter(logistics)  # type: ignore[no-any-return]
    own = Q(coach=request.membership, client__in=coached_client_ids(request))
    return MessageThread.objects.filter(logistics | own)  # type: ignore[no-any-return]


def note_reading(request: PracticeRequest, opened: OpenThread, *, now: datetime) -> None:
    """Coach reads what a client wrote in confidence: the ledger says so."""
    if opened.is_client or opened.is_logistics:
        return
    record_read(
        client_id=opened.client.pk,
        reader_id=request.membership.pk,
        kind=ContentKind.MESSAGES,
        now=now,
    )


def file_of(opened: OpenThread, message_id: str) -> tuple[bytes, str, str]:
    """What is in a message's file, its name and media type. Raises 404."""
    if opened.row is None or opened.safe is None:
        raise Http404
    try:
        with confidential():
            row = CoachingMessage.objects.exclude(stored_as="").get(
                pk=UUID(message_id), thread=opened.row
            )
        with default_storage.open(row.stored_as) as file:
            sealed = file.read()
    except (ValueError, CoachingMessage.DoesNotExist, FileNotFoundError):
        raise Http404 from None
    content = opened.safe.open_bytes(sealed, row_id=row.pk)
    return content, opened.safe.open(row.sealed_name, row_id=row.pk), row.media_type
