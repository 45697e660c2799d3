"""What a transfer is and which way its states lead."""

from enum import StrEnum


class Kind(StrEnum):
    CLIENTS_IN = "clients_in"
    PRACTICE_OUT = "practice_out"
    PRACTICE_IN = "practice_in"
    OWN_OUT = "own_out"


class Step(StrEnum):
    """Where an import of clients is; exports and whole practices know `APPLY` alone."""

    MAP = "map"
    CHECK = "check"
    APPLY = "apply"
    UNDO = "undo"


class State(StrEnum):
    """WAITING is for the person: to say which column is what, or to go ahead."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Fate(StrEnum):
    """Of one row: before the import what will be, after it what was."""

    ADD = "add"
    UPDATE = "update"
    SKIP = "skip"
    REFUSE = "refuse"
    ADDED = "added"
    UPDATED = "updated"
    UNDONE = "undone"
    KEPT = "kept"


class Problem(StrEnum):
    """Why a file or a whole transfer cannot be worked on; the pages say it in words."""

    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NOT_A_SHEET = "not_a_sheet"
    SWOLLEN = "swollen"
    EMPTY = "empty"
    NO_HEADER = "no_header"
    ENCODING = "encoding"
    LONG_CELL = "long_cell"
    NOT_AN_ARCHIVE = "not_an_archive"
    OTHER_KEY = "other_key"
    CHANGED = "changed"
    NEWER = "newer"
    OLDER = "older"
    NOT_EMPTY = "not_empty"
    NOT_THEIRS = "not_theirs"
    ASK_AN_OWNER = "ask_an_owner"
    NO_LONGER_ALLOWED = "no_longer_allowed"
    BROKEN = "broken"
    TROUBLE = "trouble"


class TransferRefused(Exception):
    """A named reason; the page says it in words."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem
