"""The table of the public page, in plain words: the same table that the permission checks read."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.practices.policies import WHO_SEES_WHAT, Data, Rule, Sight, Viewer

VIEWERS: dict[Viewer, Promise] = {
    Viewer.CLIENT: _("The client"),
    Viewer.ASSIGNED_COACH: _("Their coach"),
    Viewer.OTHER_COACH: _("Other coaches"),
    Viewer.OWNER: _("The practice’s owner"),
    Viewer.ASSISTANT: _("Their coach’s assistant"),
    Viewer.SUPERVISOR: _("Supervisor"),
    Viewer.FELLOW: _("Others in a group"),
    Viewer.DELEGATE: _("The client’s own assistant"),
    Viewer.SPONSOR: _("The company that pays"),
}
_DATA: dict[Data, tuple[Promise, Promise]] = {
    Data.LOGISTICS: (
        _("Contact details and appointments"),
        _("Name, address, and when and where a session takes place."),
    ),
    Data.ENGAGEMENT: (
        _("The frame of the coaching"),
        _("Program, dates, sessions agreed, used and left."),
    ),
    Data.HEALTH: (
        _("How the coaching stands"),
        _("On track, at risk or off track: counted from dates and returns, never from words."),
    ),
    Data.AGREEMENT: (
        _("Agreements"),
        _("What client, coach and company have signed: the coaching agreement, the level."),
    ),
    Data.FEES: (
        _("Fees"),
        _("Fees sheets; fees never stand in what client and company both read."),
    ),
    Data.ANSWERS: (
        _("Answers to questionnaires"),
        _(
            "What a client answers before the coaching, before and after a session, and at the"
            " end, encrypted."
        ),
    ),
    Data.PRIVATE_NOTES: (
        _("A coach’s private notes"),
        _("What a coach writes for themselves, encrypted."),
    ),
    Data.REFLECTIONS: (
        _("A client’s private reflections"),
        _("What a client writes between sessions and has not shared, encrypted."),
    ),
    Data.SHARED_REFLECTIONS: (
        _("Shared reflections"),
        _("Reflections that the client chose to share with their coach."),
    ),
    Data.SUMMARIES: (
        _("Shared summaries of sessions"),
        _("What coach and client keep from a session together."),
    ),
    Data.BRIEF: (
        _("A brief for the next coach"),
        _("Written from what is shared, encrypted; the client reads it before anybody else."),
    ),
    Data.FILE_SUMMARIES: (
        _("Summaries for the file"),
        _("A few factual sentences that a coach writes for the practice’s file, encrypted."),
    ),
    Data.THEMES: (
        _("Themes of sessions"),
        _("What a conversation was about, in one to three words of the practice’s own list."),
    ),
    Data.AGREED_POINTS: (
        _("What the three agreed"),
        _("Agenda and agreed points of a check-in of client, coach and company."),
    ),
    Data.GOALS: (
        _("Goals"),
        _("Their wording in the client’s own words, how they changed, and the ratings."),
    ),
    Data.ACTIONS: (_("Action items"), _("What client or coach will do, by when.")),
    Data.TEAM: (
        _("What a team shares"),
        _(
            "Goals, action items, summaries and messages of a team that is coached together. What"
            " its members keep, share or answer alone is never part of it."
        ),
    ),
    Data.REPORT_DRAFT: (
        _("Progress reports before they are issued"),
        _("Drafts, which the client reads and changes first."),
    ),
    Data.REPORT_ISSUED: (
        _("Issued progress reports"),
        _("Statements to the company that the client has approved."),
    ),
    Data.MESSAGES: (
        _("Messages between sessions"),
        _("What client and coach write to each other, encrypted. A new coach begins a new thread."),
    ),
    Data.LOGISTICS_THREAD: (
        _("Messages about dates and papers"),
        _("A thread of its own, and the page says who reads it."),
    ),
    Data.ACCESS_LEDGER: (
        _("Who looked"),
        _("The list of everybody but the client who opened the client’s content, and when."),
    ),
    Data.MAIL_LOG: (
        _("E-mail"),
        _("To whom, its subject, when, and how far it came; never what it said."),
    ),
}
_OWN_WORDS: dict[Data, dict[Viewer, Promise]] = {
    Data.AGREED_POINTS: {Viewer.SPONSOR: _("Of meetings they took part in")},
    Data.GOALS: {
        Viewer.ASSISTANT: _("If the client allows: a title and whether it is reached"),
        Viewer.SPONSOR: _("From level 1 how far, from level 2 the wording written for them"),
    },
    Data.ANSWERS: {Viewer.ASSIGNED_COACH: _("What a team is asked: the team’s coach alone")},
    Data.LOGISTICS: {Viewer.SPONSOR: _("Who is coached; dates only if the client allows")},
    Data.REPORT_DRAFT: {Viewer.SPONSOR: _("Only that a report is due")},
    Data.REPORT_ISSUED: {Viewer.SPONSOR: _("The reports issued to them")},
    Data.PRIVATE_NOTES: {Viewer.ASSIGNED_COACH: _("Only who wrote them")},
    Data.BRIEF: {
        Viewer.ASSIGNED_COACH: _("Who wrote it; the next coach if the client passes it on")
    },
    Data.ACCESS_LEDGER: {Viewer.OWNER: _("Who, what kind and when; never what it said")},
    Data.TEAM: {
        Viewer.ASSIGNED_COACH: _("The team’s coach"),
        Viewer.CLIENT: _(
            "Each member; summaries from the time they were in it, messages while they are"
        ),
    },
    Data.HEALTH: {Viewer.ASSIGNED_COACH: _("Yes, with the reasons")},
    Data.THEMES: {Viewer.ASSIGNED_COACH: _("Of their own sessions")},
}
_SIGHTS: dict[Sight, tuple[Promise, str]] = {
    Sight.YES: (_("Yes"), "good"),
    Sight.OWN: (_("Yes, their own"), "good"),
    Sight.NO: (_("No"), "no"),
    Sight.BUSY: (_("Only that the time is taken"), "part"),
    Sight.STATE: (_("Only the state"), "part"),
    Sight.SUBJECT: (_("Subject and state"), "part"),
    Sight.COUNTS: (_("Only how many"), "part"),
    Sight.BY_LEVEL: (_("As the signed level says"), "part"),
    Sight.AUTHOR: (_("Only who wrote it"), "good"),
    Sight.IF_ALLOWED: (_("If the client allows"), "part"),
    Sight.THEIRS: (_("Their own copy"), "part"),
    Sight.PREPARES: (_("Prepares, sends and follows up"), "part"),
    Sight.IF_OWNER: (_("If the owner allows"), "part"),
    Sight.IF_PAYING: (_("If they pay themself"), "part"),
    Sight.DATES: (_("Date and place"), "part"),
    Sight.FIRST_NAME: (_("First name, in sessions they share"), "part"),
    Sight.ORGANISING: (_("Only the thread about dates and papers"), "part"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one viewer sees of one kind of data. `tone` is good, part or no."""

    viewer: Promise
    words: Promise
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    title: Promise
    text: Promise
    cells: tuple[Cell, ...]


def title_of(data: Data) -> Promise:
    """What a kind of data is called."""
    return _DATA[data][0]


def who_sees_what() -> list[Row]:
    return [_row(rule) for rule in WHO_SEES_WHAT]


def _row(rule: Rule) -> Row:
    title, text = _DATA[rule.data]
    return Row(
        key=rule.data.value,
        title=title,
        text=text,
        cells=tuple(_cell(rule, viewer, name) for viewer, name in VIEWERS.items()),
    )


def _cell(rule: Rule, viewer: Viewer, name: Promise) -> Cell:
    sight = rule.for_viewer(viewer)
    words, tone = _SIGHTS[sight]
    if sight != Sight.NO:
        words = _OWN_WORDS.get(rule.data, {}).get(viewer, words)
    return Cell(name, words, tone)
