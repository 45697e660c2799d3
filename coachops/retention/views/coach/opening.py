"""Shared material of a coach who is gone: asked for, consented to, read, ended."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_stubs_ext import StrOrPromise

from clients.models import ClientKey
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.retention import access
from coachops.retention.forms import OpeningForm
from coachops.retention.models import BreakGlass, BreakGlassConsent
from coachops.retention.queries.records import openings_of
from coachops.retention.services import break_glass, second_person
from coachops.retention.views.coach.records import records_page
from coachops.web.pages import render_page
from tracking.queries.goals import goals_of_client
from tracking.queries.reflections import shared_reflections
from tracking.queries.summaries import shared_summaries

MOST = 100
_NOT_THE_SECOND: dict[type[second_person.SecondRefused], StrOrPromise] = {
    second_person.NoSecondPerson: _lazy(
        "Nobody independent was named two weeks ago or earlier. Ask the client."
    ),
    second_person.CanBeAsked: _lazy(
        "Ask the client first. The second person is asked only where the client has not answered"
        " within two weeks, or has no portal and mail to them comes back."
    ),
    second_person.SaidNo: _lazy(
        "The client has said no to this. Nobody says yes in their place; you may ask them again."
    ),
}


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
@looks_first
def opening_ask(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Writes the reason down and asks for consent; opens nothing."""
    client = access.client_for_owner(request, pk)
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return records_page(request, client, opening_form=form)
    try:
        break_glass.ask_to_open(
            client=client,
            by=request.membership,
            reason=form.cleaned_data["reason"],
            hours=form.cleaned_data["hours"],
            asks_second=form.cleaned_data["consent"] == "second",
            delay_reason=form.cleaned_data["delay"],
            now=timezone.now(),
        )
    except break_glass.StillCoached:
        form.add_error(None, _("Somebody coaches this client now. Ask the coach."))
    except break_glass.NobodyWasThere:
        form.add_error(None, _("Nobody has coached this client, so there is nothing to open."))
    except second_person.IsTheReader:
        form.add_error(None, _("You are the client or the coach yourself."))
    except second_person.SecondRefused as refused:
        form.add_error("consent", _NOT_THE_SECOND[type(refused)])
    except break_glass.NoPortal:
        problem = _("Invite the client to the portal first: consent is given there.")
        form.add_error("consent", problem)
    else:
        messages.success(request, _("Asked. Nothing opens before there is consent."))
        return redirect("coach:client_records", request.practice.slug, client.pk)
    return records_page(request, client, opening_form=form)


@require_safe
@coach_page(Permission.MANAGE_PRACTICE)
def opened_records(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Goals, shared summaries and shared reflections, read only; each look is written down."""
    asked = access.own_question(request, pk)
    now = timezone.now()
    opening = next(
        each for each in openings_of(asked.client, now, only_told=False) if each.row.pk == asked.pk
    )
    if not opening.is_open:
        raise Http404
    found_or_404(ClientKey, ClientKey.objects.filter(client=asked.client))
    with access.through_broken_glass(request, asked):
        context = {
            "active": "clients",
            "client": asked.client,
            "opening": opening,
            "goals": goals_of_client(asked.client_id),
            "summaries": shared_summaries(asked.client_id, limit=MOST),
            "reflections": shared_reflections(asked.client_id, limit=MOST),
        }
    return render_page(request, "retention/coach/opened_records.html", context)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def opening_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Closed before its time."""
    asked = access.own_question(request, pk)
    break_glass.end_opening(asked=asked, now=timezone.now())
    messages.success(request, _("Closed."))
    return redirect("coach:client_records", request.practice.slug, asked.client_id)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.USE_DASHBOARD)
def second_consent(request: PracticeRequest) -> HttpResponse:
    """For the independent second person alone: who asks, why, yes or nothing."""
    waiting = access.openings_for_second(request)
    if request.method == "POST":
        chosen = str(request.POST.get("opening", ""))
        asked = next((each for each in waiting if str(each.pk) == chosen), None)
        if asked is not None and _consented(request, asked):
            messages.success(request, _("Consent given. Coach and client are told."))
        else:
            messages.error(request, _("This request no longer stands."))
        return redirect("coach:second_consent", request.practice.slug)
    context = {"active": "today", "waiting": list(waiting)}
    return render_page(request, "retention/coach/second_consent.html", context)


def _consented(request: PracticeRequest, asked: BreakGlass) -> bool:
    if not second_person.is_second_person(request.membership, timezone.now()):
        return False
    try:
        break_glass.give_consent(
            asked=asked,
            giver=BreakGlassConsent.Giver.SECOND,
            membership=request.membership,
            now=timezone.now(),
        )
    except (break_glass.AlreadyGiven, break_glass.StillCoached):
        return False
    return True
