"""How fates, remarks and problems are said on pages and in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from coachops.transfer.policies import Fate, Kind, Problem, State, Step
from coachops.transfer.policies.columns import Column, DateOrder

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

type Words[K] = dict[K, StrOrPromise]

COLUMNS: Final[Words[Column]] = {
    Column.NAME: _("Name"),
    Column.FAMILY_NAME: _("Family name, if it stands apart"),
    Column.PREFERRED_NAME: _("Called"),
    Column.EMAIL: _("E-mail"),
    Column.PHONE: _("Phone"),
    Column.JOB_TITLE: _("Job title"),
    Column.EMPLOYER: _("Employer"),
    Column.TIME_ZONE: _("Time zone"),
    Column.COACH: _("Coach (by e-mail)"),
    Column.ORGANISATION: _("Company that pays"),
    Column.TITLE: _("Engagement"),
    Column.PROGRAM: _("Program"),
    Column.STARTS_ON: _("Start"),
    Column.ENDS_ON: _("End"),
    Column.SESSIONS: _("Sessions"),
    Column.PAYER: _("Who pays"),
}
DATE_ORDERS: Final[Words[DateOrder]] = {
    DateOrder.ISO: _("2026-03-31"),
    DateOrder.DAY_FIRST: _("31.03.2026 or 31/03/2026"),
    DateOrder.MONTH_FIRST: _("03/31/2026"),
}
LETTERS: Final[Words[str]] = {
    "cp1252": _("Western European (Windows)"),
    "mac_roman": _("Western European (older Mac programs)"),
    "cp1250": _("Central European (Windows)"),
    "cp1251": _("Cyrillic (Windows)"),
}
FATES: Final[Words[Fate]] = {
    Fate.ADD: _("Will be added"),
    Fate.UPDATE: _("Will be updated"),
    Fate.SKIP: _("Left as it is"),
    Fate.REFUSE: _("Refused"),
    Fate.ADDED: _("Added"),
    Fate.UPDATED: _("Updated"),
    Fate.UNDONE: _("Taken back"),
    Fate.KEPT: _("Kept"),
}
FATE_CHIPS: Final = {
    Fate.ADD: ("brand", "plus"),
    Fate.UPDATE: ("brand", "pencil"),
    Fate.SKIP: ("line", "minus"),
    Fate.REFUSE: ("risk", "x"),
    Fate.ADDED: ("good", "check"),
    Fate.UPDATED: ("good", "check"),
    Fate.UNDONE: ("line", "minus"),
    Fate.KEPT: ("warn", "circle-alert"),
}
KINDS: Final[Words[Kind]] = {
    Kind.CLIENTS_IN: _("Import of clients"),
    Kind.PRACTICE_OUT: _("Export of the whole practice"),
    Kind.PRACTICE_IN: _("Import of a whole practice"),
    Kind.OWN_OUT: _("Your data"),
}
STATES: Final[Words[State]] = {
    State.WAITING: _("Waiting for you"),
    State.QUEUED: _("About to start"),
    State.RUNNING: _("Working"),
    State.DONE: _("Finished"),
    State.FAILED: _("Did not work"),
    State.CANCELLED: _("Stopped"),
}
STATE_CHIPS: Final = {
    State.WAITING: ("warn", "hourglass"),
    State.QUEUED: ("line", "clock"),
    State.RUNNING: ("brand", "clock"),
    State.DONE: ("good", "check"),
    State.FAILED: ("risk", "x"),
    State.CANCELLED: ("line", "minus"),
}
WORKING: Final[Words[tuple[Kind, Step]]] = {
    (Kind.CLIENTS_IN, Step.CHECK): _("Every row is being looked at. Nothing is added yet."),
    (Kind.CLIENTS_IN, Step.APPLY): _("Clients are being added."),
    (Kind.CLIENTS_IN, Step.UNDO): _("What the import added is being taken back."),
    (Kind.PRACTICE_OUT, Step.APPLY): _("The practice is being written into one archive."),
    (Kind.PRACTICE_IN, Step.APPLY): _(
        "The archive is being put in its place: all of it, or nothing."
    ),
}
PROBLEMS: Final[Words[Problem]] = {
    Problem.TOO_LARGE: _(
        "The file is larger than 20 MB. Split it, or save only the columns you need as CSV."
    ),
    Problem.TOO_MANY_ROWS: _(
        "The sheet has more than 50,000 rows. Split it into several and import one after the other."
    ),
    Problem.TOO_MANY_COLUMNS: _(
        "The sheet has more than 100 columns. Keep the ones about your clients."
    ),
    Problem.NOT_A_SHEET: _("This is neither CSV nor XLSX. Save the sheet as one of them."),
    Problem.SWOLLEN: _(
        "The file grows out of all proportion when it is unpacked, so it was not opened."
    ),
    Problem.EMPTY: _("There are no rows in it below the headings."),
    Problem.NO_HEADER: _("The first row must hold the headings of the columns."),
    Problem.ENCODING: _("The signs in it cannot be read. Save it again as CSV in UTF-8."),
    Problem.LONG_CELL: _(
        "One cell holds more than 100,000 signs. Most often a quotation mark was opened and not"
        " closed: look for one that stands alone."
    ),
    Problem.NOT_AN_ARCHIVE: _("This is not an archive that CoachOps made."),
    Problem.OTHER_KEY: _(
        "The archive was made by another installation. Ask who runs it to send it here: they and"
        " whoever runs this one exchange a key first."
    ),
    Problem.CHANGED: _("The archive was changed or damaged after it was made. Use another copy."),
    Problem.NEWER: _("The archive comes from a newer version of CoachOps. Update this one first."),
    Problem.OLDER: _(
        "The archive comes from an older version of CoachOps. Import it there, update, and export"
        " it again."
    ),
    Problem.NOT_EMPTY: _("Something is in this practice already. Open a new one for the archive."),
    Problem.NOT_THEIRS: _(
        "Only an owner of the practice that the archive was made of can import it. Sign in as one."
    ),
    Problem.ASK_AN_OWNER: _(
        "More than twenty rows cannot be added by you. Ask an owner to import this sheet."
    ),
    Problem.NO_LONGER_ALLOWED: _("Whoever asked for it may no longer do so."),
    Problem.BROKEN: _("The file is not there any longer. Begin again."),
    Problem.TROUBLE: _(
        "Something went wrong here, several times. What is done stays; whoever runs this"
        " installation finds the reason in the log."
    ),
}
_REMARKS: Final[Words[str]] = {
    "missing": _("is missing"),
    "long": _("is longer than %(value)s characters"),
    "formula": _("is a formula, and formulas are not run. Type what it should say."),
    "no_address": _("is not an e-mail address"),
    "twice": _("stands in row %(value)s already"),
    "no_coach": _("is nobody you can name as the coach here"),
    "coach_missing": _("is missing: name one in the row, or choose one for all rows"),
    "coach_themself": _("is the coach's own address"),
    "no_zone": _("is no time zone, such as Europe/Berlin"),
    "program_missing": _("is missing: name one in the row, or choose one for all rows"),
    "no_program": _("is none of your published programs"),
    "no_date": _("is not a date in the order you chose"),
    "ends_before": _("is before the start"),
    "no_number": _("is not a number from 1 to %(value)s"),
    "no_payer": _("should say who pays: the client or the company"),
    "company_missing": _("is missing, though a company pays"),
    "company_not_paying": _("says that the client pays, but a company is named"),
    "hint_there": _("is a client already"),
    "hint_elsewhere": _("is a client of somebody else in the practice"),
    "hint_ask_owner": _("cannot be added by you; ask an owner"),
    "hint_no_engagement": _("none is opened for somebody who is a client already"),
    "hint_built_on": _("was invited or worked with since, so it stays"),
}


def remark_in_words(remark: str) -> str:
    """`twice:7` as a sentence without its subject, which is the column."""
    code, _colon, value = remark.partition(":")
    return str(_REMARKS[code]) % {"value": value}
