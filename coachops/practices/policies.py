"""Who sees what, once: the permission checks and the public page both read this table.

After PRODUCT: access to content follows assignment, never rank.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Viewer(StrEnum):
    """How somebody stands to the client whose data it is."""

    OWNER = "owner"
    ASSIGNED_COACH = "assigned coach"
    OTHER_COACH = "other coach"
    SUPERVISOR = "supervisor"
    ASSISTANT = "assistant"
    CLIENT = "client"
    FELLOW = "fellow participant"
    DELEGATE = "delegate"
    SPONSOR = "sponsor"


class Sight(StrEnum):
    """How much of it. All but NO and BUSY open a page; the page shows what the word says."""

    YES = "yes"
    OWN = "own"
    NO = "no"
    BUSY = "busy only"
    STATE = "state only"
    SUBJECT = "subject and state"
    COUNTS = "counts"
    BY_LEVEL = "by disclosure level"
    AUTHOR = "author only"
    IF_ALLOWED = "if the client allows"
    THEIRS = "their own"
    DATES = "dates and place"
    FIRST_NAME = "first name in shared sessions"
    PREPARES = "prepare, preview, send, chase"
    IF_OWNER = "if the owner allows"
    IF_PAYING = "own if self-paying"
    ORGANISING = "the thread about logistics only"


class Data(StrEnum):
    """A kind of data with one rule of its own."""

    LOGISTICS = "logistics"
    ENGAGEMENT = "engagement"
    HEALTH = "health"
    AGREEMENT = "agreement"
    FEES = "fees"
    ANSWERS = "answers"
    PRIVATE_NOTES = "private_notes"
    REFLECTIONS = "reflections"
    SHARED_REFLECTIONS = "shared_reflections"
    SUMMARIES = "summaries"
    BRIEF = "brief"
    FILE_SUMMARIES = "file_summaries"
    THEMES = "themes"
    AGREED_POINTS = "agreed_points"
    GOALS = "goals"
    ACTIONS = "actions"
    TEAM = "team"
    REPORT_DRAFT = "report_draft"
    REPORT_ISSUED = "report_issued"
    MESSAGES = "messages"
    LOGISTICS_THREAD = "logistics_thread"
    ACCESS_LEDGER = "access_ledger"
    MAIL_LOG = "mail_log"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: how each viewer may see this kind of data."""

    data: Data
    sights: dict[Viewer, Sight]

    def for_viewer(self, viewer: Viewer) -> Sight:
        return self.sights.get(viewer, Sight.NO)


def _rule(data: Data, **sights: Sight) -> Rule:
    named = {Viewer[name.upper()]: sight for name, sight in sights.items()}
    return Rule(data, named)


WHO_SEES_WHAT: tuple[Rule, ...] = (
    _rule(
        Data.LOGISTICS,
        owner=Sight.YES,
        assigned_coach=Sight.YES,
        other_coach=Sight.BUSY,
        assistant=Sight.YES,
        client=Sight.OWN,
        fellow=Sight.FIRST_NAME,
        delegate=Sight.DATES,
        sponsor=Sight.BY_LEVEL,
    ),
    _rule(
        Data.ENGAGEMENT,
        owner=Sight.YES,
        assigned_coach=Sight.YES,
        supervisor=Sight.COUNTS,
        assistant=Sight.YES,
        client=Sight.OWN,
        sponsor=Sight.BY_LEVEL,
    ),
    _rule(
        Data.HEALTH,
        owner=Sight.STATE,
        assigned_coach=Sight.YES,
        supervisor=Sight.COUNTS,
        assistant=Sight.STATE,
    ),
    _rule(
        Data.AGREEMENT,
        owner=Sight.YES,
        assigned_coach=Sight.YES,
        assistant=Sight.PREPARES,
        client=Sight.OWN,
        sponsor=Sight.THEIRS,
    ),
    _rule(
        Data.FEES,
        owner=Sight.YES,
        assigned_coach=Sight.YES,
        assistant=Sight.IF_OWNER,
        client=Sight.IF_PAYING,
        sponsor=Sight.THEIRS,
    ),
    _rule(
        Data.ANSWERS,
        assigned_coach=Sight.YES,
        assistant=Sight.STATE,
        client=Sight.OWN,
    ),
    _rule(Data.PRIVATE_NOTES, assigned_coach=Sight.AUTHOR),
    _rule(Data.REFLECTIONS, client=Sight.OWN),
    _rule(Data.SHARED_REFLECTIONS, assigned_coach=Sight.YES, client=Sight.OWN),
    _rule(Data.SUMMARIES, assigned_coach=Sight.YES, client=Sight.OWN),
    _rule(Data.BRIEF, assigned_coach=Sight.AUTHOR, client=Sight.OWN),
    _rule(
        Data.FILE_SUMMARIES,
        assigned_coach=Sight.YES,
        assistant=Sight.IF_ALLOWED,
        client=Sight.OWN,
    ),
    _rule(Data.THEMES, assigned_coach=Sight.AUTHOR, client=Sight.OWN),
    _rule(Data.AGREED_POINTS, assigned_coach=Sight.YES, client=Sight.OWN, sponsor=Sight.THEIRS),
    _rule(
        Data.GOALS,
        assigned_coach=Sight.YES,
        assistant=Sight.IF_ALLOWED,
        client=Sight.OWN,
        sponsor=Sight.BY_LEVEL,
    ),
    _rule(Data.ACTIONS, assigned_coach=Sight.YES, assistant=Sight.COUNTS, client=Sight.OWN),
    # Assigned to the team, and one of its members: neither opens what a member has alone.
    _rule(Data.TEAM, assigned_coach=Sight.YES, client=Sight.OWN),
    _rule(
        Data.REPORT_DRAFT,
        owner=Sight.STATE,
        assigned_coach=Sight.YES,
        assistant=Sight.STATE,
        client=Sight.OWN,
    ),
    _rule(
        Data.REPORT_ISSUED,
        owner=Sight.STATE,
        assigned_coach=Sight.YES,
        assistant=Sight.STATE,
        client=Sight.OWN,
        sponsor=Sight.THEIRS,
    ),
    _rule(
        Data.MESSAGES,
        assigned_coach=Sight.OWN,
        assistant=Sight.ORGANISING,
        client=Sight.OWN,
    ),
    _rule(
        Data.LOGISTICS_THREAD,
        owner=Sight.YES,
        assigned_coach=Sight.YES,
        assistant=Sight.YES,
        client=Sight.OWN,
    ),
    _rule(Data.ACCESS_LEDGER, owner=Sight.STATE, assigned_coach=Sight.YES, client=Sight.OWN),
    _rule(
        Data.MAIL_LOG,
        owner=Sight.SUBJECT,
        assigned_coach=Sight.SUBJECT,
        assistant=Sight.SUBJECT,
        client=Sight.OWN,
    ),
)

_BY_DATA = {rule.data: rule for rule in WHO_SEES_WHAT}
_FULL = frozenset({Sight.YES, Sight.OWN, Sight.AUTHOR, Sight.PREPARES})


def sights(data: Data, viewers: Iterable[Viewer]) -> frozenset[Sight]:
    """All the ways in which somebody who stands like this may see this kind of data."""
    return frozenset(_BY_DATA[data].for_viewer(viewer) for viewer in viewers)


def may_read(data: Data, viewers: Iterable[Viewer]) -> bool:
    """Whether the content itself (not only its state or a count) is open to them."""
    return bool(sights(data, viewers) & _FULL)
