"""Messages on the dashboard: a coach's own threads, and the ones about logistics."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import today_in
from clients.access.messages import threads_for_member, threads_in_inbox
from clients.forms.messages import PromiseForm
from clients.queries.messages import inbox_of, promise_of
from clients.services.messages import promise_answers
from clients.views.message_threads import thread_page
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission, Role
from coachops.web.pages import render_page

THREAD = "clients/coach/client_messages.html"


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.SEE_CLIENTS)
def inbox(request: PracticeRequest) -> HttpResponse:
    """Who waits for an answer, the longest first. POST sets how soon a coach answers."""
    is_coach = Role.COACH in request.membership.roles
    if request.method == "POST" and is_coach:
        form = PromiseForm(request.POST, today=today_in(request))
        if form.is_valid():
            promise_answers(**form.cleaned_data, by=request.membership, now=timezone.now())
            notes.success(request, _("Kept. Your clients read it above the box."))
            return redirect("coach:messages", request.practice.slug)
        return _inbox(request, form)
    return _inbox(request, _promise_form(request) if is_coach else None)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.SEE_CLIENTS)
def client_messages(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The coach's thread with their client; for everybody else the one about logistics."""
    own, logistics = threads_for_member(request, pk)
    context = {"active": "messages", "has_both": own is not None, "waiting": logistics.row}
    return thread_page(request, own or logistics, THREAD, context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.SEE_CLIENTS)
def client_logistics(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What everybody who organises the sessions reads."""
    own, logistics = threads_for_member(request, pk)
    context = {
        "active": "messages",
        "has_both": own is not None,
        "waiting": own.row if own else None,
    }
    return thread_page(request, logistics, THREAD, context)


def _promise_form(request: PracticeRequest) -> PromiseForm:
    today = today_in(request)
    promise = promise_of(request.membership.pk, today)
    initial = {"working_days": promise.working_days, "away_until": promise.away_until}
    return PromiseForm(initial=initial, today=today)


def _inbox(request: PracticeRequest, form: PromiseForm | None) -> HttpResponse:
    found = inbox_of(
        threads_in_inbox(request), now=timezone.now(), before=_moment(request.GET.get("before", ""))
    )
    is_wrong = form is not None and form.is_bound
    return render_page(
        request,
        "clients/coach/messages.html",
        {"active": "messages", "inbox": found, "form": form},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
    )


def _moment(text: str) -> datetime | None:
    """What makes no sense narrows nothing."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None
