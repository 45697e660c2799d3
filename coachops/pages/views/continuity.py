"""If a coach drops out: who steps in, and what they see then. Contacts and dates, no content."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import continuity as access
from clients.access import today_in
from clients.forms.continuity import ReasonForm, WillForm
from clients.models import ContinuityWill
from clients.services import continuity as services
from clients.services.access_ledger import ContentKind, record_reads
from coachops.pages.queries.continuity import lines_of, will_line
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission, Role
from coachops.web.pages import render_page

MOST_WILLS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.USE_DASHBOARD)
def continuity(request: PracticeRequest) -> HttpResponse:
    """One's own will, for coaches; those one may put in force; what is in force."""
    will = access.own_will(request)
    form = _will_form(request, will)
    if request.method == "POST" and Role.COACH in request.membership.roles:
        if "review" in request.POST and will is not None:
            services.review_will(will=will, now=timezone.now())
            messages.success(request, _("It stands. You are asked again in a year."))
            return redirect("coach:continuity", request.practice.slug)
        if "forget" in request.POST and will is not None:
            services.forget_will(will=will, now=timezone.now())
            messages.success(request, _("Nobody is named any more."))
            return redirect("coach:continuity", request.practice.slug)
        if form.is_valid():
            _keep(request, form)
            return redirect("coach:continuity", request.practice.slug)
    return _page(request, will, form)


def _keep(request: PracticeRequest, form: WillForm) -> None:
    try:
        services.keep_will(
            coach=request.membership,
            named=form.chosen,
            words=form.cleaned_data["words"],
            now=timezone.now(),
        )
    except services.NamesNobody:
        messages.error(request, _("Name a colleague who works here, not yourself."))
    else:
        messages.success(request, _("Kept. %(name)s steps in.") % {"name": form.chosen.name})


def _will_form(request: PracticeRequest, will: ContinuityWill | None) -> WillForm:
    data = request.POST if "words" in request.POST else None
    known = {"named": str(will.named_id), "words": will.words} if will else {}
    return WillForm(data, initial=known, colleagues=access.colleagues(request))


def _page(
    request: PracticeRequest,
    will: ContinuityWill | None,
    form: WillForm,
    refused: tuple[UUID, ReasonForm] | None = None,
) -> HttpResponse:
    me, today = request.membership.pk, today_in(request)
    cases = list(access.open_cases(request).order_by("began_at", "id")[:MOST_WILLS])
    in_force = {case.coach_id for case in cases}
    usable = access.wills_to_use(request).order_by("coach__name", "id")[:MOST_WILLS]
    is_wrong = refused is not None or (form.is_bound and not form.is_valid())
    context = {
        "active": "continuity",
        "is_coach": Role.COACH in request.membership.roles,
        "own": will_line(will, reader_id=me, today=today) if will else None,
        "form": form,
        "wills": [
            (
                will_line(each, reader_id=me, today=today),
                refused[1]
                if refused and refused[0] == each.pk
                else ReasonForm(auto_id=f"reason_{each.pk}_%s"),
            )
            for each in usable
            if each.coach_id not in in_force
        ],
        "cases": [(case, case.named_id == me) for case in cases],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render_page(request, "pages/coach/continuity.html", context, status=status)


@require_POST
@coach_page(Permission.USE_DASHBOARD)
def continuity_begin(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Puts a will in force, for a reason."""
    will = access.will_to_use(request, pk)
    form = ReasonForm(request.POST, auto_id=f"reason_{pk}_%s")
    if not form.is_valid():
        mine = access.own_will(request)
        return _page(request, mine, _will_form(request, mine), (pk, form))
    try:
        case = services.put_in_force(
            will=will,
            reason=form.cleaned_data["reason"],
            by=request.membership,
            now=timezone.now(),
        )
    except services.AlreadyInForce:
        messages.error(request, _("Somebody has put it in force already."))
    except services.NamesNobody:
        messages.error(request, _("%(name)s has left.") % {"name": will.named.name})
    else:
        words = _("In force. %(name)s and every client are told.")
        messages.success(request, words % {"name": will.named.name})
        if case.named_id == request.membership.pk:
            return redirect("coach:continuity_case", request.practice.slug, case.pk)
    return redirect("coach:continuity", request.practice.slug)


@require_safe
@coach_page(Permission.USE_DASHBOARD)
def continuity_case(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """For the person who is named alone: whom to write to. Every opening is written down."""
    case = access.case_to_carry(request, pk)
    now = timezone.now()
    lines = lines_of(case, now)
    record_reads(
        client_ids=[line.client_id for line in lines],
        reader_id=request.membership.pk,
        kind=ContentKind.CONTACTS,
        now=now,
    )
    will = ContinuityWill.objects.filter(coach=case.coach_id, named=request.membership).first()
    context = {
        "active": "continuity",
        "case": case,
        "lines": lines,
        "waiting": sum(line.done_at is None for line in lines),
        "words": will.words if will else "",
    }
    return render_page(request, "pages/coach/continuity_case.html", context)


@require_POST
@coach_page(Permission.USE_DASHBOARD)
def continuity_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """By the person who is named, an owner, or the coach who is back."""
    services.end_case(case=access.open_case(request, pk), by=request.membership, now=timezone.now())
    messages.success(request, _("Ended. Nobody sees anything for it any more."))
    return redirect("coach:continuity", request.practice.slug)


@require_POST
@coach_page(Permission.USE_DASHBOARD)
def continuity_task(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The client was written to, or not after all."""
    task = access.task_to_settle(request, pk)
    services.settle_task(task=task, is_done="done" in request.POST, now=timezone.now())
    return redirect("coach:continuity_case", request.practice.slug, task.case_id)
