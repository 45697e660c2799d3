"""Whole page or partial: the server's choice, never the browser's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest, HttpResponse


def is_partial_request(request: HttpRequest) -> bool:
    """True when htmx asks for a piece of a page, not when it restores one from the history."""
    htmx = HtmxDetails(request)
    return bool(htmx) and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partials: Mapping[str, str] | Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or one of its partials when htmx asks for an element on the view's list.

    `partials` names the elements that may be answered alone: element ids that are also the names
    of their `partialdef`, or a mapping from element id to partial name. Rendered at once, inside
    the request's transaction.
    """
    name = ""
    if is_partial_request(request):
        name = _partial_for(HtmxDetails(request).target or "", partials)
    response = render(
        request, f"{template}#{name}" if name else template, dict(context or {}), status=status
    )
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _partial_for(target: str, partials: Mapping[str, str] | Collection[str]) -> str:
    if isinstance(partials, Mapping):
        return partials.get(target, "")
    return target if target in partials else ""
