"""Action items of a client, as the coach keeps them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from clients.models import Client
from clients.services.access_ledger import ContentKind
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import is_partial_request, render_page
from coachops.web.returning import way_back
from tracking.access.actions import opened_action, session_of_client
from tracking.access.clients import opened_client, running_engagement
from tracking.forms.actions import ActionForm
from tracking.policies.actions import NotOpen, TooManyOpen
from tracking.queries.actions import action_row, recent_actions
from tracking.queries.tabs import client_tabs
from tracking.services.actions import (
    add_action,
    complete_action,
    drop_action,
    edit_action,
    reopen_action,
)

PAGE = "tracking/coach/actions.html"


@coach_page(Permission.COACH_CLIENTS)
@require_safe
def actions(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    client = opened_client(request, client_pk, kind=ContentKind.ACTIONS, now=timezone.now())
    return _page(request, client, ActionForm(**_dress(client)))


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def action_new(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    now = timezone.now()
    client = opened_client(request, client_pk, kind=ContentKind.ACTIONS, now=now)
    form = ActionForm(request.POST, **_dress(client))
    engagement = running_engagement(client)
    if engagement is None:
        form.add_error(None, _("Action items can be added while an engagement is running."))
    if engagement is None or not form.is_valid():
        return _not_added(request, client, form)
    answer = form.cleaned_data
    session = session_of_client(client, answer.pop("session"))
    try:
        added = add_action(
            engagement=engagement,
            session=session,
            **answer,
            by=request.membership,
            now=now,
        )
    except TooManyOpen:
        form.add_error(None, _("Fifty are open. Finish some or let some go first."))
        return _not_added(request, client, form)
    back = way_back(request, reverse("coach:actions", args=[request.practice.slug, client.pk]))
    if is_partial_request(request):
        row = action_row(added, timezone.localdate())
        return render(request, f"{PAGE}#added", {"item": row, "back": back, "flash": True})
    messages.success(request, _("Added."))
    return redirect(back)


@coach_page(Permission.COACH_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: PracticeRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    item = opened_action(request, pk, now=now)
    initial = {"text": item.text, "owner": item.owner, "due_on": item.due_on}
    form = ActionForm(request.POST or None, initial=initial, first_name=item.client.first_name)
    if form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("text", "owner", "due_on")}
        try:
            edit_action(action=item, **answer, by=request.membership, now=now)
        except NotOpen:
            form.add_error(None, _("It is done or was let go. Undo that first."))
        else:
            messages.success(request, _("Changed."))
            return redirect("coach:actions", request.practice.slug, item.client_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"active": "clients", "client": item.client, "form": form}
    return render_page(request, "tracking/coach/action.html", context, status=status)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def action_done(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The tick box: ticked is done, not ticked is open."""
    if not request.POST.get("done"):
        return _changed(request, reopen_action, pk, "")
    return _changed(request, complete_action, pk, _("Done."))


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def action_undo(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _changed(request, reopen_action, pk, "")


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def action_drop(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _changed(request, drop_action, pk, _("Let go."))


def _changed(request: PracticeRequest, change: Any, pk: UUID, told: str) -> HttpResponse:
    """The row as it is now, with a toast that can undo it; without JavaScript, the page again."""
    now = timezone.now()
    item = opened_action(request, pk, now=now)
    back = way_back(request, reverse("coach:actions", args=[request.practice.slug, item.client_id]))
    try:
        item = change(action=item, by=request.membership, now=now)
    except NotOpen:
        told = _("It was changed meanwhile.")
    if not is_partial_request(request):
        messages.success(request, told or _("It is open again."))
        return redirect(back)
    undo = reverse("coach:action_undo", args=[request.practice.slug, item.pk])
    context = {
        "item": action_row(item, timezone.localdate()),
        "back": back,
        "focus": True,
        "told": told,
        "undo_url": f"{undo}?{urlencode({'next': back})}",
    }
    return render(request, f"{PAGE}#changed", context)


def _dress(client: Client) -> dict[str, Any]:
    return {"first_name": client.first_name, "auto_id": "new-action-%s"}


def _not_added(request: PracticeRequest, client: Client, form: ActionForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not is_partial_request(request):
        return _page(request, client, form, status=status)
    response = render(request, f"{PAGE}#problem", {"form": form}, status=status)
    return reswap(retarget(response, "#new-action-problem"), "innerHTML")


def _page(
    request: PracticeRequest, client: Client, form: ActionForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    now = timezone.now()
    context = {
        "active": "clients",
        "client": client,
        "client_id": client.pk,
        "tabs": client_tabs(request.practice.slug, client.pk, is_team=client.is_team),
        "actions": recent_actions(client.pk, today=timezone.localdate(now), now=now),
        "can_add": running_engagement(client) is not None,
        "form": form,
    }
    return render_page(request, PAGE, context, status=status)
