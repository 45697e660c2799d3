"""What a layout's navigation is made of. Which entries exist is decided by the pages above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry. A page marks itself by passing `active=<key>` to its template.

    The first four entries are the tabs at the thumb on a phone; the others move behind *More*.
    """

    key: str
    label: StrOrPromise
    url: str
    icon: str
    count: int | None = None
    # What is set up once and opened seldom stands apart, below the rest.
    is_set_up: bool = False
