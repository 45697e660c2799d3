"""What returns across a client's sessions: themes, and words of goals, commitments and summaries.

Counts with the sentences they come from, nothing that anybody or anything has judged. A coach sees
their own summaries and those that are shared; the client what is shared. Nobody's own notes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from clients.queries.safes import Safe
from coachops.tenancy.scope import confidential
from tracking.models import ActionItem, GoalWording, SessionSummary, SessionTheme, Theme
from tracking.policies.returning import Returning, Text, returning_words

MOST_TEXTS = 200
MOST_SESSIONS = 300
MOST_THEMES = 100


@dataclass(frozen=True, slots=True)
class Period:
    """What is looked at: texts from `start` to before `end`, of sessions with a theme if named."""

    start: datetime
    end: datetime
    theme_id: UUID | None = None

    def within(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.start, f"{field}__lt": self.end})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: a coach by membership, or the client (`author_id` is None)."""

    practice_slug: str
    author_id: UUID | None = None

    def url(self, name: str, *args: object) -> str:
        tree = "portal" if self.author_id is None else "coach"
        return reverse(f"{tree}:{name}", args=[self.practice_slug, *args])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands. `audience` says who else reads it there."""

    label: str
    symbol: str
    url: str
    audience: str = "coach client"


@dataclass(frozen=True, slots=True)
class ThemeSession:
    starts_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme with the sessions that had it, the latest first."""

    id: UUID
    name: str
    sessions: tuple[ThemeSession, ...]


@dataclass(frozen=True, slots=True)
class Patterns:
    """`texts` is how many were looked at."""

    themes: tuple[ThemeLine, ...]
    words: tuple[Returning[Place], ...]
    texts: int


def patterns_of(client: Client, safe: Safe, period: Period, *, reader: Reader) -> Patterns:
    """At most four statements."""
    with confidential():
        themed = _themed(client, period, reader)
        sessions = _sessions_with(themed, period.theme_id)
        texts = [
            *_summaries(client, safe, period, sessions, reader),
            *(_goals(client, safe, period, reader) if sessions is None else ()),
        ]
    texts += _actions(client, period, sessions, reader)
    names = [*client.name.split(), *client.preferred_name.split()]
    return Patterns(
        themes=_lines(themed, reader),
        words=tuple(returning_words(texts, ignore=names)),
        texts=len(texts),
    )


def theme_choices(client: Client, reader: Reader) -> list[tuple[UUID, str]]:
    """Themes that the client's sessions had, those no longer chosen at the end. One statement.

    A practice's whole list tells what others talk about.
    """
    had = SessionTheme.objects.filter(client=client)
    if reader.author_id is not None:
        had = had.filter(author=reader.author_id)
    themes = Theme.objects.filter(pk__in=had.values("theme"))
    with confidential():
        rows = list(themes.order_by("retired_at", "position", "name")[:MOST_THEMES])
    live = [(row.pk, row.name) for row in rows if row.retired_at is None]
    return live + [(row.pk, row.name) for row in rows if row.retired_at is not None]


def _themed(client: Client, period: Period, reader: Reader) -> list[SessionTheme]:
    rows = SessionTheme.objects.filter(period.within("session__starts_at"), client=client)
    if reader.author_id is not None:
        rows = rows.filter(author=reader.author_id)
    return list(
        rows.select_related("session", "theme").order_by("-session__starts_at")[:MOST_SESSIONS]
    )


def _sessions_with(themed: Iterable[SessionTheme], theme_id: UUID | None) -> set[UUID] | None:
    """Sessions that had the theme; None where none is asked for."""
    if theme_id is None:
        return None
    return {row.session_id for row in themed if row.theme_id == theme_id}


def _lines(themed: Iterable[SessionTheme], reader: Reader) -> tuple[ThemeLine, ...]:
    """The theme of most sessions first."""
    met: dict[UUID, tuple[str, list[ThemeSession]]] = {}
    for row in themed:
        url = reader.url("session", row.session_id)
        seen = met.setdefault(row.theme_id, (row.theme.name, []))[1]
        each = ThemeSession(row.session.starts_at, url)
        if each not in seen:
            seen.append(each)
    lines = [ThemeLine(pk, name, tuple(sessions)) for pk, (name, sessions) in met.items()]
    return tuple(sorted(lines, key=lambda line: (-len(line.sessions), line.name)))


def _of(rows: QuerySet[Any, Any], sessions: set[UUID] | None) -> QuerySet[Any, Any]:
    return rows if sessions is None else rows.filter(session_id__in=sessions)


def _summaries(
    client: Client, safe: Safe, period: Period, sessions: set[UUID] | None, reader: Reader
) -> Iterable[Text[Place]]:
    readable = Q(shared_at__isnull=False)
    if reader.author_id is not None:
        readable |= Q(author=reader.author_id)
    rows = SessionSummary.objects.filter(
        period.within("session__starts_at"), readable, client=client
    )
    columns = (
        "pk",
        "session_id",
        "session__number",
        "session__starts_at",
        "sealed_body",
        "shared_at",
    )
    newest = _of(rows, sessions).order_by("-session__starts_at").values_list(*columns)[:MOST_TEXTS]
    for pk, session_id, number, starts_at, sealed, shared_at in newest:
        label = _("Session %(number)s") % {"number": number} if number else _("Session")
        place = Place(
            label,
            "notebook-text",
            reader.url("session", session_id),
            "coach client" if shared_at else "coach",
        )
        yield Text(place, starts_at, safe.open(bytes(sealed), row_id=pk))


def _goals(client: Client, safe: Safe, period: Period, reader: Reader) -> Iterable[Text[Place]]:
    rows = GoalWording.objects.filter(period.within("worded_at"), client=client)
    columns = ("pk", "goal_id", "worded_at", "sealed_text")
    for pk, goal_id, worded_at, sealed in rows.order_by("-worded_at").values_list(*columns)[
        :MOST_TEXTS
    ]:
        place = Place(_("Goal"), "target", reader.url("goal", goal_id))
        yield Text(place, worded_at, safe.open(bytes(sealed), row_id=pk))


def _actions(
    client: Client, period: Period, sessions: set[UUID] | None, reader: Reader
) -> Iterable[Text[Place]]:
    """What was agreed, also what was let go: it was on somebody's mind."""
    rows = ActionItem.objects.filter(period.within("created_at"), client=client)
    newest = _of(rows, sessions).order_by("-created_at").values_list("text", "created_at")
    own = reader.author_id is None
    url = reader.url("actions") if own else reader.url("actions", client.pk)
    place = Place(_("Action"), "list-checks", url)
    return [Text(place, created_at, text) for text, created_at in newest[:MOST_TEXTS]]
