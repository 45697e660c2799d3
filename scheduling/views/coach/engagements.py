"""Pause or end an engagement; what is booked on it is decided in the same step."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clients.access import engagement_for_member
from clients.models import Engagement
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.clocks import city
from coachops.web.pages import render_page
from programs.policies import EngagementRefused
from programs.queries.refusals import REFUSALS
from scheduling.forms.engagements import CANCEL, KEEP, BookedSessionsForm
from scheduling.policies import Refused
from scheduling.queries.coming import coming_places, coming_sessions
from scheduling.services.engagements import CHANGES, Changed, StillBooked, change_engagement

UNPROCESSABLE = 422


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def engagement_change(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Pauses, resumes, completes or closes it, once every booked session is decided about."""
    row, now = engagement_for_member(request, pk), timezone.now()
    change = request.POST.get("change", "")
    if change not in CHANGES:
        raise Http404
    form = _form(request, row, change, now)
    if form.has_questions and not form.is_valid():
        return _decide(request, row, change, form)
    try:
        changed = change_engagement(
            engagement=row,
            change=change,
            cancel=form.chosen(CANCEL) if form.ids else (),
            keep=form.chosen(KEEP) if form.ids else (),
            now=now,
            frees_places=form.frees_places(),
        )
    except (StillBooked, Refused):
        return _decide(request, row, change, _form(request, row, change, timezone.now()))
    except EngagementRefused as refused:
        messages.error(request, str(REFUSALS[refused.reason]))
    else:
        messages.success(request, _told(changed))
    return redirect("coach:engagement", request.practice.slug, row.pk)


def _form(
    request: PracticeRequest, row: Engagement, change: str, now: datetime
) -> BookedSessionsForm:
    is_asked = change != "resume"
    return BookedSessionsForm(
        request.POST if "decided" in request.POST else None,
        sessions=coming_sessions(row.pk, now) if is_asked else [],
        places=coming_places(row, now) if is_asked else [],
        change=change,
    )


def _decide(
    request: PracticeRequest, row: Engagement, change: str, form: BookedSessionsForm
) -> HttpResponse:
    context = {
        "active": "clients",
        "engagement": row,
        "client": row.client,
        "change": change,
        "form": form,
        "number": len(form.ids) + len(form.places),
        "zone_city": city(request.user.time_zone),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render_page(request, "scheduling/coach/engagement_change.html", context, status=status)


def _told(changed: Changed) -> str:
    told = [_("Done.")]
    if changed.sessions:
        words = ngettext(
            "One session is cancelled; it leaves both calendars now.",
            "%(number)s sessions are cancelled; they leave both calendars now.",
            changed.sessions,
        )
        told.append(words % {"number": changed.sessions})
    if changed.places:
        words = ngettext(
            "One place in a group is free again.",
            "%(number)s places in groups are free again.",
            changed.places,
        )
        told.append(words % {"number": changed.places})
    return " ".join(told)
