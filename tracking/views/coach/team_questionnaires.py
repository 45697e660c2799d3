"""Questionnaires of a team: who has answered, and a form that asks everybody in it."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.access import today_in
from clients.models import Client
from clients.services.asking import AlreadyAsked, IsArchived
from coachops.mail.previewing import is_looking, mails_of
from coachops.practices.guards import PracticeRequest
from coachops.web.pages import render_page
from tracking.forms.questionnaires import AskTeamForm
from tracking.queries.tabs import client_tabs
from tracking.queries.team_questionnaires import asked_of_team, to_ask_teams
from tracking.services.team_questionnaires import NobodyToAsk, ask_team


def team_page(
    request: PracticeRequest,
    team: Client,
    form: AskTeamForm | None = None,
    *,
    opens_record: bool,
    **more: Any,
) -> HttpResponse:
    """What was asked of the team and how far each of them is."""
    shown = form or ask_team_form(request, is_sent=False)
    context = {
        "active": "clients",
        "client": team,
        "askings": asked_of_team(team.pk),
        "may_ask": team.archived_at is None,
        "has_questionnaires": bool(shown.known),
        "form": shown,
        "tabs": client_tabs(request.practice.slug, team.pk, is_team=True) if opens_record else None,
        **more,
    }
    return render_page(
        request,
        "tracking/coach/team_questionnaires.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if shown.errors else HTTPStatus.OK,
    )


def ask_all(request: PracticeRequest, team: Client, *, opens_record: bool) -> HttpResponse:
    """Asks, or shows the mails that asking would send."""
    form = ask_team_form(request, is_sent=True)
    if not form.is_valid():
        return team_page(request, team, form, opens_record=opens_record)
    now = timezone.now()
    ask = partial(ask_team, team=team, **form.chosen(), by=request.membership, now=now)
    try:
        if is_looking(request.POST):
            letters = mails_of(ask, now=now)
            return team_page(request, team, form, opens_record=opens_record, letters=letters)
        number = ask()
    except AlreadyAsked:
        form.add_error(
            "questionnaire", _("Everybody in the team is answering this one. Remind them below.")
        )
    except NobodyToAsk:
        form.add_error(None, _("Nobody is in the team yet. Add its members first."))
    except IsArchived:
        form.add_error(None, _("The record is archived. Bring it back first."))
    else:
        words = ngettext(
            "Asked. One person gets a mail.", "Asked. %(n)s people get a mail.", number
        )
        messages.success(request, words % {"n": number})
        return redirect("coach:client_questionnaires", request.practice.slug, team.pk)
    return team_page(request, team, form, opens_record=opens_record)


def ask_team_form(request: PracticeRequest, *, is_sent: bool) -> AskTeamForm:
    return AskTeamForm(
        request.POST if is_sent else None, versions=to_ask_teams(), today=today_in(request)
    )
