"""What may be saved as a note, a summary or a reflection."""

LONGEST = 50_000


class TextRefused(Exception):
    """The text was not saved."""


class TextTooLong(TextRefused):
    """Longer than a book's chapter. Nothing is cut off silently."""


class NothingToShare(TextRefused):
    """An empty page is not shared."""


class Conflict(TextRefused):
    """Somebody (most often the same person in another tab) saved a newer version."""

    def __init__(self, stored: str, version: int) -> None:
        super().__init__(f"version {version} is newer")
        self.stored = stored
        self.version = version


def tidy(text: str) -> str:
    """Line ends as one character, whatever the browser sent. Raises TextTooLong."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        raise TextTooLong(f"{len(text)} characters")
    return text


def both(stored: str, typed: str) -> str:
    """Two versions one below the other, for a person to put in order."""
    return "\n\n".join(part for part in (stored.rstrip(), typed.strip()) if part)
