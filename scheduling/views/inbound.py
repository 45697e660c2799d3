"""The one address that a mail provider hands answers to invitations to."""

import logging
from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coachops.mail.inbound import provider_view
from coachops.practices.guards import public_page
from coachops.web.limits import TooMany, allow
from scheduling.invitations import BIGGEST_MESSAGE
from scheduling.services.replies import take_mail

MAILS_A_MINUTE = 120

logger = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
@public_page(reason="the secret in the address is the provider's; mail is checked by what it says")
def inbound_mail(request: HttpRequest, secret: str) -> HttpResponse:
    """A mail as it came (message/rfc822), or in the words of the provider that is configured.

    What is no answer of an invited person is passed over, so that the provider does not try again.
    """
    expected = settings.INBOUND_MAIL.secret
    if not expected or not compare_digest(secret.encode(), expected.encode()):
        raise Http404
    try:
        allow("inbound mail", most=MAILS_A_MINUTE, seconds=60)
    except TooMany as limit:
        return HttpResponse(status=429, headers={"Retry-After": str(limit.seconds)})
    view = provider_view(settings.INBOUND_MAIL)
    if view is not None:
        try:
            return view(request)
        except RecursionError:  # parts within parts without end; again it would be no better
            logger.warning("mail to the organizer: nested too deeply")
            return HttpResponse(status=204)
    if request.method == "POST":
        length = request.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > BIGGEST_MESSAGE:
            return HttpResponse(status=413)
        take_mail(request.body, now=timezone.now())
    return HttpResponse(status=204)
