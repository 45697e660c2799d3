"""What a client's timeline is made of: sources of the apps, and the entries they tell.

Every app lists its own sources; the page above puts them together into one question. A new kind of
entry is one more `Source` in its app's `queries/timeline.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django_stubs_ext import StrOrPromise


class Strand(StrEnum):
    """What a reader may narrow the timeline to."""

    SESSIONS = "sessions"
    NOTES = "notes"
    GOALS = "goals"
    ACTIONS = "actions"
    REFLECTIONS = "reflections"
    FORMS = "forms"
    AGREEMENTS = "agreements"
    FILES = "files"
    FRAME = "frame"
    SPONSOR = "sponsor"
    MAIL = "mail"


class Readers(StrEnum):
    """Who else may see what an entry says."""

    AUTHOR = "author"
    PAIR = "pair"
    ORGANISERS = "organisers"
    SPONSOR = "sponsor"


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a source. `facts` is JSON; `sealed` is a text under the client's key, or nothing."""

    at: datetime
    id: UUID
    engagement_id: UUID | None
    facts: dict[str, Any]
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom entries are told. `unseal` opens a text by the id of its row; content alone uses it.

    `opens_content`: the reader coaches the client, so pages of content open for them.
    """

    practice_slug: str
    client_id: UUID
    first_name: str
    opens_content: bool
    unseal: Callable[[bytes, UUID], str]


@dataclass(frozen=True, slots=True)
class Told:
    """One entry in words. `text` is plain and short; `url` is where it stands, empty for nowhere.

    `is_day`: it has a date and no time. `state` is a word for a chip, of this `tone`. `is_news` is
    False for what the reader's own side has done, such as asking.
    """

    title: StrOrPromise
    symbol: str
    readers: Readers
    text: StrOrPromise = ""
    url: str = ""
    is_day: bool = False
    state: StrOrPromise = ""
    tone: str = "line"
    is_news: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of entry: a statement and the words for its rows.

    The statement selects `at`, `id`, `engagement_id`, `facts` (jsonb) and `sealed` (bytea) of the
    client `%(client)s` in the practice `%(practice)s`, led by the practice; `%(reader)s` is the
    reading membership. It is bounded and put in order from outside. Content is asked for the
    assigned coach alone, as the confidential role.
    """

    strand: Strand
    is_content: bool
    statement: str
    tell: Callable[[Found, Reading], Told]
