"""What was said and agreed, by words of it: goals, action items, summaries, the reader's own notes.

Most of it is sealed with a key of each client, so nothing can be looked up: the last year's is
opened and compared in this process, some microseconds a text. For coaches alone, among the clients
whom they coach; the caller writes down whose words stand in the answer.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import ClientKey, CoachAssignment
from clients.policies import ContentKind
from clients.queries.safes import Safe, open_wrapped
from coachops.pages.queries.search.matching import Wanted, fold
from coachops.pages.queries.search.results import MOST_OF_A_KIND, Group, Hit, Searcher, groups
from coachops.tenancy.scope import confidential, current_practice_id

YEAR = timedelta(days=366)
MOST_CLIENTS = 1_000
MOST_WORDINGS, MOST_NOTES, MOST_SUMMARIES, MOST_ACTIONS = 600, 1_500, 1_500, 1_500
# A slip is looked for in the latest alone, and only where nothing was found as it was typed.
MOST_GUESSED = 250
# Fewer letters stand in nearly every text.
SHORTEST = 3
BEFORE, AFTER = 40, 80
_MARKS = re.compile(r"[*_`#>]+|(?<!\S)[-+](?=\s)")

# Ids as text: they are many, and are only bound to and linked to. `place` names the page. Action
# items are no secret of client and coach, and come as they are.
_TEXTS: Final = """
(SELECT 'actions', id::text, client_id::text, client_id::text, convert_to(text, 'UTF8')
 FROM tracking_actionitem
 WHERE practice_id = %(practice)s AND client_id = ANY(%(clients)s)
 ORDER BY created_at DESC LIMIT %(most_actions)s)
UNION ALL
(SELECT 'goals', id::text, client_id::text, goal_id::text, sealed_text
 FROM tracking_goalwording
 WHERE practice_id = %(practice)s AND client_id = ANY(%(clients)s)
 ORDER BY worded_at DESC LIMIT %(most_wordings)s)
UNION ALL
(SELECT 'summaries', id::text, client_id::text, session_id::text, sealed_body
 FROM tracking_sessionsummary
 WHERE practice_id = %(practice)s AND client_id = ANY(%(clients)s) AND saved_at >= %(since)s
   AND (author_id = %(reader)s OR shared_at IS NOT NULL)
 ORDER BY saved_at DESC LIMIT %(most_summaries)s)
UNION ALL
(SELECT 'notes', id::text, client_id::text, session_id::text, sealed_body
 FROM tracking_privatenote
 WHERE practice_id = %(practice)s AND client_id = ANY(%(clients)s) AND saved_at >= %(since)s
   AND author_id = %(reader)s
 ORDER BY saved_at DESC LIMIT %(most_notes)s)
