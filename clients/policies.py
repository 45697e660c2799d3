"""What state allows: what may reach a sponsor, who signs what, and until when a message waits."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import permutations

HIGHEST_LEVEL = 3


class Part(StrEnum):
    """Something that a sponsor may come to see."""

    NAME = "name"
    STATE = "state"
    PROGRAM = "program"
    SESSION_COUNTS = "session_counts"
    NEXT_REPORT = "next_report"
    NEXT_THREE_WAY = "next_three_way"
    ATTENDANCE = "attendance"
    GOAL_PROGRESS = "goal_progress"
    SPONSOR_WORDING = "sponsor_wording"
    CLIENT_STATEMENT = "client_statement"
    PULSE = "pulse"


class Withheld(StrEnum):
    """Something that no sponsor sees at any level."""

    NOTES = "notes"
    REFLECTIONS = "reflections"
    INTAKE = "intake"
    ACTIONS = "actions"
    OWN_WORDING = "own_wording"
    ASSESSMENTS = "assessments"
    RATERS = "raters"
    COMMENTS = "comments"


class Party(StrEnum):
    """Who must sign before a level opens."""

    CLIENT = "client"
    COACH = "coach"
    SPONSOR = "sponsor"


class ContentKind(StrEnum):
    """What somebody read of a client's content; kept in the access ledger."""

    SESSION = "session notes"
    SUMMARY = "session summaries"
    GOALS = "goals"
    ACTIONS = "action items"
    REFLECTIONS = "shared reflections"
    PROFILE = "client profile"
    PATTERNS = "what returns"
    INTAKE = "intake answers"
    PREPARATION = "preparation answers"
    QUESTIONNAIRE = "questionnaire answers"
    BOOKING = "answers when booking"
    THREE_WAY = "points for a three-way"
    REPORT = "progress report"
    SPONSOR_PAGE = "sponsor page"
    OPENED = "opened records"
    MESSAGES = "messages"
    BRIEF = "brief for the next coach"
    CONTACTS = "contact and next dates"


_INVOICING = frozenset(
    {
        Part.NAME,
        Part.STATE,
        Part.PROGRAM,
        Part.SESSION_COUNTS,
        Part.NEXT_REPORT,
        Part.NEXT_THREE_WAY,
    }
)
_PROGRESS = _INVOICING | {Part.GOAL_PROGRESS}
_GOALS = _PROGRESS | {Part.SPONSOR_WORDING, Part.CLIENT_STATEMENT}
_FEEDBACK = _GOALS | {Part.PULSE}

# None is closed. Attendance belongs to no level: the client opts in, or it stays away.
DISCLOSES: dict[int | None, frozenset[Part]] = {
    None: frozenset(),
    0: _INVOICING,
    1: _PROGRESS,
    2: _GOALS,
    3: _FEEDBACK,
}
NEVER_DISCLOSED: tuple[Withheld, ...] = tuple(Withheld)


class Refusal(StrEnum):
    """Why a step towards another level is not possible."""

    SELF_PAYING = "self_paying"
    NOT_HIGHER = "not_higher"
    NOT_LOWER = "not_lower"
    NO_SUCH_LEVEL = "no_such_level"
    CONTACT_ELSEWHERE = "contact_elsewhere"
    CONTACT_IS_THE_CLIENT = "contact_is_the_client"
    ALREADY_OPEN = "already_open"
    NOT_OPEN = "not_open"
    ALREADY_SIGNED = "already_signed"


class DisclosureRefused(Exception):
    """A named reason; the page says it in words."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


def disclosed_parts(
    *, level: int | None, is_sponsored: bool, attendance_shared: bool
) -> frozenset[Part]:
    """Everything about one engagement that its sponsor may see now."""
    if not is_sponsored:
        return frozenset()
    parts = DISCLOSES[level]
    if parts and attendance_shared:
        return parts | {Part.ATTENDANCE}
    return parts


def check_raise(*, level: int, current: int | None, is_sponsored: bool) -> None:
    """Raising is what the three are asked to sign. Raises DisclosureRefused."""
    if not is_sponsored:
        raise DisclosureRefused(Refusal.SELF_PAYING)
    if not 0 <= level <= HIGHEST_LEVEL:
        raise DisclosureRefused(Refusal.NO_SUCH_LEVEL)
    if current is not None and level <= current:
        raise DisclosureRefused(Refusal.NOT_HIGHER)


def check_lower(*, level: int | None, current: int | None) -> None:
    """Lowering is the client's alone, at once. Raises DisclosureRefused."""
    if level is not None and not 0 <= level <= HIGHEST_LEVEL:
        raise DisclosureRefused(Refusal.NO_SUCH_LEVEL)
    if current is None or (level is not None and level >= current):
        raise DisclosureRefused(Refusal.NOT_LOWER)


