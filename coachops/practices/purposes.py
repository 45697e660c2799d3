"""What a signed link may do. Each app registers the pages behind its own purposes at start."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

type LinkView = Callable[[Any, Any], HttpResponse]

_views: dict[str, LinkView] = {}


def register_purpose(purpose: str, view: LinkView) -> None:
    """`view(request, link)` answers GET (shows) and POST (acts) for links of this purpose."""
    if purpose in _views:
        raise ValueError(f"{purpose} is registered twice")
    _views[purpose] = view


def view_of(purpose: str) -> LinkView | None:
    return _views.get(purpose)


def purposes() -> frozenset[str]:
    return frozenset(_views)
