"""What every page's frame needs to know: the person and the practice. No queries."""

from typing import Any

from django.http import HttpRequest


def person_and_practice(request: HttpRequest) -> dict[str, Any]:
    """`practice`, `person`, `membership`, `audience` and `theme` for the layouts."""
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    return {
        "practice": getattr(request, "practice", None),
        "membership": getattr(request, "membership", None),
        "permissions": getattr(request, "permissions", frozenset()),
        "person": person,
        "theme": person.theme if person else "",
    }
