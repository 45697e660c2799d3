"""The one address behind every link that works without signing in."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, link_gone, link_page
from coachops.practices.models import SignedLink
from coachops.practices.purposes import thanks_of, view_of
from coachops.practices.services.links import hash_secret


@require_http_methods(["GET", "HEAD", "POST"])
@link_page(reason="the secret in the address says what may be done, and to what")
def follow_link(request: PracticeRequest, token: str) -> HttpResponse:
    """Hand over to the page of the link's purpose, or say that the link no longer works."""
    _, _, secret = token.partition(".")
    link = SignedLink.objects.filter(secret_hash=hash_secret(secret)).first()
    now = timezone.now()
    view = None
    if link is not None and link.is_usable(now):
        view = view_of(link.purpose)
    elif link is not None and request.method == "POST" and link.has_just_ended(now):
        view = thanks_of(link.purpose)
    return link_gone(request) if view is None else view(request, link)
