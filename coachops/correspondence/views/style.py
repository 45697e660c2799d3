"""The style sheet of mails, for pages that show a mail before it goes out."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from coachops.mail.colours import palette
from coachops.practices.guards import public_page

FULL_CIRCLE = 360
HOUR = 60 * 60


@require_safe
@cache_control(public=True, max_age=HOUR)
@public_page(reason="colours of a mail, nobody's words")
def mail_style(request: HttpRequest, hue: int) -> HttpResponse:
    """What mails carry in their elements, in the colours of a hue in degrees."""
    if hue > FULL_CIRCLE:
        raise Http404
    rules = render_to_string("mail/base.css", {"colours": palette(hue)})
    return HttpResponse(rules, content_type="text/css")
