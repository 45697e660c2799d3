"""For machines that watch: is the process alive, is the whole ready, do the workers work."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from coachops.outbox.health import worker_health
from coachops.pages.queries.health import readiness_problems
from coachops.practices.guards import public_page

UNAVAILABLE = 503


@require_safe
@cache_control(no_store=True)
@public_page(reason="a watcher has no account; the answer names no data")
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@cache_control(no_store=True)
@public_page(reason="a watcher has no account; the answer names parts, never data")
def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker and worker answer; migrations and row-level security are whole."""
    return _answer(readiness_problems())


@require_safe
@cache_control(no_store=True)
@public_page(reason="a watcher has no account; the answer names parts, never data")
def worker(request: HttpRequest) -> JsonResponse:
    """Side effects leave in time."""
    return _answer(list(worker_health().problems))


def _answer(problems: list[str]) -> JsonResponse:
    if problems:
        return JsonResponse({"status": "unavailable", "problems": problems}, status=UNAVAILABLE)
    return JsonResponse({"status": "ok", "problems": []})
