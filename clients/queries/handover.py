"""What of before passes on to a later coach, as the client, that coach and the author see it."""

from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef
from django.db.models.expressions import Combinable, RawSQL
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Client, CoachAssignment, HandedOn, Handover, HandoverBrief
from clients.queries.handover_states import may_be_asked
from clients.queries.safes import Safe
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential

type Room = Callable[[], AbstractContextManager[None]]

MOST_BRIEFS: Final = 10
MOST_COACHES: Final = 20

# In plain SQL, for it comes with every profile and every session.
_LATER: Final = """(EXISTS (
  SELECT FROM clients_coachassignment mine
  WHERE mine.practice_id = {table}.practice_id AND mine.client_id = {of} AND mine.coach_id = %s
    AND mine.sees_from_at IS NOT NULL AND mine.started_on <= %s
    AND (mine.ended_on IS NULL OR mine.ended_on >= %s)
) AND EXISTS (
  SELECT FROM clients_coachassignment before
  WHERE before.practice_id = {table}.practice_id AND before.client_id = {of}
    AND before.coach_id <> %s
    AND (before.ended_on IS NULL OR before.ended_on >= before.started_on)
))"""

KIND_LABELS: Final[dict[str, tuple[Promise, Promise]]] = {
    HandedOn.Kind.BRIEF: (
        _("The brief"),
        _("What your coach wrote for the next one. You read it here, word for word."),
    ),
    HandedOn.Kind.GOALS: (
        _("Goals and action items"),
        _("Your goals in all their wordings, your ratings, and what was agreed to do."),
    ),
    HandedOn.Kind.SUMMARIES: (
        _("Session summaries"),
        _("What was shared with you after sessions, for the file too, and points agreed."),
    ),
    HandedOn.Kind.REFLECTIONS: (
        _("Reflections you shared"),
        _("Those you kept to yourself stay yours in any case."),
    ),
    HandedOn.Kind.ANSWERS: (
        _("Your answers"),
        _("Questionnaires you sent, with files and remarks, and what you answered when booking."),
    ),
}

