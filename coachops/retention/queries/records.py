"""What the pages about records show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from clients.models import Client
from clients.policies import ContentKind
from clients.queries.safes import Safe, safe_of
from coachops.retention.models import (
    AccessRequest,
    BreakGlass,
    BreakGlassConsent,
    Erasure,
    NotesDecision,
    ReleasedNote,
    SecondPerson,
)
from coachops.retention.policies import CONSENT_VALID, table_rules
from coachops.retention.queries.over import KIND_LABELS, count_of_clients
from coachops.tenancy.scope import confidential
from tracking.models import PrivateNote

MOST = 100
# A question of long ago says nothing about today.
SILENT_FOR_MOST = timedelta(days=76)

_OTHERS: dict[str, StrOrPromise] = {
    "files": _("Files"),
    "outbox.Message": _("Mails, sent and waiting"),
    "practices.SignedLink": _("Links in mails"),
    "scheduling.InvitationReply": _("Answers to invitations"),
    "scheduling.CalendarFeed": _("Calendar addresses"),
    "transfer.Transfer": _("Exports they made"),
    "sign-in": _("Sign-in"),
    "devices": _("Signed-in devices"),
    "second factors": _("Second factors"),
}
_KEPT: dict[str, StrOrPromise] = {
    "engagements": _("Engagements: dates and state"),
    "sessions": _("Sessions: date, length and outcome"),
    "ledger": _("Entries of the session ledger"),
    "places": _("Places in groups"),
}


# What was read, as others than the client are told.
READ_LABELS: dict[str, StrOrPromise] = {
    ContentKind.SESSION: _("Notes of a session"),
    ContentKind.SUMMARY: _("Session summaries"),
    ContentKind.GOALS: _("Goals"),
    ContentKind.ACTIONS: _("Action items"),
    ContentKind.REFLECTIONS: _("Shared reflections"),
    ContentKind.PROFILE: _("The profile"),
    ContentKind.PATTERNS: _("What returns across sessions"),
    ContentKind.INTAKE: _("Intake answers"),
    ContentKind.PREPARATION: _("Preparation answers"),
    ContentKind.QUESTIONNAIRE: _("Answers to questionnaires"),
    ContentKind.BRIEF: _("The brief for the next coach"),
    ContentKind.CONTACTS: _("How to reach them and their next dates, in their coach’s place"),
    ContentKind.BOOKING: _("Answers when booking"),
    ContentKind.THREE_WAY: _("Points for a meeting of three"),
    ContentKind.REPORT: _("A progress report"),
    ContentKind.SPONSOR_PAGE: _("The sponsor’s page"),
    ContentKind.MESSAGES: _("Messages"),
    ContentKind.OPENED: _("Shared records of a coach who is gone"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of what."""

    title: StrOrPromise
    count: int


def amounts(destroyed: dict[str, int]) -> list[Amount]:
    """Rows by kind of data, largest kinds first; then files, mails and the sign-in."""
    rules = table_rules()
    by_kind: dict[StrOrPromise, int] = {}
    others: list[Amount] = []
    for name, count in destroyed.items():
        kind = rules[name].kind if name in rules else None
        if kind is not None and name not in _OTHERS:
            title = KIND_LABELS[kind][0]
            by_kind[title] = by_kind.get(title, 0) + count
        else:
            others.append(Amount(_OTHERS.get(name, _("Other rows")), count))
    return [*(Amount(title, count) for title, count in by_kind.items()), *others]


def amounts_kept(kept: dict[str, int]) -> list[Amount]:
    return [Amount(_KEPT[name], count) for name, count in kept.items()]


def would_destroy(client: Client) -> list[Amount]:
    """What an erasure would find now. Only in the system's scope."""
    rules = [rule for rule in table_rules().values() if rule.via and rule.kind]
    return amounts(dict(count_of_clients(rules, [client.pk])))


@dataclass(frozen=True, slots=True)
class OwnNote:
    """One private note of the reader's own, about one client."""

    id: UUID
    written_on: date
    text: str


