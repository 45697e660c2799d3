"""Transfers on the dashboard: a page to leave and to find again, and the whole practice."""

from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.guards import PracticeRequest, coach_page, has_second_factor
from coachops.practices.roles import Permission
from coachops.transfer.access import transfer_of_member, transfers_of_member
from coachops.transfer.forms import ArchiveForm
from coachops.transfer.models import Transfer
from coachops.transfer.policies import Kind, State, Step
from coachops.transfer.queries.transfers import facts_of, fate_tabs, page_of_rows
from coachops.transfer.services import orders
from coachops.transfer.services.emptiness import what_is_there
from coachops.web.pages import render_page

UNPROCESSABLE = 422
A_PAGE = 25


@require_safe
@coach_page(Permission.MANAGE_CLIENTS)
def transfers(request: PracticeRequest) -> HttpResponse:
    page = Paginator(transfers_of_member(request), A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "active": "clients",
        "page": page,
        "rows": [facts_of(each, now) for each in page.object_list],
    }
    return render_page(request, "transfer/transfers.html", context, partials=["transfer-list"])


@require_safe
@coach_page(Permission.MANAGE_CLIENTS)
def transfer(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Asks for itself again every second while something moves."""
    found = transfer_of_member(request, pk)
    if found.kind == Kind.CLIENTS_IN and found.step == Step.MAP and found.state == State.WAITING:
        return redirect("coach:transfer_columns", request.practice.slug, found.pk)
    context = {
        "active": "clients" if found.kind == Kind.CLIENTS_IN else "settings",
        "transfer": facts_of(found, timezone.now()),
        "report": found.report,
        **_rows(request, found),
    }
    return render_page(request, "transfer/transfer.html", context, partials=["transfer-now"])


def _rows(request: PracticeRequest, found: Transfer) -> dict[str, object]:
    if found.kind != Kind.CLIENTS_IN or found.is_moving or found.removed_at is not None:
        return {}
    fate = request.GET.get("fate", "")
    return {
        "tabs": fate_tabs(found),
        "fate": fate,
        "rows": page_of_rows(found, fate=fate, number=request.GET.get("page")),
        "opens_engagements": bool(
            found.choices.get("program") or "program" in found.choices.get("columns", {})
        ),
        "onboards_all": found.choices.get("onboarding") == "all",
        "wanted": int(found.report.get("add", 0)) + int(found.report.get("update", 0)),
    }


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def transfer_cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = transfer_of_member(request, pk)
    try:
        orders.cancel(transfer=found, now=timezone.now())
    except orders.NotNow:
        messages.info(request, _("It was over already."))
    else:
        messages.success(request, _("Stopped."))
    return redirect("coach:transfer", request.practice.slug, found.pk)


@require_safe
@coach_page(Permission.MANAGE_PRACTICE)
def transfer_file(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The archive, for a week, to whoever asked for it. Raises 404 afterwards."""
    found = transfer_of_member(request, pk)
    if found.state != State.DONE or not found.is_there(timezone.now()):
        raise Http404
    if not has_second_factor(request):
        return redirect("mfa_index")
    day = timezone.localdate(found.created_at, timezone=request.practice.zone)
    return FileResponse(  # type: ignore[return-value]  # it is one, but for its content
        default_storage.open(found.result, "rb"),
        as_attachment=True,
        filename=f"{request.practice.slug} {day.isoformat()}.zip",
        content_type="application/zip",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_PRACTICE)
def practice_export(request: PracticeRequest) -> HttpResponse:
    """Everything as one archive. Asks for a second factor first."""
    if request.method == "POST" and has_second_factor(request):
        found = orders.begin_once(kind=Kind.PRACTICE_OUT, by=request.membership, now=timezone.now())
        return redirect("coach:transfer", request.practice.slug, found.pk)
    context = {
        "active": "settings",
        "is_protected": has_second_factor(request),
        "is_answer": request.method == "POST",
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_page(request, "transfer/practice_export.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_PRACTICE)
def practice_import(request: PracticeRequest) -> HttpResponse:
    """An archive into a practice that is still empty."""
    is_empty = not what_is_there()
    is_protected = has_second_factor(request)
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and is_empty and is_protected and form.is_valid():
        archive = form.cleaned_data["archive"]
        found = orders.begin(
            kind=Kind.PRACTICE_IN,
            by=request.membership,
            now=timezone.now(),
            file_name=archive.name,
            content=archive,
        )
        return redirect("coach:transfer", request.practice.slug, found.pk)
    context = {
        "active": "settings",
        "form": form,
        "is_empty": is_empty,
        "is_protected": is_protected,
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_page(request, "transfer/practice_import.html", context, status=status)
