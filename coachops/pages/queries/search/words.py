"""What was said and agreed, by words of it: goals, action items, summaries, the reader's own notes.

Most of it is sealed with a key of each client, so nothing can be looked up: the last year's is
opened and compared in this process, 15 microseconds a text. For coaches alone, among the clients
whom they coach; the caller writes down whose words stand in the answer.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.policies import ContentKind
from clients.queries.safes import Safe, safes_of
from coachops.pages.queries.search.matching import Wanted, fold
from coachops.pages.queries.search.results import MOST_OF_A_KIND, Group, Hit, Searcher, groups
from coachops.tenancy.scope import confidential
from tracking.models import ActionItem, GoalWording, PrivateNote, SessionSummary

YEAR = timedelta(days=366)
MOST_WORDINGS, MOST_NOTES, MOST_SUMMARIES = 600, 1_500, 1_500
# A slip is looked for in the latest alone, and only where nothing was found as it was typed.
MOST_GUESSED = 250
# Fewer letters stand in nearly every text.
SHORTEST = 3
BEFORE, AFTER = 40, 80
_MARKS = re.compile(r"[*_`#>]+|(?<!\S)[-+](?=\s)")


@dataclass(frozen=True, slots=True)
class Text:
    """One text, still sealed. `place` is what its page is named by."""

    id: UUID
    client_id: UUID
    client_name: str
    place: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Kind:
    """How texts of a kind are shown."""

    key: str
    label: str
    symbol: str
    read: ContentKind
    audience: str
    url_name: str


def words_found(wanted: Wanted, searcher: Searcher) -> tuple[Group, ...]:
    """At most five of each kind, the latest first. Five statements, none for too short a word."""
    if searcher.coached is None or not any(len(word) >= SHORTEST for word in wanted.words):
        return ()
    since = searcher.now - YEAR
    with confidential():
        sealed = (
            (_goal_kind(), _rows(_wordings(searcher), MOST_WORDINGS)),
            (
                _summary_kind(),
                _rows(_summaries(searcher).filter(saved_at__gte=since), MOST_SUMMARIES),
            ),
            (_note_kind(), _rows(_notes(searcher).filter(saved_at__gte=since), MOST_NOTES)),
        )
    safes = safes_of(text.client_id for _kind, texts in sealed for text in texts)
    return groups(
        _actions(wanted, searcher),
        *(
            Group(kind.key, kind.label, _hits(kind, texts, safes, wanted, searcher.practice_slug))
            for kind, texts in sealed
        ),
    )


def _goal_kind() -> Kind:
    return Kind("goals", _("Goals"), "target", ContentKind.GOALS, "coach client", "coach:goal")


def _summary_kind() -> Kind:
    return Kind(
        "summaries",
        _("Session summaries"),
        "notebook-text",
        ContentKind.SUMMARY,
        "coach client",
        "coach:session",
    )


def _note_kind() -> Kind:
    return Kind(
        "notes", _("Your own notes"), "lock-keyhole", ContentKind.SESSION, "coach", "coach:session"
    )


def _wordings(searcher: Searcher) -> QuerySet[Any, Any]:
    rows = GoalWording.objects.filter(client__in=searcher.coached)
    found: QuerySet[Any, Any] = rows.order_by("-worded_at").values_list(
        "pk", "client_id", "client__name", "goal_id", "sealed_text"
    )
    return found


def _summaries(searcher: Searcher) -> QuerySet[Any, Any]:
    readable = Q(author=searcher.membership) | Q(shared_at__isnull=False)
    rows = SessionSummary.objects.filter(readable, client__in=searcher.coached)
    found: QuerySet[Any, Any] = rows.order_by("-saved_at").values_list(
        "pk", "client_id", "client__name", "session_id", "sealed_body"
    )
    return found


def _notes(searcher: Searcher) -> QuerySet[Any, Any]:
    """The reader's own, of clients whom they still coach: a session's page opens to no other."""
    rows = PrivateNote.objects.filter(author=searcher.membership, client__in=searcher.coached)
    found: QuerySet[Any, Any] = rows.order_by("-saved_at").values_list(
        "pk", "client_id", "client__name", "session_id", "sealed_body"
    )
    return found


def _rows(rows: QuerySet[Any, Any], most: int) -> list[Text]:
    return [Text(*row) for row in rows[:most]]


def _hits(
    kind: Kind, texts: list[Text], safes: dict[UUID, Safe], wanted: Wanted, slug: str
) -> tuple[Hit, ...]:
    """Each page once. Texts of clients whose key is gone stay shut."""
    opened = [
        (text, safes[text.client_id].open(text.sealed, row_id=text.id))
        for text in texts
        if text.client_id in safes
    ]
    found = _first(opened, lambda words: _exactly(wanted, words))
    if not found and wanted.may_be_guessed:
        found = _first(opened[:MOST_GUESSED], lambda words: wanted.is_meant_in(fold(words)))
    return tuple(_hit(kind, text, words, at, slug) for text, words, at in found)


def _exactly(wanted: Wanted, words: str) -> int:
    """Where the first word stands; texts with letters that have marks are looked at twice."""
    small = words.lower()
    if not small.isascii() and not wanted.stands_in(small):
        small = fold(words)
    return small.find(wanted.words[0]) if wanted.stands_in(small) else -1


def _first(
    opened: Iterable[tuple[Text, str]], at: Callable[[str], int]
) -> list[tuple[Text, str, int]]:
    found: dict[UUID, tuple[Text, str, int]] = {}
    for text, words in opened:
        place = at(words)
        if place >= 0 and text.place not in found:
            found[text.place] = (text, words, place)
            if len(found) == MOST_OF_A_KIND:
                break
    return list(found.values())


def _hit(kind: Kind, text: Text, words: str, at: int, slug: str) -> Hit:
    before, marked, after = around(words, at)
    return Hit(
        before,
        reverse(kind.url_name, args=[slug, text.place]),
        detail=text.client_name,
        symbol=kind.symbol,
        marked=marked,
        after=after,
        client_id=text.client_id,
        kind=kind.read,
        audience=kind.audience,
    )


def around(words: str, at: int) -> tuple[str, str, str]:
    """What stands before a word, the word itself to its end, and what stands after it."""
    end = at
    while end < len(words) and (words[end].isalnum() or words[end] in "’'"):
        end += 1
    end = max(end, at + 1)
    start, stop = max(at - BEFORE, 0), min(end + AFTER, len(words))
    before, after = words[start:at], words[end:stop]
    if start:
        before = f"…{before.partition(' ')[2] or before}"
    if stop < len(words):
        after = f"{after.rpartition(' ')[0] or after}…"
    return _line(before), words[at:end], _line(after)


def _line(text: str) -> str:
    """On one line and without Markdown's marks, with the spaces at its ends kept."""
    return _MARKS.sub("", text.replace("\n", " "))


def _actions(wanted: Wanted, searcher: Searcher) -> Group:
    """Not sealed, so the database looks; with a slip where nothing stands as it was typed."""
    rows = ActionItem.objects.filter(client__in=searcher.coached).order_by("-created_at")
    columns = ("pk", "client_id", "client__name", "text")
    found = list(_holding(rows, wanted.holds()).values_list(*columns)[:MOST_OF_A_KIND])
    if not found and wanted.may_be_guessed:
        found = list(_holding(rows, wanted.nearly()).values_list(*columns)[:MOST_OF_A_KIND])
    slug = searcher.practice_slug
    hits = [
        Hit(
            text,
            reverse("coach:actions", args=[slug, client_id]),
            detail=name,
            symbol="list-checks",
            client_id=client_id,
            kind=ContentKind.ACTIONS,
            audience="coach client",
        )
        for _pk, client_id, name, text in found
    ]
    return Group("actions", _("Action items"), tuple(hits))


def _holding(rows: QuerySet[ActionItem], patterns: list[str]) -> QuerySet[ActionItem]:
    for pattern in patterns:
        rows = rows.filter(text__iregex=pattern)
    return rows
