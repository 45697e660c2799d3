"""What the client said they would do."""

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

from clients.access import own_client
from clients.models import Client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import is_partial_request, render_page
from coachops.web.returning import way_back
from tracking.access.actions import own_action, own_or_team_action
from tracking.access.clients import running_engagement
from tracking.forms.actions import OwnActionForm
from tracking.models import ActionItem
from tracking.policies.actions import NotOpen, TooManyOpen
from tracking.queries.actions import action_row, recent_actions
from tracking.services.actions import (
    add_action,
    complete_action,
    drop_action,
    edit_action,
    reopen_action,
)

PAGE = "tracking/portal/actions.html"
ADD = "new-action-%s"


@portal_page
@require_safe
def actions(request: PracticeRequest) -> HttpResponse:
    return _page(request, own_client(request), OwnActionForm(auto_id=ADD))


@portal_page
@require_POST
def action_new(request: PracticeRequest) -> HttpResponse:
    client = own_client(request)
    form = OwnActionForm(request.POST, auto_id=ADD)
    engagement = running_engagement(client)
    if engagement is None:
        form.add_error(None, _("You can add to this list while your coaching runs."))
    if engagement is None or not form.is_valid():
        return _not_added(request, client, form)
    try:
        added = add_action(
            engagement=engagement,
            owner=ActionItem.Owner.CLIENT,
            **form.cleaned_data,
            by=request.membership,
            now=timezone.now(),
        )
    except TooManyOpen:
        form.add_error(None, _("Fifty are open. Finish some or let some go first."))
        return _not_added(request, client, form)
    back = way_back(request, reverse("portal:actions", args=[request.practice.slug]))
    if is_partial_request(request):
        row = action_row(added, timezone.localdate())
        return render(request, f"{PAGE}#added", {"item": row, "back": back, "flash": True})
    messages.success(request, _("Added."))
    return redirect(back)


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: PracticeRequest, pk: UUID) -> HttpResponse:
    item = own_action(request, pk)
    initial = {"text": item.text, "due_on": item.due_on}
    form = OwnActionForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            edit_action(action=item, **form.cleaned_data, by=request.membership, now=timezone.now())
        except NotOpen:
            form.add_error(None, _("It is done or was let go. Undo that first."))
        else:
            messages.success(request, _("Changed."))
            return redirect("portal:actions", request.practice.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"active": "home", "form": form}
    return render_page(request, "tracking/portal/action.html", context, status=status)


@portal_page
@require_POST
def action_done(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The tick box: ticked is done, not ticked is open."""
    item = own_or_team_action(request, pk)
    if not request.POST.get("done"):
        return _changed(request, reopen_action, item, "")
    return _changed(request, complete_action, item, _("Done. Your coach sees it too."))


@portal_page
@require_POST
def action_undo(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _changed(request, reopen_action, own_action(request, pk), "")


@portal_page
@require_POST
def action_drop(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _changed(request, drop_action, own_action(request, pk), _("Let go."))


def _changed(request: PracticeRequest, change: Any, item: ActionItem, told: str) -> HttpResponse:
    """The row as it is now, with a toast that can undo it; without JavaScript, the page again."""
    back = way_back(request, reverse("portal:actions", args=[request.practice.slug]))
    try:
        item = change(action=item, by=request.membership, now=timezone.now())
    except NotOpen:
        told = _("It was changed meanwhile.")
    if not is_partial_request(request):
        messages.success(request, told or _("It is open again."))
        return redirect(back)
    undo = reverse("portal:action_undo", args=[request.practice.slug, item.pk])
    context = {
        "item": action_row(item, timezone.localdate()),
        "back": back,
        "focus": True,
        "told": told,
        "undo_url": f"{undo}?{urlencode({'next': back})}",
    }
    return render(request, f"{PAGE}#changed", context)


def _not_added(request: PracticeRequest, client: Client, form: OwnActionForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not is_partial_request(request):
        return _page(request, client, form, status=status)
    response = render(request, f"{PAGE}#problem", {"form": form}, status=status)
    return reswap(retarget(response, "#new-action-problem"), "innerHTML")


def _page(
    request: PracticeRequest, client: Client, form: OwnActionForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    now = timezone.now()
    context = {
        "active": "home",
        "actions": recent_actions(client.pk, today=timezone.localdate(now), now=now),
        "can_add": running_engagement(client) is not None,
        "form": form,
    }
    return render_page(request, PAGE, context, status=status)
