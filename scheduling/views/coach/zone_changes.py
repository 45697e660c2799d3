"""The rules of a time zone have changed: the coach's side decides, session by session."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import coaches_for_member, session_for_member
from scheduling.policies import Refused
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.zone_changes import zone_changes_of
from scheduling.services.booking import SlotTaken
from scheduling.services.planning import ChangedMeanwhile
from scheduling.services.zone_changes import NoSuchTime, keep_instant, move_to_meant_time


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def zone_changes(request: PracticeRequest) -> HttpResponse:
    """Every session that is no longer at the wall time it was booked for."""
    coaches = coaches_for_member(request)
    context = {
        "active": "calendar",
        "changes": zone_changes_of([coach.pk for coach in coaches], timezone.now()),
        "names_coaches": len(coaches) > 1,
    }
    return render_page(request, "scheduling/coach/zone_changes.html", context)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def keep(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """It stays at its instant."""
    found = session_for_member(request, pk)
    try:
        keep_instant(session=found, sequence=_version(request), now=timezone.now())
    except ChangedMeanwhile:
        messages.error(request, _changed())
    else:
        messages.success(request, _("It stays as it is."))
    return _back(request)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def move(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """To the wall time that was meant. A time that is taken leads to the page with all others."""
    found = session_for_member(request, pk)
    try:
        move_to_meant_time(session=found, sequence=_version(request), now=timezone.now())
    except SlotTaken:
        messages.error(request, _("Something else stands there by now. Choose another time."))
        return redirect("coach:session_move", request.practice.slug, found.pk)
    except NoSuchTime:
        messages.error(request, _("The clock does not show that time. Choose another one."))
        return redirect("coach:session_move", request.practice.slug, found.pk)
    except ChangedMeanwhile:
        messages.error(request, _changed())
    except Refused as refused:
        messages.error(request, refusal_in_words(refused.reason, coach=found.coach.name.split()[0]))
    else:
        messages.success(request, _("Moved. All calendars hear of it now."))
    return _back(request)


def _version(request: PracticeRequest) -> int:
    """The calendar revision that the page showed; one that never is, for anything else."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


def _changed() -> str:
    return _("Somebody changed this session meanwhile. Here is how it stands now.")


def _back(request: PracticeRequest) -> HttpResponse:
    return redirect("coach:zone_changes", request.practice.slug)
