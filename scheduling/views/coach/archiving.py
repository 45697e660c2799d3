"""Archive a client, or bring them back. What is still booked is named and cancelled with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clients.access import client_for_member, today_in
from clients.models import Client
from clients.queries.clients import assigned_coaches
from clients.services.clients import restore_client
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.clocks import city
from coachops.web.pages import render_page
from scheduling.access import beyond_reach
from scheduling.policies import Refused
from scheduling.policies.groups import GroupRefused
from scheduling.queries.archiving import Coming, coming_of, in_lines
from scheduling.services.archiving import StillComing, archive_with_dates


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def client_archive(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Archives at once what has nothing ahead; else asks first, naming every date."""
    client, now = client_for_member(request, pk), timezone.now()
    named = _named(request)
    if named:
        named -= beyond_reach(request, client, coming_of(client, now))
    try:
        coming = archive_with_dates(client=client, named=named, now=now)
    except StillComing as found:
        return _ask(request, client, found.coming)
    except (Refused, GroupRefused):  # one has just begun
        return _ask(request, client, coming_of(client, timezone.now()))
    messages.success(request, _told(client, coming))
    return redirect("coach:clients", request.practice.slug)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def client_restore(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Back into the list."""
    client = client_for_member(request, pk)
    restore_client(client=client, now=timezone.now())
    messages.success(request, _("%(name)s is back in the list.") % {"name": client.name})
    return redirect("coach:clients", request.practice.slug)


def _named(request: PracticeRequest) -> set[UUID]:
    """The dates that the page has named, as far as they are ids."""
    found = set()
    for text in request.POST.getlist("cancel"):
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _ask(request: PracticeRequest, client: Client, coming: Coming) -> HttpResponse:
    if beyond_reach(request, client, coming):
        return _leave_to_others(request, client)
    lines = in_lines(coming)
    context = {
        "active": "clients",
        "client": client,
        "lines": lines,
        "number": len(lines),
        "zone_city": city(request.user.time_zone),
    }
    return render_page(request, "scheduling/coach/client_archive.html", context)


def _leave_to_others(request: PracticeRequest, client: Client) -> HttpResponse:
    """Some of the dates are not this member's to cancel, nor to read about."""
    coaches = assigned_coaches(client, today_in(request))
    context = {"active": "clients", "client": client, "coaches": coaches}
    return render_page(request, "scheduling/coach/client_archive_others.html", context, status=409)


def _told(client: Client, coming: Coming) -> str:
    number = len(coming.ids)
    if not number:
        return _("%(name)s is archived.") % {"name": client.name}
    words = ngettext(
        "%(name)s is archived, and one date is cancelled; it leaves the calendars now.",
        "%(name)s is archived, and %(number)s dates are cancelled; they leave the calendars now.",
        number,
    )
    return words % {"name": client.name, "number": number}
