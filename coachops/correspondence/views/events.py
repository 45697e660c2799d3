"""The one address at which a mail provider reports what became of our mails."""

from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coachops.mail.inbound import provider_view
from coachops.practices.guards import public_page
from coachops.web.limits import TooMany, allow

EVENTS_A_MINUTE = 1200


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
@public_page(reason="the secret in the address is the provider's; only mails of ours are marked")
def mail_events(request: HttpRequest, secret: str) -> HttpResponse:
    """Events in the words of the configured provider, which django-anymail understands."""
    expected = settings.MAIL_EVENTS.secret
    if not expected or not compare_digest(secret.encode(), expected.encode()):
        raise Http404
    view = provider_view(settings.MAIL_EVENTS, about="tracking")
    if view is None:
        raise Http404
    try:
        allow("mail events", most=EVENTS_A_MINUTE, seconds=60)
    except TooMany as limit:
        return HttpResponse(status=429, headers={"Retry-After": str(limit.seconds)})
    return view(request)
