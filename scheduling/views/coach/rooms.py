"""The practice's rooms: list, add, change, archive."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import room_for_member, rooms_for_member
from scheduling.forms.questions import RoomForm
from scheduling.services.meeting_rooms import RoomNameTaken, add_room, archive_room, change_room

MOST_ROOMS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def rooms(request: PracticeRequest) -> HttpResponse:
    """Every room; POST adds one."""
    found = rooms_for_member(request)
    form = RoomForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            add_room(now=timezone.now(), **form.cleaned_data)
        except RoomNameTaken:
            form.add_error("name", _("Another room has this name. Choose a different one."))
        else:
            messages.success(request, _("Added. Offerings can meet in it now."))
            return redirect("coach:rooms", request.practice.slug)
    context = {"active": "offerings", "rooms": list(found[:MOST_ROOMS]), "form": form}
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/rooms.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def room(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One room: change it, archive it or open it again."""
    found, now = room_for_member(request, pk), timezone.now()
    if request.method == "POST" and "archive" in request.POST:
        archive_room(room=found, archived=request.POST["archive"] == "1", now=now)
        return redirect("coach:rooms", request.practice.slug)
    initial = {"name": found.name, "join_url": found.join_url, "address": found.address}
    form = RoomForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            change_room(room=found, now=now, **form.cleaned_data)
        except RoomNameTaken:
            form.add_error("name", _("Another room has this name. Choose a different one."))
        else:
            messages.success(request, _("Saved. Booked sessions keep the link they have."))
            return redirect("coach:rooms", request.practice.slug)
    context = {"active": "offerings", "room": found, "form": form}
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/room.html", context, status=status)