# The same, as a coach reads it in the middle of a sentence.
_IN_A_SENTENCE: Final[dict[str, Promise]] = {
    HandedOn.Kind.BRIEF: _("the brief"),
    HandedOn.Kind.GOALS: _("goals and action items"),
    HandedOn.Kind.SUMMARIES: _("session summaries and agreed points"),
    HandedOn.Kind.REFLECTIONS: _("shared reflections"),
    HandedOn.Kind.ANSWERS: _("answered questionnaires"),
}


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief that was shared with the client."""

    id: UUID
    author: str
    text: str
    shared_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    kind: str
    label: Promise
    explanation: Promise
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What the client is asked about one later coach, and what they said."""

    id: UUID
    coach: str
    since: date
    answered_at: datetime | None
    choices: tuple[Choice, ...]

    @property
    def passes_nothing(self) -> bool:
        return not any(choice.is_chosen for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Before:
    """What a later coach has of before. `brief` only if the client passed it on."""

    is_answered: bool
    answered_at: datetime | None
    may_be_asked: bool
    passed: tuple[Promise, ...]
    kept: tuple[Promise, ...]
    briefs: tuple[Brief, ...]


def labels_in_a_sentence(kinds: Collection[str]) -> tuple[Promise, ...]:
    """What passes on, in the order in which it is asked about."""
    return tuple(label for kind, label in _IN_A_SENTENCE.items() if kind in kinds)


def kinds_passed_on(handover: Handover) -> frozenset[str]:
    """What passes on to this coach. One query."""
    present = HandedOn.objects.filter(assignment=handover.assignment_id, withdrawn_at=None)
    return frozenset(present.values_list("kind", flat=True))


def open_handovers(client: Client, today: date) -> list[Handover]:
    """Of the coaches who coach the client now and came later. One query."""
    current = CoachAssignment.objects.current(today).filter(client=client)
    rows = Handover.objects.select_related("client", "assignment__coach__user").filter(
        client=client, assignment__in=current.values("pk")
    )
    return list(rows.order_by("asked_at", "id")[:MOST_COACHES])


def questions_of(handovers: list[Handover], *, has_brief: bool) -> tuple[Question, ...]:
    """One query. Without a brief nobody is asked about one."""
    given: dict[UUID, set[str]] = defaultdict(set)
    rows = HandedOn.objects.filter(
        assignment__in=[each.assignment_id for each in handovers], withdrawn_at=None
    )
    for row in rows:
        given[row.assignment_id].add(row.kind)
    return tuple(
        Question(
            id=each.pk,
            coach=each.assignment.coach.name,
            since=each.assignment.started_on,
            answered_at=each.answered_at,
            choices=tuple(
                Choice(kind, label, explanation, is_chosen=kind in given[each.assignment_id])
                for kind, (label, explanation) in KIND_LABELS.items()
                if has_brief or kind != HandedOn.Kind.BRIEF
            ),
        )
        for each in handovers
    )


def shared_briefs(
    client_id: UUID, safe: Safe, *, not_by: UUID | None = None, room: Room = confidential
) -> tuple[Brief, ...]:
    """Those that the reader may read: the client all, a later coach those passed on. One query.

    `room` is where sealed rows are; whoever comes by a link has one of their own.
    """
    with room():
        rows = HandoverBrief.objects.select_related("author").filter(client=client_id)
        rows = rows.exclude(shared_at=None).exclude(author=not_by)
        found = list(rows.order_by("-shared_at", "-id")[:MOST_BRIEFS])
    return tuple(
        Brief(
            id=row.pk,
            author=row.author.name,
            text=safe.open(row.sealed_body, row_id=row.pk),
            shared_at=row.shared_at,
        )
        for row in found
    )


def own_brief(client: Client, author: Membership, safe: Safe) -> tuple[HandoverBrief | None, str]:
    """The author's own brief with its text. One query."""
    with confidential():
        rows = HandoverBrief.objects.filter(client=client, author=author)
        row: HandoverBrief | None = rows.first()
    return row, safe.open(bytes(row.sealed_body), row_id=row.pk) if row else ""


def comes_later(coach_id: UUID, today: date, *, of: str = "clients_client.id") -> RawSQL:
    """For a query of clients, or of rows that name one in the column `of`: this coach came after
    another, and sees what was shared since."""
    sql = _LATER.format(of=of, table=of.partition(".")[0])
    values = (coach_id, today, today, coach_id)
    return RawSQL(sql, values, output_field=BooleanField())  # noqa: S611 -- values apart


def waits_for_answer() -> Combinable:
    """For a query of clients: they were asked what passes on, and have not said."""
    return Exists(
        Handover.objects.filter(client=OuterRef("pk"), answered_at=None, assignment__ended_on=None)
    )


def before_of(client: Client, coach: Membership, safe: Safe, today: date) -> Before:
    """For the page of a coach who came later. Four queries at most."""
    current = CoachAssignment.objects.current(today).filter(client=client, coach=coach)
    handover = Handover.objects.filter(assignment__in=current.values("pk")).first()
    if handover is not None:
        handover.client = client
    passed = kinds_passed_on(handover) if handover is not None else frozenset()
    is_passed = HandedOn.Kind.BRIEF in passed
    labels = _IN_A_SENTENCE
    kept = [kind for kind in labels if kind not in passed and kind != HandedOn.Kind.BRIEF]
    return Before(
        is_answered=handover is not None and handover.answered_at is not None,
        answered_at=handover.answered_at if handover else None,
        may_be_asked=handover is not None and may_be_asked(handover),
        passed=tuple(label for kind, label in labels.items() if kind in passed),
        kept=tuple(labels[kind] for kind in kept),
        briefs=shared_briefs(client.pk, safe, not_by=coach.pk) if is_passed else (),
    )


def asks_what_passes_on(client_id: UUID, coach_id: str | None) -> bool:
    """Whether the client has been asked about this coach, who coaches them. One query."""
    rows = Handover.objects.filter(
        client=client_id, assignment__coach=coach_id, assignment__ended_on=None
    )
    return coach_id is not None and bool(rows.exists())
