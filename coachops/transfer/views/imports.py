"""Clients from a sheet: upload, columns, dry run, go, and back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import assignable_coaches
from coachops.practices.guards import PracticeRequest, coach_page, has_second_factor
from coachops.practices.roles import Permission
from coachops.transfer.access import import_of_member
from coachops.transfer.forms import CHOICES, ColumnsForm, SheetForm
from coachops.transfer.models import Transfer
from coachops.transfer.policies import Kind, State, Step, TransferRefused
from coachops.transfer.queries.programs import program_names
from coachops.transfer.queries.transfers import facts_of, report_of_rows
from coachops.transfer.services import orders
from coachops.transfer.services.sources import seen_with
from coachops.web.pages import render_page

UNPROCESSABLE = 422
_ALREADY = gettext_lazy("That was done already. This is how it is now.")


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def client_import(request: PracticeRequest) -> HttpResponse:
    """Step one. Asks for a second factor first, as adding a single client does."""
    is_protected = has_second_factor(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and is_protected and form.is_valid():
        transfer = orders.begin(
            kind=Kind.CLIENTS_IN,
            by=request.membership,
            now=timezone.now(),
            file_name=form.cleaned_data["sheet"].name,
            content=form.content,
            choices=form.described,
        )
        return redirect("coach:transfer_columns", request.practice.slug, transfer.pk)
    return render_page(
        request,
        "transfer/client_import.html",
        {"active": "clients", "form": form, "is_protected": is_protected},
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def transfer_columns(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Step two: what is what. May be changed again after the dry run."""
    transfer = import_of_member(request, pk)
    if transfer.state != State.WAITING or transfer.step not in {Step.MAP, Step.CHECK}:
        return redirect("coach:transfer", request.practice.slug, transfer.pk)
    form = _columns_form(request, transfer)
    if request.method == "POST" and form.is_valid() and _chosen(request, transfer, form):
        return redirect("coach:transfer", request.practice.slug, transfer.pk)
    context = {
        "active": "clients",
        "form": form,
        "transfer": facts_of(transfer, timezone.now()),
        "header": transfer.choices["header"],
        "sample": transfer.choices["sample"],
        "count": transfer.choices["count"],
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_page(request, "transfer/columns.html", context, status=status)


def _chosen(request: PracticeRequest, transfer: Transfer, form: ColumnsForm) -> bool:
    """False where the sheet cannot be read with the letters that were chosen."""
    choices, letters = form.chosen(), form.cleaned_data.get("letters", "")
    try:
        if letters and letters != transfer.choices["format"]["encoding"]:
            choices |= seen_with(transfer, letters)
        orders.choose_columns(transfer=transfer, choices=choices, now=timezone.now())
    except TransferRefused:
        form.add_error("letters", _("The sheet cannot be read with these letters."))
        return False
    except orders.NotNow:
        messages.info(request, _ALREADY)
    return True


def _columns_form(request: PracticeRequest, transfer: Transfer) -> ColumnsForm:
    chosen = transfer.choices
    initial = {name: chosen[name] for name in CHOICES if name in chosen}
    if "columns" in chosen:
        initial |= {f"column_{name}": str(place) for name, place in chosen["columns"].items()}
    return ColumnsForm(
        request.POST or None,
        header=chosen["header"],
        sample=chosen["sample"],
        letters=chosen["format"]["encoding"],
        coaches=assignable_coaches(request),
        programs=program_names(),
        initial=initial,
    )


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def transfer_go(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Step four. Pressed twice it happens once."""
    transfer = import_of_member(request, pk)
    try:
        orders.go_ahead(transfer=transfer, now=timezone.now())
    except orders.NotNow:
        messages.info(request, _ALREADY)
    return redirect("coach:transfer", request.practice.slug, transfer.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def transfer_undo(request: PracticeRequest, pk: UUID) -> HttpResponse:
    transfer = import_of_member(request, pk)
    try:
        orders.take_back(transfer=transfer, now=timezone.now())
    except orders.NotNow:
        messages.info(request, _ALREADY)
    return redirect("coach:transfer", request.practice.slug, transfer.pk)


@require_safe
@coach_page(Permission.MANAGE_CLIENTS)
def transfer_rows(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Every row with its fate, as CSV."""
    transfer = import_of_member(request, pk)
    response = HttpResponse(report_of_rows(transfer), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="rows and their fate.csv"'
    return response
