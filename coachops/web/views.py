from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

FULL_CIRCLE = 360
YEAR = 365 * 24 * 60 * 60


@require_safe
@cache_control(public=True, max_age=YEAR, immutable=True)
def theme(request: HttpRequest, hue: int) -> HttpResponse:
    """The one line a practice's colour comes down to. Lightness is fixed, so contrast holds."""
    if hue > FULL_CIRCLE:
        raise Http404
    return HttpResponse(f"@layer tokens{{:root{{--brand-h:{hue}}}}}", content_type="text/css")


# Stands below the guards of coachops.practices, so it says so itself.
theme.audience = "public"  # type: ignore[attr-defined]