"""


class Text(NamedTuple):
    """One text, still sealed where texts of its kind are. `place` names its page."""

    kind: str
    id: str
    client_id: str
    place: str
    body: bytes


Opened = tuple[Text, str]


@dataclass(frozen=True, slots=True)
class Coached:
    """A client whom the reader coaches, and the key to what was said with them."""

    name: str
    safe: Safe


@dataclass(frozen=True, slots=True)
class Kind:
    """How texts of a kind are shown."""

    key: str
    label: str
    symbol: str
    read: ContentKind
    audience: str
    url_name: str
    is_sealed: bool = True


def words_found(wanted: Wanted, searcher: Searcher) -> tuple[Group, ...]:
    """At most five of each kind, the latest first. Two statements, none for too short a word."""
    if searcher.coached is None or not any(len(word) >= SHORTEST for word in wanted.words):
        return ()
    people = _people(searcher.coached())
    texts = _texts(people, searcher)
    return groups(*(_group(kind, texts[kind.key], people, wanted, searcher) for kind in _kinds()))


def _kinds() -> tuple[Kind, ...]:
    coach, both = "coach", "coach client"
    actions, goals = _("Action items"), _("Goals")
    summaries, notes = _("Session summaries"), _("Your own notes")
    listed = ContentKind.ACTIONS
    return (
        Kind("actions", actions, "list-checks", listed, both, "coach:actions", is_sealed=False),
        Kind("goals", goals, "target", ContentKind.GOALS, both, "coach:goal"),
        Kind("summaries", summaries, "notebook-text", ContentKind.SUMMARY, both, "coach:session"),
        Kind("notes", notes, "lock-keyhole", ContentKind.SESSION, coach, "coach:session"),
    )


def _people(coached: QuerySet[CoachAssignment]) -> dict[str, Coached]:
    """By id. Clients whose key is gone are missing: their texts stay shut."""
    rows = ClientKey.objects.filter(client__in=coached).values_list(
        "client_id", "client__name", "wrapped"
    )
    return {
        str(client_id): Coached(name, open_wrapped(wrapped, client_id))
        for client_id, name, wrapped in rows[:MOST_CLIENTS]
    }


def _texts(people: Iterable[str], searcher: Searcher) -> dict[str, list[Text]]:
    """By kind, the latest first. The reader's own notes are of clients whom they still coach: a
    session's page opens to no other."""
    values: dict[str, Any] = {
        "practice": current_practice_id(),
        "clients": [UUID(each) for each in people],
        "reader": searcher.membership.pk,
        "since": searcher.now - YEAR,
        "most_wordings": MOST_WORDINGS,
        "most_summaries": MOST_SUMMARIES,
        "most_notes": MOST_NOTES,
        "most_actions": MOST_ACTIONS,
    }
    with confidential(), connection.cursor() as cursor:
        cursor.execute(_TEXTS, values)
        rows = cursor.fetchall()
    texts: dict[str, list[Text]] = defaultdict(list)
    for row in rows:
        texts[row[0]].append(Text(*row))
    return texts


def _group(
    kind: Kind,
    texts: Iterable[Text],
    people: Mapping[str, Coached],
    wanted: Wanted,
    searcher: Searcher,
) -> Group:
    """Each page once. A slip is looked for among the latest that have been opened."""
    latest: list[Opened] = []
    found = _first(_opened(kind, texts, people, latest), lambda words: _exactly(wanted, words))
    if not found and wanted.may_be_guessed:
        found = _first(latest, lambda words: wanted.is_meant_in(fold(words)))
    hits = (_hit(kind, *each, people, searcher.practice_slug) for each in found)
    return Group(kind.key, kind.label, tuple(hits))


def _opened(
    kind: Kind, texts: Iterable[Text], people: Mapping[str, Coached], latest: list[Opened]
) -> Iterator[Opened]:
    """One after the other: where enough is found, the others stay shut. Fills `latest`."""
    for text in texts:
        safe = people[text.client_id].safe
        words = safe.open(text.body, row_id=text.id) if kind.is_sealed else text.body.decode()
        if len(latest) < MOST_GUESSED:
            latest.append((text, words))
        yield text, words


def _exactly(wanted: Wanted, words: str) -> int:
    small = fold(words)
    return small.find(wanted.words[0]) if wanted.stands_in(small) else -1


def _first(opened: Iterable[Opened], at: Callable[[str], int]) -> list[tuple[Text, str, int]]:
    found: dict[str, tuple[Text, str, int]] = {}
    for text, words in opened:
        place = at(words)
        if place >= 0 and text.place not in found:
            found[text.place] = (text, words, place)
            if len(found) == MOST_OF_A_KIND:
                break
    return list(found.values())


def _hit(
    kind: Kind, text: Text, words: str, at: int, people: Mapping[str, Coached], slug: str
) -> Hit:
    before, marked, after = around(words, at)
    return Hit(
        before,
        reverse(kind.url_name, args=[slug, text.place]),
        detail=people[text.client_id].name,
        symbol=kind.symbol,
        marked=marked,
        after=after,
        client_id=UUID(text.client_id),
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
