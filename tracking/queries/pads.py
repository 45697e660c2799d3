"""A text that saves itself while it is written."""

from dataclasses import dataclass
from datetime import datetime

from django_stubs_ext import StrOrPromise

from tracking.policies.differences import Line, side_by_side


@dataclass(frozen=True, slots=True)
class Pad:
    """A text being written. Version 0: not begun. `stored` is a newer one that was not seen."""

    text: str = ""
    version: int = 0
    saved_at: datetime | None = None
    shared_at: datetime | None = None
    stored: str | None = None
    stored_version: int = 0
    problem: StrOrPromise = ""

    @property
    def differences(self) -> tuple[Line, ...]:
        """What was typed beside what is stored; nothing where nothing newer is."""
        return side_by_side(self.text, self.stored) if self.stored is not None else ()
