"""Where somebody is signed in, and ending that elsewhere."""

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from coachops.practices.access import own_device
from coachops.practices.guards import PracticeRequest, signed_in_page
from coachops.practices.queries.devices import Browser, devices_of, words_of
from coachops.practices.services.devices import end_devices
from coachops.web.pages import render_page


@require_safe
@signed_in_page(reason="lists the person's own devices")
def device_list(request: PracticeRequest) -> HttpResponse:
    here = Browser(
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
        address=get_adapter().get_client_ip(request),
    )
    devices = devices_of(request.user, here=here, now=timezone.now())
    return render_page(request, "usersessions/usersession_list.html", {"devices": devices})


@require_POST
@signed_in_page(reason="ends one of the person's own sessions")
def device_end(request: PracticeRequest, pk: int) -> HttpResponse:
    """Signs out one device; for this one there is signing out, which asks first."""
    device = own_device(request, pk)
    if device.session_key == request.session.session_key:
        return redirect("account_logout")
    words, _icon = words_of(device.user_agent)
    end_devices(user=request.user, devices=[device], now=timezone.now())
    messages.success(request, _("Signed out there: %(device)s.") % {"device": words})
    return redirect("devices")


@require_POST
@signed_in_page(reason="ends the person's own sessions elsewhere")
def devices_end_others(request: PracticeRequest) -> HttpResponse:
    others = UserSession.objects.filter(user=request.user)
    others = others.exclude(session_key=request.session.session_key)
    number = end_devices(user=request.user, devices=others, now=timezone.now())
    words = ngettext(
        "Signed out of %(number)s other device.",
        "Signed out of %(number)s other devices.",
        number,
    )
    messages.success(request, words % {"number": number})
    return redirect("devices")