def own_notes(client_id: UUID, author_id: UUID) -> list[OwnNote]:
    """For their author alone: the database shows nobody else's. Two queries."""
    with confidential():
        safe = safe_of(client_id)
        rows = PrivateNote.objects.select_related("session").filter(
            client_id=client_id, author_id=author_id
        )
        return [
            OwnNote(row.pk, row.session.starts_at.date(), safe.open(row.sealed_body, row_id=row.pk))
            for row in rows.order_by("session__starts_at")[:MOST]
        ]


@dataclass(frozen=True, slots=True)
class Note:
    """What a coach has released."""

    author: str
    written_on: date
    text: str
    is_redacted: bool


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A client's own request, with what they got."""

    row: AccessRequest
    decisions: list[NotesDecision]
    notes: list[Note]


def own_requests(client: Client, safe: Safe) -> list[OwnRequest]:
    """The newest first. Three queries."""
    rows = list(AccessRequest.objects.filter(client=client).order_by("-opened_at")[:20])
    decisions = NotesDecision.objects.select_related("author").filter(request__in=rows)
    with confidential():
        found = ReleasedNote.objects.select_related("author").filter(client=client)
        released = list(found.order_by("written_on", "pk")[:MOST])
    return [
        OwnRequest(
            row,
            [each for each in decisions if each.request_id == row.pk],
            [
                Note(
                    note.author.name,
                    note.written_on,
                    safe.open(note.sealed_body, row_id=note.pk),
                    note.is_redacted,
                )
                for note in released
                if note.request_id == row.pk and row.state == AccessRequest.State.ANSWERED
            ],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Opening:
    """A request to open shared records, and how it stands."""

    row: BreakGlass
    consent: BreakGlassConsent | None
    now: datetime

    @property
    def ends_at(self) -> datetime | None:
        return self.consent.given_at + timedelta(hours=self.row.hours) if self.consent else None

    @property
    def is_open(self) -> bool:
        return self.row.ended_at is None and self.ends_at is not None and self.ends_at > self.now

    @property
    def is_waiting(self) -> bool:
        return self._has_no_answer and self.now <= self.row.asked_at + CONSENT_VALID

    @property
    def was_not_answered(self) -> bool:
        """The time in which consent could be given is over."""
        return self._has_no_answer and not self.is_waiting

    @property
    def _has_no_answer(self) -> bool:
        return self.row.ended_at is None and self.consent is None


def openings_of(client: Client, now: datetime, *, only_told: bool) -> list[Opening]:
    """The newest first. Two queries. `only_told`: not while the law holds the notice back."""
    rows = BreakGlass.objects.select_related("reader", "coach").filter(client=client)
    if only_told:
        rows = rows.filter(notice_at__lte=now)
    found = list(rows.order_by("-asked_at")[:20])
    consents = {
        each.request_id: each for each in BreakGlassConsent.objects.filter(request__in=found)
    }
    return [Opening(row, consents.get(row.pk), now) for row in found]


def questions_without_answer(client: Client, before: datetime) -> QuerySet[BreakGlass]:
    """What the client was asked themself before that moment, in the months around it, and has
    neither let be opened nor ended."""
    said = BreakGlassConsent.objects.values("request_id")
    rows = BreakGlass.objects.filter(
        client=client,
        asked_of=BreakGlass.Asked.CLIENT,
        asked_at__lte=before,
        asked_at__gt=before - SILENT_FOR_MOST,
    )
    stood = Q(ended_at=None) | Q(ended_at__gte=F("asked_at") + CONSENT_VALID)
    return rows.filter(stood).exclude(pk__in=said)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class InPlace:
    """Who may consent in a client's place, and from when on."""

    name: str
    since: datetime


def in_place() -> InPlace | None:
    """As the clients see it. One query."""
    named = SecondPerson.objects.select_related("member")
    person = named.filter(ended_at=None, member__ended_at=None).first()
    return None if person is None else InPlace(person.member.name, person.named_at)


def receipts() -> list[Erasure]:
    """The newest first."""
    done = Erasure.objects.filter(state=Erasure.State.DONE)
    return list(done.order_by("-done_at")[:MOST])
