"""Where Google and Microsoft send people back to. Shows; the practice's own page acts."""

from django.core import signing
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from coachops.practices.guards import PracticeRequest, signed_in_page
from coachops.web.pages import render_page
from scheduling.calendars.providers import PROVIDERS
from scheduling.services.source_providers import desk_of

SALT = "scheduling.calendar_consent"
LASTS = 900


@require_safe
@signed_in_page(reason="providers know one address of ours; the signed state names the practice")
def connected(request: PracticeRequest, provider: str) -> HttpResponse:
    """Asks to finish; whatever was not begun here within a quarter of an hour is the usual 404."""
    found = PROVIDERS.get(provider)
    if found is None or desk_of(provider) is None:
        raise Http404
    try:
        state = signing.loads(request.GET.get("state", ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        raise Http404 from None
    context = {
        "provider": found,
        "slug": state["practice"],
        "nonce": state["nonce"],
        "code": request.GET.get("code", ""),
    }
    response = render_page(request, "scheduling/connected.html", context)
    response.headers["Referrer-Policy"] = "same-origin"
    return response
