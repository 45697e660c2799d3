"""The session page and its two pads."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh, reswap, retarget

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import is_partial_request, render_page
from scheduling.models import Session
from scheduling.queries.agreed_points import is_three_way, three_way_of
from scheduling.queries.series_places import place_in_series
from tracking.access.sessions import opened_session, session_to_write
from tracking.forms.actions import ActionForm
from tracking.forms.texts import PadForm
from tracking.policies.texts import Conflict, NothingToShare, both
from tracking.queries.pads import Pad
from tracking.queries.session_page import session_desk, session_pads
from tracking.services.notes import save_private_note
from tracking.services.summaries import save_summary, share_summary
from tracking.services.versions import Saved
from tracking.views.coach.outcomes import outcome_choices, waiver_choices

NOTE, SUMMARY = "note", "summary"


@coach_page(Permission.COACH_CLIENTS)
@require_safe
def session(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _page(request, pk)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def note(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _save(request, pk, NOTE, save_private_note)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def summary(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _save(request, pk, SUMMARY, save_summary)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def summary_share(request: PracticeRequest, pk: UUID) -> HttpResponse:
    told = _("Shared. %(name)s can read it now.")
    return _save(request, pk, SUMMARY, share_summary, told)


def _page(
    request: PracticeRequest,
    pk: UUID,
    *,
    status: int = HTTPStatus.OK,
    note: Pad | None = None,
    summary: Pad | None = None,
) -> HttpResponse:
    """The whole page; a pad that is given stands in for what is stored, as it was typed."""
    now = timezone.now()
    opened = opened_session(request, pk, now=now)
    desk = session_desk(opened, reader=request.membership, today=timezone.localdate(now), now=now)
    if note:
        desk = replace(desk, note=note)
    if summary:
        desk = replace(desk, summary=replace(summary, shared_at=desk.summary.shared_at))
    form = ActionForm(
        initial={"session": pk}, first_name=desk.session.first_name, auto_id="new-action-%s"
    )
    return render_page(
        request,
        "tracking/coach/session.html",
        {
            "active": "clients",
            "page": desk,
            "form": form,
            "outcomes": outcome_choices(),
            "waivers": waiver_choices(),
            "three_way": three_way_of(pk, with_shares=True) if is_three_way(opened) else None,
            "series": place_in_series(opened, request.user.time_zone),
        },
        status=status,
    )


def _save(
    request: PracticeRequest,
    pk: UUID,
    kind: str,
    save: Callable[..., Saved],
    told: str = "",
) -> HttpResponse:
    """Save a pad. Nothing unseen is overwritten, and nothing typed is lost."""
    now = timezone.now()
    written = session_to_write(request, pk, now=now)
    form = PadForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        typed = Pad(text=str(request.POST.get("text", "")), problem=problem)
        return _refused(request, written, kind, typed, HTTPStatus.UNPROCESSABLE_ENTITY)
    text, version = _chosen(request, written, kind, form)
    try:
        saved = save(
            session=written,
            text=text,
            version=version,
            by=request.membership,
            now=now,
        )
    except Conflict as conflict:
        typed = Pad(text, version, stored=conflict.stored, stored_version=conflict.version)
        return _refused(request, written, kind, typed, HTTPStatus.CONFLICT)
    except NothingToShare:
        problem = _("There is nothing to share yet. Write a sentence first.")
        typed = Pad(text, version, problem=problem)
        return _refused(request, written, kind, typed, HTTPStatus.UNPROCESSABLE_ENTITY)
    if told:
        messages.success(request, told % {"name": written.client.first_name})
    elif not is_partial_request(request):
        messages.success(request, _("Saved."))
    if not is_partial_request(request):
        address = reverse("coach:session", args=[request.practice.slug, pk])
        return redirect(f"{address}#{kind}-pad")
    if told or form.cleaned_data["keep"]:
        return HttpResponseClientRefresh()
    return render(request, "tracking/coach/pad.html#saved", {"kind": kind, "saved": saved})


def _chosen(
    request: PracticeRequest, written: Session, kind: str, form: PadForm
) -> tuple[str, int]:
    """The text and the version it follows; after a conflict, what the writer decided."""
    answer = form.cleaned_data
    text, version = str(answer["text"]), int(answer["version"])
    if not answer["keep"]:
        return text, version
    if answer["keep"] == "both":
        pads = session_pads(written, reader=request.membership)
        text = both(pads[0 if kind == NOTE else 1].text, text)
    return text, answer["seen"] or 0


def _refused(
    request: PracticeRequest, written: Session, kind: str, typed: Pad, status: int
) -> HttpResponse:
    """The pad stays as it is; beside it stands what happened and what can be done."""
    if not is_partial_request(request):
        note, summary = (typed, None) if kind == NOTE else (None, typed)
        return _page(request, written.pk, status=status, note=note, summary=summary)
    response = render(
        request,
        "tracking/coach/pad.html#refused",
        {
            "kind": kind,
            "pad": typed,
            "is_answer": True,
            "session_id": written.pk,
        },
        status=status,
    )
    return reswap(retarget(response, f"#{kind}-problem"), "innerHTML")