def is_complete(parties: frozenset[str]) -> bool:
    """All three have signed."""
    return parties >= frozenset(Party)


def levels_above(current: int | None) -> tuple[int, ...]:
    """What can be proposed."""
    return tuple(range(0 if current is None else current + 1, HIGHEST_LEVEL + 1))


def levels_below(current: int | None) -> tuple[int | None, ...]:
    """What the client can go back to at once, the highest first; None is closed."""
    if current is None:
        return ()
    return (*range(current - 1, -1, -1), None)


def mail_domain(address: str) -> str:
    """The part behind the @, in lower case."""
    return address.rpartition("@")[2].strip().lower()


def is_at_domain(address: str, domain: str) -> bool:
    """Whether the address is at the domain or below it (`mail.acme.example` is below)."""
    wanted = domain.strip().lower().removeprefix("@")
    found = mail_domain(address)
    return bool(wanted) and (found == wanted or found.endswith(f".{wanted}"))


MOST_TEXT = 60_000
CODE_VALID_FOR = timedelta(minutes=15)
CODE_AGAIN_AFTER = timedelta(seconds=30)
MOST_CODE_TRIES = 5
MOST_CODES = 6


class AgreementRefusal(StrEnum):
    """Why a step with an agreement is not possible."""

    SELF_PAYING = "self_paying"
    NO_CONTACT = "no_contact"
    CONTACT_ELSEWHERE = "contact_elsewhere"
    SAME_PERSON = "same_person"
    NO_SPEAKER = "no_speaker"
    ALREADY_OPEN = "already_open"
    NOT_A_DRAFT = "not_a_draft"
    NOT_OPEN = "not_open"
    NOT_YOUR_TURN = "not_your_turn"
    ALREADY_SIGNED = "already_signed"
    NOT_AS_SHOWN = "not_as_shown"
    EMPTY_FIELDS = "empty_fields"
    NOT_RUNNING = "not_running"


class AgreementRefused(Exception):
    """A named reason; the page says it in words. `fields`: merge fields without a value."""

    def __init__(self, reason: AgreementRefusal, fields: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fields = fields


class DeclineReason(StrEnum):
    """Why somebody does not sign; a list, since free text would say more than is needed."""

    WORDING = "wording"
    TERMS = "terms"
    DISCLOSURE = "disclosure"
    WRONG_PERSON = "wrong_person"
    NOT_GOING_AHEAD = "not_going_ahead"
    OTHER = "other"


class CodeAnswer(StrEnum):
    """What became of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    TOO_MANY = "too_many"


def signing_orders(kind: str, *, is_sponsored: bool) -> tuple[tuple[Party, ...], ...]:
    """Every order in which the parties of such an agreement may sign; the usual one first.

    The client reads no fees of a sponsored engagement, the company no agreement of a client who
    pays. Raises AgreementRefused for a three-party text without a third party.
    """
    if kind == "three_party" and not is_sponsored:
        raise AgreementRefused(AgreementRefusal.SELF_PAYING)
    if kind == "fees" and is_sponsored:
        parties: tuple[Party, ...] = (Party.SPONSOR, Party.COACH)
    elif kind == "three_party":
        parties = (Party.CLIENT, Party.SPONSOR, Party.COACH)
    else:
        parties = (Party.CLIENT, Party.COACH)
    return tuple(permutations(parties))


def judge_code(
    *, is_right: bool, tries: int, sent_at: datetime | None, now: datetime
) -> CodeAnswer:
    """`tries` are those before this one."""
    if sent_at is None or now >= sent_at + CODE_VALID_FOR:
        return CodeAnswer.EXPIRED
    if tries >= MOST_CODE_TRIES:
        return CodeAnswer.TOO_MANY
    return CodeAnswer.RIGHT if is_right else CodeAnswer.WRONG


LONGEST_MESSAGE = 10_000
TAKEN_BACK_WITHIN = timedelta(minutes=15)
QUIET_BETWEEN_MAILS = timedelta(minutes=30)
# Without a promise: after so many working days an unanswered message needs somebody.
USUAL_ANSWER = 3
_FRIDAY = 4


def answer_day(written_on: date, working_days: int, away_until: date | None) -> date:
    """The last day of an answer within so many working days, Monday to Friday. Days until the end
    of an absence do not count.
    """
    day = written_on if away_until is None else max(written_on, away_until)
    left = working_days
    while left:
        day += timedelta(days=1)
        if day.weekday() <= _FRIDAY:
            left -= 1
    return day


def may_take_back(*, sent_at: datetime, now: datetime) -> bool:
    """Whether whoever wrote a message may still delete it."""
    return now - sent_at <= TAKEN_BACK_WITHIN
