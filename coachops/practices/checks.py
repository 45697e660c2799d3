"""A view without a declared audience, or mounted under another audience's tree, stops the start."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

OUR_PACKAGES = frozenset({"coachops", "clients", "programs", "scheduling", "tracking"})
TREES = frozenset({"coach", "portal", "sponsor"})


def walk(
    patterns: Sequence[URLPattern | URLResolver], tree: str | None = None
) -> Iterator[tuple[str | None, URLPattern]]:
    """Every URL pattern with the audience tree (coach, portal, sponsor) it is mounted under."""
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield tree, entry
        else:
            inner = entry.namespace if entry.namespace in TREES else None
            yield from walk(entry.url_patterns, tree or inner)


@register("urls")
def every_view_declares_its_audience(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    for tree, entry in walk(get_resolver().url_patterns):
        view = entry.callback
        module = getattr(view, "__module__", "")
        if module.split(".")[0] not in OUR_PACKAGES:
            continue
        audience = getattr(view, "audience", None)
        if audience is None or (tree is not None and audience != tree):
            errors.append(
                Error(
                    f"{module}.{view.__name__} is mounted under {tree!r} and declares {audience!r}",
                    hint="Decorate it with a guard from coachops.practices.guards.",
                    id="practices.E001",
                )
            )
    return errors
