"""Somebody's calendar said no: the coach decides what happens."""

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
from scheduling.access import may_change_second, session_for_member
from scheduling.queries.replies import answers_of
from scheduling.queries.sessions import line_of
from scheduling.services.replies import settle_declined


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def session_reply(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What calendars answered. POST: it stays booked, whatever they said."""
    found, now = session_for_member(request, pk), timezone.now()
    if request.method == "POST":
        settle_declined(session=found, now=now)
        messages.success(request, _("It stays booked."))
        return redirect("coach:today", request.practice.slug)
    context = {
        "active": "calendar",
        "line": line_of(found),
        "answers": answers_of([found.pk]).get(found.pk, ()),
        "is_ahead": found.starts_at > now and not found.is_cancelled,
        "may_change_second": found.second_coach_id is not None
        and may_change_second(request, found, now),
    }
    return render_page(request, "scheduling/coach/session_reply.html", context)
