"""The brief for the next coach: written from shared material, read by the client first."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access.handover import client_to_hand_over, next_coaches
from clients.models import Client, HandoverBrief
from clients.queries.clients import has_portal
from clients.queries.handover import own_brief
from clients.queries.safes import Safe, safe_of
from clients.services import handover as services
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from tracking.forms.briefs import BriefForm
from tracking.queries.brief_blocks import BlockGroup, blocks_for_brief, taken_over


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.COACH_CLIENTS)
def handover_brief(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    """Write, take over what is shared, show it to the client, take it back."""
    client = client_to_hand_over(request, client_pk)
    safe = safe_of(client.pk)
    brief, text = own_brief(client, request.membership, safe)
    if "take_back" in request.POST:
        services.take_back_brief(client=client, by=request.membership, now=timezone.now())
        messages.success(request, _("Taken back. Nobody but you reads it now."))
        return _again(request, client)
    groups = _blocks(request, client, safe)
    known = {
        "text": text,
        "version": brief.version if brief else 0,
        "next_coach": str(brief.next_coach_id or "") if brief else "",
    }
    form = BriefForm(request.POST or None, initial=known, coaches=next_coaches(request))
    if "insert" in request.POST:
        form = _with_blocks(request, form, groups)
    elif request.method == "POST" and form.is_valid() and _saved(request, form, client):
        return _again(request, client)
    return _page(request, client, brief, form, groups)


def _again(request: PracticeRequest, client: Client) -> HttpResponse:
    return redirect("coach:handover_brief", request.practice.slug, client.pk)


def _blocks(request: PracticeRequest, client: Client, safe: Safe) -> tuple[BlockGroup, ...]:
    now = timezone.now()
    record_read(
        client_id=client.pk, reader_id=request.membership.pk, kind=ContentKind.SUMMARY, now=now
    )
    return blocks_for_brief(client, safe, today=timezone.localdate(now))


def _with_blocks(
    request: PracticeRequest, form: BriefForm, groups: tuple[BlockGroup, ...]
) -> BriefForm:
    """The same form with what was ticked below what was typed; nothing is saved yet."""
    data = request.POST.copy()
    parts = (data.get("text", "").rstrip(), taken_over(groups, request.POST.getlist("blocks")))
    data["text"] = "\n\n".join(part for part in parts if part)
    return BriefForm(data, coaches=form.coaches.values())


def _saved(request: PracticeRequest, form: BriefForm, client: Client) -> bool:
    """Whether it was; what is wrong stands beside the text."""
    me, now = request.membership, timezone.now()
    try:
        brief = services.save_brief(
            client=client,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
            next_coach=form.chosen,
            by=me,
            now=now,
        )
        if "share" in request.POST:
            services.share_brief(client=client, brief=brief, by=me, now=now)
            messages.success(request, _("%(name)s can read it now.") % {"name": client.name})
        else:
            messages.success(request, _("Saved. Nobody but you reads it yet."))
    except services.BriefIsShared:
        form.add_error("text", _("Your client reads it already. Take it back to change it."))
    except services.BriefChanged as changed:
        data = request.POST.copy()
        data["version"] = str(changed.version)
        form.data = data
        words = _("Another window saved this meanwhile: “%(text)s”. Save again to keep yours.")
        form.add_error("text", words % {"text": changed.text[:2000]})
    return form.is_valid()


def _page(
    request: PracticeRequest,
    client: Client,
    brief: HandoverBrief | None,
    form: BriefForm,
    groups: tuple[BlockGroup, ...],
) -> HttpResponse:
    is_wrong = form.is_bound and "insert" not in request.POST and not form.is_valid()
    context: dict[str, Any] = {
        "active": "clients",
        "client": client,
        "brief": brief,
        "text": form.initial.get("text", ""),
        "form": form,
        "groups": groups,
        "is_reached": has_portal(client) or bool(client.email),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render_page(request, "tracking/coach/handover_brief.html", context, status=status)
