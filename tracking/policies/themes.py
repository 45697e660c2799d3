"""How many themes a conversation has, and how long a practice's list may be, as plain rules."""

MOST_A_SESSION = 3
MOST_IN_LIST = 40
LONGEST_NAME = 40


class ThemeRefused(Exception):
    """The themes stay as they were."""


class TooManyThemes(ThemeRefused):
    """Four themes say no more than none."""


class UnknownTheme(ThemeRefused):
    """Not on the practice's list, or no longer."""


class NameTaken(ThemeRefused):
    """The list has a theme of this name already."""


class ListFull(ThemeRefused):
    """A list that nobody can take in at a glance is no list."""


def check_number(chosen: int) -> None:
    """Raises TooManyThemes."""
    if chosen > MOST_A_SESSION:
        raise TooManyThemes


def check_room(existing: int) -> None:
    """Raises ListFull."""
    if existing >= MOST_IN_LIST:
        raise ListFull
