"""The session page and its two pads."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh, reswap, retarget

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import is_partial_request, render_page
from scheduling.models import Session
from scheduling.queries.agreed_points import is_three_way, three_way_of
from scheduling.queries.series_places import place_in_series
from tracking.access.preparation import preparation_for_page
from tracking.access.sessions import opened_session, session_to_write
from tracking.forms.actions import ActionForm
from tracking.forms.texts import PadForm
from tracking.markdown import render_markdown
from tracking.policies.texts import Conflict, NothingToShare, both
from tracking.queries.pads import Pad
from tracking.queries.session_page import FILE, NOTE, PADS, SUMMARY, session_desk, stored_pad
from tracking.services.file_summaries import save_file_summary
from tracking.services.notes import save_private_note
from tracking.services.summaries import save_summary, share_summary
from tracking.services.versions import Saved
from tracking.views.coach.outcomes import outcome_choices, waiver_choices


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
def for_the_file(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _save(request, pk, FILE, save_file_summary)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def preview(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What was typed as it will be read; nothing is saved by looking."""
    kind = request.POST.get("kind")
    if kind not in PADS:
        raise Http404
    written = session_to_write(request, pk, now=timezone.now())
    form = PadForm(request.POST)
    if not form.is_valid():
        return _invalid(request, written, kind, form)
    shown = render_markdown(form.cleaned_data["text"])
    if is_partial_request(request):
        return render(request, "tracking/coach/pad.html#preview", {"kind": kind, "preview": shown})
    typed = Pad(form.cleaned_data["text"], form.cleaned_data["version"])
    return _page(request, pk, pads={kind: typed}, preview={kind: shown})


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
    pads: dict[str, Pad] | None = None,
    preview: dict[str, SafeString] | None = None,
) -> HttpResponse:
    """The whole page; a pad that is given stands in for what is stored, as it was typed."""
    now = timezone.now()
    opened = opened_session(request, pk, now=now)
    desk = session_desk(opened, reader=request.membership, today=timezone.localdate(now), now=now)
    desk = desk.with_pads(pads or {})
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
            "themes": desk.themes,
            "preparation": preparation_for_page(request, opened, now=now),
            "preview": preview or {},
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
        return _invalid(request, written, kind, form)
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


def _invalid(request: PracticeRequest, written: Session, kind: str, form: PadForm) -> HttpResponse:
    problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
    typed = Pad(text=str(request.POST.get("text", "")), problem=problem)
    return _refused(request, written, kind, typed, HTTPStatus.UNPROCESSABLE_ENTITY)


def _chosen(
    request: PracticeRequest, written: Session, kind: str, form: PadForm
) -> tuple[str, int]:
    """The text and the version it follows; after a conflict, what the writer decided."""
    answer = form.cleaned_data
    text, version = str(answer["text"]), int(answer["version"])
    if not answer["keep"]:
        return text, version
    if answer["keep"] == "both":
        text = both(stored_pad(kind, written, reader=request.membership).text, text)
    return text, answer["seen"] or 0


def _refused(
    request: PracticeRequest, written: Session, kind: str, typed: Pad, status: int
) -> HttpResponse:
    """The pad stays as it is; beside it stands what happened and what can be done."""
    if not is_partial_request(request):
        return _page(request, written.pk, status=status, pads={kind: typed})
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
