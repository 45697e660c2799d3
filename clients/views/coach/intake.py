"""A client's intake on the dashboard: asking and chasing for many, reading for their coach."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import person_for_member, today_in
from clients.access.intake import client_with_answers, open_intake_for_member, opened_intake
from clients.forms.intake import AskIntakeForm
from clients.models import Client
from clients.queries.asking import AskedFacts
from clients.queries.intake import intakes_of
from clients.queries.safes import Safe
from clients.services.asking import AlreadyAsked, IsArchived, remind, withdraw_asking
from clients.services.intake import ask_intake
from coachops.mail.previewing import MailPreview, is_looking, mails_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.questionnaires.policies.questions import Kind
from coachops.questionnaires.queries.answers import reading_of
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.queries.questionnaires import published
from coachops.questionnaires.views.filling import answer_file, discuss
from coachops.web.pages import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.SEE_CLIENTS)
def intake(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """How far it is; for the client's coach also what was answered. POST comments on it."""
    client, safe = client_with_answers(request, pk)
    intakes = intakes_of(client.pk)
    shown = _chosen(request, intakes)
    opened = _opened(request, safe, client, shown)
    if ("act" in request.POST or "file" in request.GET) and opened is None:
        raise Http404
    if opened is not None and "file" in request.GET:
        return answer_file(opened, request.GET["file"])
    if request.method == "POST":
        if opened is not None:
            discuss(request, opened)
        return redirect(f"{request.path}?of={shown.id}" if shown else request.path)
    return _page(request, client, intakes, shown, opened)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def intake_ask(request: PracticeRequest, pk: UUID) -> HttpResponse:
    client = person_for_member(request, pk)
    form = AskIntakeForm(request.POST, versions=published(Kind.INTAKE), today=today_in(request))
    if not form.is_valid():
        return _page(request, client, intakes_of(client.pk), None, None, form)
    now = timezone.now()
    ask = partial(
        ask_intake,
        client=client,
        version=form.chosen(),
        due_on=form.cleaned_data["due_on"],
        by=request.membership,
        now=now,
    )
    try:
        if is_looking(request.POST):
            asked = intakes_of(client.pk)
            return _page(request, client, asked, None, None, form, letters=mails_of(ask, now=now))
        ask()
    except AlreadyAsked:
        messages.error(request, _("There is an open one already. Remind them, or withdraw it."))
    except IsArchived:
        messages.error(request, _("The record is archived. Bring it back first."))
    else:
        messages.success(request, _("Asked. %(name)s gets a mail.") % {"name": client.first_name})
    return redirect("coach:intake", request.practice.slug, client.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def intake_remind(request: PracticeRequest, pk: UUID) -> HttpResponse:
    asked = open_intake_for_member(request, pk)
    if remind(asking=asked, by=request.membership, now=timezone.now()):
        messages.success(request, _("A reminder is on its way."))
    else:
        messages.info(request, _("A reminder went out today already. Tomorrow is soon enough."))
    return redirect("coach:intake", request.practice.slug, asked.client_id)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def intake_withdraw(request: PracticeRequest, pk: UUID) -> HttpResponse:
    asked = open_intake_for_member(request, pk)
    withdraw_asking(asking=asked, now=timezone.now(), by=request.membership)
    messages.success(request, _("Withdrawn. Links and reminders have stopped."))
    return redirect("coach:intake", request.practice.slug, asked.client_id)


def _chosen(request: PracticeRequest, intakes: tuple[AskedFacts, ...]) -> AskedFacts | None:
    """The one that the address names, else the newest."""
    wanted = request.GET.get("of")
    if wanted is None:
        return intakes[0] if intakes else None
    for each in intakes:
        if str(each.id) == wanted:
            return each
    raise Http404


def _opened(
    request: PracticeRequest, safe: Safe | None, client: Client, shown: AskedFacts | None
) -> Opened | None:
    if safe is None or shown is None or shown.sent_at is None:
        return None
    return opened_intake(request, safe, client, shown.id, now=timezone.now())


def _page(
    request: PracticeRequest,
    client: Client,
    intakes: tuple[AskedFacts, ...],
    shown: AskedFacts | None,
    opened: Opened | None,
    form: AskIntakeForm | None = None,
    **letters: tuple[MailPreview, ...],
) -> HttpResponse:
    versions = published(Kind.INTAKE) if form is None else []
    today = today_in(request)
    return render_page(
        request,
        "clients/coach/intake.html",
        {
            "active": "clients",
            "client": client,
            "intakes": intakes,
            "shown": shown,
            "is_late": shown is not None and shown.is_late(today),
            "may_ask": not any(each.is_open for each in intakes) and client.archived_at is None,
            "form": form or AskIntakeForm(versions=versions, today=today),
            "has_questionnaires": bool(versions) or form is not None,
            "reading": reading_of(opened) if opened else None,
            "letters": None,
            **letters,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK,
    )
