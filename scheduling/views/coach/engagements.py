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
from coachops.web.pages import render_page
from programs.policies import EngagementRefused
from programs.queries.refusals import REFUSALS
from scheduling.forms.engagements import CANCEL, KEEP, BookedSessionsForm
from scheduling.policies import Refused
from scheduling.queries.coming import coming_sessions
from scheduling.queries.zones import city
from scheduling.services.engagements import CHANGES, StillBooked, change_engagement

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
    if form.ids and not form.is_valid():
        return _decide(request, row, change, form)
    try:
        cancelled = change_engagement(
            engagement=row,
            change=change,
            cancel=form.chosen(CANCEL) if form.ids else (),
            keep=form.chosen(KEEP) if form.ids else (),
            now=now,
        )
    except (StillBooked, Refused):
        return _decide(request, row, change, _form(request, row, change, timezone.now()))
    except EngagementRefused as refused:
        messages.error(request, str(REFUSALS[refused.reason]))
    else:
        messages.success(request, _told(cancelled))
    return redirect("coach:engagement", request.practice.slug, row.pk)


def _form(
    request: PracticeRequest, row: Engagement, change: str, now: datetime
) -> BookedSessionsForm:
    sessions = [] if change == "resume" else coming_sessions(row.pk, now)
    answered = request.POST if "decided" in request.POST else None
    return BookedSessionsForm(answered, sessions=sessions, change=change)


def _decide(
    request: PracticeRequest, row: Engagement, change: str, form: BookedSessionsForm
) -> HttpResponse:
    context = {
        "active": "clients",
        "engagement": row,
        "client": row.client,
        "change": change,
        "form": form,
        "number": len(form.ids),
        "zone_city": city(request.user.time_zone),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render_page(request, "scheduling/coach/engagement_change.html", context, status=status)


def _told(cancelled: int) -> str:
    if not cancelled:
        return _("Done.")
    words = ngettext(
        "Done. One session is cancelled; it leaves both calendars now.",
        "Done. %(number)s sessions are cancelled; they leave both calendars now.",
        cancelled,
    )
    return words % {"number": cancelled}
