"""How long the practice keeps what; owners."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import today_in
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Permission
from coachops.retention.forms import PeriodsForm, SecondPersonForm
from coachops.retention.models import SecondPerson
from coachops.retention.queries.over import keepings, months_of, nights
from coachops.retention.queries.records import receipts
from coachops.retention.services.acting import as_system
from coachops.retention.services.periods import choose_periods
from coachops.retention.services.second_person import IsTheReader, name_second_person
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_PRACTICE)
def retention(request: PracticeRequest) -> HttpResponse:
    """Periods, and in counts what the next night would remove."""
    form = PeriodsForm(request.POST or None, initial=dict(months_of()))
    if form.is_valid():
        choose_periods(practice=request.practice, months=form.months, now=timezone.now())
        messages.success(request, _("Saved. It counts from the next night on."))
        return redirect("coach:retention", request.practice.slug)
    return _page(request, form, _person_form(request))


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def second_person(request: PracticeRequest) -> HttpResponse:
    """Name somebody independent, or nobody."""
    form = _person_form(request)
    if not form.is_valid():
        return _page(request, PeriodsForm(initial=dict(months_of())), form)
    try:
        name_second_person(
            practice=request.practice,
            member=form.chosen,
            by=request.membership,
            now=timezone.now(),
        )
    except IsTheReader:
        form.add_error("member", _("Name somebody else than yourself."))
        return _page(request, PeriodsForm(initial=dict(months_of())), form)
    messages.success(request, _("Saved. Coaches and owners are told; clients see it."))
    return redirect("coach:retention", request.practice.slug)


def _page(
    request: PracticeRequest, form: PeriodsForm, person_form: SecondPersonForm
) -> HttpResponse:
    now = timezone.now()
    with as_system():
        rows = keepings(now, today_in(request))
    over = sum(row.over for row in rows)
    fields = [(row, form[row.key]) for row in rows]
    context = {
        "active": "settings",
        "form": form,
        "rows": fields,
        "over": over,
        "nights": nights(now, over=over),
        "person_form": person_form,
        "receipts": receipts(),
    }
    is_wrong = form.is_bound or (person_form.is_bound and person_form.errors)
    return render_page(
        request,
        "retention/coach/retention.html",
        context,
        status=UNPROCESSABLE if is_wrong else 200,
    )


def _person_form(request: PracticeRequest) -> SecondPersonForm:
    members = Membership.objects.active().filter(practice=request.practice, audience=Audience.STAFF)
    standing = SecondPerson.objects.filter(ended_at=None).first()
    data = request.POST if "member" in request.POST else None
    return SecondPersonForm(
        data,
        members=members.exclude(pk=request.membership.pk).order_by("name"),
        initial={"member": standing.member_id if standing else None},
    )
