"""What a signed link may do. Each app registers the pages behind its own purposes at start."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

type LinkView = Callable[[Any, Any], HttpResponse]

_views: dict[str, LinkView] = {}
_thanks: dict[str, LinkView] = {}


def register_purpose(purpose: str, view: LinkView, *, thanks: LinkView | None = None) -> None:
    """`view(request, link)` answers GET (shows) and POST (acts) for links of this purpose.

    `thanks(request, link)` answers whoever sent the form twice, once the link is spent: it says
    again what the first click did, and does nothing.
    """
    if purpose in _views:
        raise ValueError(f"{purpose} is registered twice")
    _views[purpose] = view
    if thanks is not None:
        _thanks[purpose] = thanks


def view_of(purpose: str) -> LinkView | None:
    return _views.get(purpose)


def thanks_of(purpose: str) -> LinkView | None:
    return _thanks.get(purpose)


def purposes() -> frozenset[str]:
    return frozenset(_views)
