"""Questionnaires at any time on the dashboard: to ask and chase for many, to read for one."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import client_with_safe, today_in
from clients.models import Client
from clients.services.asking import AlreadyAsked, IsArchived, remind, withdraw_asking
from coachops.mail.previewing import MailPreview, is_looking, mails_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.questionnaires.queries.answers import reading_of
from coachops.questionnaires.views.filling import answer_file, discuss
from coachops.web.pages import render_page
from tracking.access.questionnaires import asked_for_member, open_for_member, opened_for_coach
from tracking.forms.questionnaires import AskForm, RulesForm
from tracking.queries.questionnaires import (
    asked_of,
    questionnaire_facts,
    questionnaire_rules,
    sessions_to_ask_about,
    to_ask,
)
from tracking.queries.tabs import client_tabs
from tracking.services.questionnaire_rules import save_questionnaire_rules
from tracking.services.questionnaires import ask_questionnaire
from tracking.views.coach.team_questionnaires import ask_all, team_page


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def client_questionnaires(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What this client was asked and how far it is, and a form to ask more."""
    client, safe = client_with_safe(request, pk)
    if client.is_team:
        return team_page(request, client, opens_record=safe is not None)
    return _page(request, client, None, opens_record=safe is not None)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def questionnaire_ask(request: PracticeRequest, pk: UUID) -> HttpResponse:
    client, safe = client_with_safe(request, pk)
    opens_record = safe is not None
    if client.is_team:
        return ask_all(request, client, opens_record=opens_record)
    form = _ask_form(request, client, is_sent=True)
    if not form.is_valid():
        return _page(request, client, form, opens_record=opens_record)
    now = timezone.now()
    ask = partial(ask_questionnaire, client=client, **form.chosen(), by=request.membership, now=now)
    try:
        if is_looking(request.POST):
            letters = mails_of(ask, now=now)
            return _page(request, client, form, opens_record=opens_record, letters=letters)
        asked = ask()
    except AlreadyAsked:
        form.add_error(
            "questionnaire", _("This one waits for an answer. Remind them, or withdraw it first.")
        )
        return _page(request, client, form, opens_record=opens_record)
    except IsArchived:
        messages.error(request, _("The record is archived. Bring it back first."))
        return redirect("coach:client_questionnaires", request.practice.slug, client.pk)
    messages.success(request, _("Asked. %(name)s gets a mail.") % {"name": client.first_name})
    return redirect("coach:asked_questionnaire", request.practice.slug, asked.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.SEE_CLIENTS)
def asked_questionnaire(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """How far it is; for the client's coach also what was answered. POST comments on it."""
    asked, safe = asked_for_member(request, pk)
    opened = opened_for_coach(request, asked, safe, now=timezone.now())
    if ("act" in request.POST or "file" in request.GET) and opened is None:
        raise Http404
    if opened is not None and "file" in request.GET:
        return answer_file(opened, request.GET["file"])
    if request.method == "POST":
        if opened is not None:
            discuss(request, opened)
        return redirect(request.path)
    facts = questionnaire_facts(asked)
    context = {
        "active": "clients",
        "client": asked.client,
        "record": asked.team or asked.client,
        "shown": facts,
        "is_late": facts.is_late(today_in(request)),
        "reading": reading_of(opened) if opened else None,
    }
    return render_page(request, "tracking/coach/asked_questionnaire.html", context)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def questionnaire_remind(request: PracticeRequest, pk: UUID) -> HttpResponse:
    asked = open_for_member(request, pk)
    if remind(asking=asked, by=request.membership, now=timezone.now()):
        messages.success(request, _("A reminder is on its way."))
    else:
        messages.info(request, _("A reminder went out today already. Tomorrow is soon enough."))
    return redirect("coach:asked_questionnaire", request.practice.slug, asked.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def questionnaire_withdraw(request: PracticeRequest, pk: UUID) -> HttpResponse:
    asked = open_for_member(request, pk)
    withdraw_asking(asking=asked, now=timezone.now(), by=request.membership)
    messages.success(request, _("Withdrawn. Links and reminders have stopped."))
    return redirect("coach:asked_questionnaire", request.practice.slug, asked.pk)


@coach_page(Permission.MANAGE_PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_rules_page(request: PracticeRequest) -> HttpResponse:
    """What is asked by itself after sessions and at the end: of all coaches' clients."""
    form = RulesForm(
        request.POST if request.method == "POST" else None,
        rules=questionnaire_rules(),
        versions=to_ask(),
    )
    if form.is_valid():
        save_questionnaire_rules(
            practice=request.practice,
            by=request.membership,
            now=timezone.now(),
            **form.values(),
        )
        messages.success(request, _("Saved. It holds for what happens from now on."))
        return redirect("coach:questionnaire_rules", request.practice.slug)
    return render_page(
        request,
        "tracking/coach/questionnaire_rules.html",
        {"active": "questionnaires", "form": form, "has_questionnaires": bool(form.known)},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK,
    )


def _ask_form(request: PracticeRequest, client: Client, *, is_sent: bool) -> AskForm:
    return AskForm(
        request.POST if is_sent else None,
        versions=to_ask(),
        sessions=sessions_to_ask_about(client.pk),
        today=today_in(request),
    )


def _page(
    request: PracticeRequest,
    client: Client,
    form: AskForm | None,
    *,
    opens_record: bool,
    letters: tuple[MailPreview, ...] | None = None,
) -> HttpResponse:
    shown = form or _ask_form(request, client, is_sent=False)
    context = {
        "active": "clients",
        "client": client,
        "page": asked_of(client.pk, request.GET.get("page")),
        "may_ask": client.archived_at is None,
        "has_questionnaires": bool(shown.known),
        "form": shown,
        "tabs": client_tabs(request.practice.slug, client.pk) if opens_record else None,
        "letters": letters,
    }
    return render_page(
        request,
        "tracking/coach/questionnaires.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK,
    )
