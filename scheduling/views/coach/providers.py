"""Connecting a calendar at Google or Microsoft: there, and back again."""

from typing import Final

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from scheduling.calendars.providers import PROVIDERS
from scheduling.models import BusySource
from scheduling.services.busy_sources import NameTaken, TooManySources, add_source
from scheduling.services.source_providers import back_to, desk_of
from scheduling.services.source_secrets import Secrets

SALT: Final = "scheduling.calendar_consent"
NONCE: Final = "calendar_consent"
LONGEST_CODE: Final = 2000


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def connect(request: PracticeRequest, provider: str) -> HttpResponse:
    """To the provider's own page, with a mark that only this browser's session can bring back."""
    desk = desk_of(provider) if provider in PROVIDERS else None
    if desk is None:
        raise Http404
    nonce = request.session[NONCE] = get_random_string(32)
    state = signing.dumps({"nonce": nonce, "practice": request.practice.slug}, salt=SALT)
    response = HttpResponse(status=303)
    response.headers["Location"] = desk.consent_address(back_to=back_to(provider), state=state)
    return response


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def finish(request: PracticeRequest, provider: str) -> HttpResponse:
    """The coach is back with a code and says yes once more; a worker trades it in."""
    if provider not in PROVIDERS or desk_of(provider) is None:
        raise Http404
    code = request.POST.get("code", "")
    nonce = request.session.pop(NONCE, "")
    if not nonce or not constant_time_compare(nonce, request.POST.get("nonce", "")):
        messages.error(request, _("That took too long. Connect the calendar once more."))
    elif not code or len(code) > LONGEST_CODE:
        messages.error(request, _("The permission was not given, so nothing was connected."))
    else:
        return _keep(request, provider, code)
    return redirect("coach:calendars", request.practice.slug)


def _keep(request: PracticeRequest, provider: str, code: str) -> HttpResponse:
    """On to the choice of calendars, which are known as soon as a worker has asked for them."""
    found = PROVIDERS[provider]
    try:
        source = add_source(
            coach=request.membership,
            kind=BusySource.Kind(provider),
            name=found.label,
            secrets=Secrets(address=found.busy, code=code),
            now=timezone.now(),
        )
    except NameTaken:
        messages.error(
            request, _("%(name)s is connected already. Remove it first.") % {"name": found.label}
        )
    except TooManySources:
        messages.error(request, _("That makes more than ten calendars. Remove one first."))
    else:
        messages.success(request, _("Connected. It is being read now."))
        return redirect("coach:calendar_choose", request.practice.slug, source.pk)
    return redirect("coach:calendars", request.practice.slug)
