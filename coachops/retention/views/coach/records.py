"""One client's records: holds, erasure, opening what a coach who is gone had shared; owners."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import today_in
from clients.models import Client
from clients.queries.clients import assigned_coaches
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.retention.access import client_for_owner, done_erasure, planned_erasure
from coachops.retention.documents import receipt_pdf
from coachops.retention.forms import ConfirmForm, HoldForm, OpeningForm, PlanForm
from coachops.retention.models import Erasure
from coachops.retention.queries.records import (
    amounts,
    amounts_kept,
    openings_of,
    would_destroy,
)
from coachops.retention.services import erasing, holds
from coachops.retention.services.acting import as_system
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_safe
@coach_page(Permission.MANAGE_PRACTICE)
def client_records(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What stands in the way of removing, and what can be done; never what the records say."""
    return records_page(request, client_for_owner(request, pk))


def records_page(
    request: PracticeRequest,
    client: Client,
    *,
    opening_form: OpeningForm | None = None,
    problem: str = "",
) -> HttpResponse:
    now = timezone.now()
    plan = Erasure.objects.filter(client=client, state=Erasure.State.PLANNED).first()
    openings = openings_of(client, now, only_told=False)
    mine = (each for each in openings if each.row.reader_id == request.membership.pk)
    context = {
        "active": "clients",
        "client": client,
        "hold": holds.standing_hold(client),
        "hold_form": HoldForm(),
        "plan": plan,
        "plan_form": PlanForm(),
        "opening_form": opening_form or OpeningForm(),
        "openings": openings,
        "is_waiting": any(each.is_waiting or each.is_open for each in mine),
        "coaches": [coach.name for coach in assigned_coaches(client, today_in(request))],
        "problem": problem,
    }
    is_wrong = bool(problem) or (opening_form is not None and opening_form.is_bound)
    return render_page(
        request,
        "retention/coach/client_records.html",
        context,
        status=UNPROCESSABLE if is_wrong else 200,
    )


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def hold_place(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """From now on nothing of the client is removed."""
    client = client_for_owner(request, pk)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return records_page(request, client, problem=_("Choose why the records must be kept."))
    try:
        holds.place_hold(
            client=client,
            reason=form.cleaned_data["reason"],
            by=request.membership,
            now=timezone.now(),
        )
    except holds.IsErased:
        raise Http404 from None
    except holds.AlreadyHeld:
        return records_page(request, client, problem=_("A legal hold stands already."))
    messages.success(request, _("Held. Nothing of this client is removed while it stands."))
    return redirect("coach:client_records", request.practice.slug, client.pk)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def hold_lift(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The practice's periods apply again."""
    client = client_for_owner(request, pk)
    holds.lift_hold(client=client, by=request.membership, now=timezone.now())
    messages.success(request, _("Lifted. The practice’s periods apply again."))
    return redirect("coach:client_records", request.practice.slug, client.pk)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def erasure_plan(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The first of two steps: nothing is touched yet."""
    client = client_for_owner(request, pk)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return records_page(request, client, problem=_("Choose why the client is erased."))
    try:
        plan = erasing.plan_erasure(
            client=client,
            basis=form.cleaned_data["basis"],
            by=request.membership,
            now=timezone.now(),
        )
    except holds.OnHold as held:
        return records_page(request, client, problem=held_sentence(held))
    except erasing.NotArchived:
        problem = _("Archive the record first: that cancels what is ahead and tells everybody.")
        return records_page(request, client, problem=problem)
    except erasing.StillAhead:
        problem = _("Something is still booked. Cancel what is ahead first.")
        return records_page(request, client, problem=problem)
    except erasing.AlreadyPlanned:
        return redirect("coach:client_records", request.practice.slug, client.pk)
    return redirect("coach:erasure", request.practice.slug, plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_PRACTICE)
def erasure(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What would happen; POST with the name typed does it, at once and for good."""
    plan = planned_erasure(request, pk)
    form = ConfirmForm(request.POST or None, client=plan.client)
    if form.is_valid():
        try:
            done = erasing.carry_out(erasure=plan, now=timezone.now())
        except holds.OnHold as held:
            form.add_error(None, held_sentence(held))
        except erasing.StillAhead:
            form.add_error(None, _("Something is still booked. Cancel what is ahead first."))
        else:
            messages.success(request, _("Erased. This is the receipt."))
            return redirect("coach:erasure_receipt", request.practice.slug, done.pk)
    with as_system():
        found = would_destroy(plan.client)
    context = {"active": "clients", "plan": plan, "amounts": found, "form": form}
    status = UNPROCESSABLE if form.is_bound else 200
    return render_page(request, "retention/coach/erasure.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def erasure_call_off(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The client stays."""
    plan = planned_erasure(request, pk)
    erasing.call_off(erasure=plan, now=timezone.now())
    messages.success(request, _("Called off. Nothing was erased."))
    return redirect("coach:client_records", request.practice.slug, plan.client_id)


@require_safe
@coach_page(Permission.MANAGE_PRACTICE)
def erasure_receipt(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What was destroyed and what was kept, in counts."""
    done = done_erasure(request, pk)
    context = {
        "active": "settings",
        "erasure": done,
        "destroyed": amounts(done.destroyed),
        "kept": amounts_kept(done.kept),
        "is_whole": erasing.receipt_hash(done) == done.receipt_hash,
    }
    return render_page(request, "retention/coach/receipt.html", context)


@require_safe
@coach_page(Permission.MANAGE_PRACTICE)
def erasure_pdf(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The same on paper."""
    done = done_erasure(request, pk)
    response = HttpResponse(receipt_pdf(done, request.practice), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{done.client_hash[:8]}.pdf"'
    return response


def held_sentence(held: holds.OnHold) -> str:
    """Why nothing is removed, and what to do."""
    return _("A legal hold stands: %(reason)s. Lift it first, if it no longer applies.") % {
        "reason": held.hold.get_reason_display()
    }
