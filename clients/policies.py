"""What may reach a sponsor, as one declaration: pages, reports and explanations all read it."""

from enum import StrEnum

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
    BOOKING = "answers when booking"
    THREE_WAY = "points for a three-way"
    REPORT = "progress report"
    SPONSOR_PAGE = "sponsor page"


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
