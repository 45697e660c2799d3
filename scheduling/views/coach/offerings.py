"""What can be booked: list, new, change, archive."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission, Role
from coachops.web.pages import render_page
from scheduling.access import coach_for_member, coaches_for_member, offering_for_member
from scheduling.access.reminders import may_set_reminders
from scheduling.forms.offering import OfferingForm, initial_of
from scheduling.models import Offering
from scheduling.queries.offerings import choices_of, coaches_sharing, offerings_of, public_url
from scheduling.services.offerings import (
    archive_offering,
    change_offering,
    create_offering,
    restore_offering,
    share_offering,
)


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def overview(request: PracticeRequest) -> HttpResponse:
    """Every offering of the coaches the member looks after."""
    coaches = coaches_for_member(request)
    context = {
        "active": "offerings",
        "offerings": offerings_of([coach.pk for coach in coaches], request.practice.slug),
        "shows_coach": len(coaches) > 1,
        "sets_reminders": may_set_reminders(request),
        "manages_rooms": not set(request.membership.roles).isdisjoint({Role.OWNER, Role.ASSISTANT}),
    }
    return render_page(request, "scheduling/coach/offerings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def new(request: PracticeRequest) -> HttpResponse:
    """A new offering; the defaults are good enough to save at once."""
    coach = coach_for_member(request, request.GET.get("coach", ""))
    coaches, now = coaches_for_member(request), timezone.now()
    form = OfferingForm(
        request.POST if request.method == "POST" else None, **choices_of(coach, coaches)
    )
    if form.is_valid():
        offering = create_offering(coach=coach, now=now, **form.details(), **_second(form, coaches))
        _share(offering, form, coaches, now)
        messages.success(request, _("Saved. It can be booked from now on."))
        return redirect("coach:offering", request.practice.slug, offering.pk)
    context = {"active": "offerings", "form": form, "coach": coach, "coaches": coaches}
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/offering_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Its rules, and the link to hand out."""
    offering, now = offering_for_member(request, pk), timezone.now()
    coaches = coaches_for_member(request)
    second = offering.second_coach
    form = OfferingForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of(offering, coaches_sharing(offering)),
        **choices_of(offering.coach, coaches, second),
    )
    if form.is_valid():
        known = [*coaches, second] if second else coaches
        change_offering(offering=offering, now=now, **form.details(), **_second(form, known))
        _share(offering, form, coaches, now)
        messages.success(request, _("Saved. Sessions that are booked keep their time."))
        return redirect("coach:offering", request.practice.slug, offering.pk)
    context = {
        "active": "offerings",
        "form": form,
        "offering": offering,
        "public_url": public_url(offering, request.practice.slug),
        "has_links": offering.bookers != Offering.Bookers.CLIENTS,
        "question_count": len(offering.questions),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/offering.html", context, status=status)


def _share(
    offering: Offering, form: OfferingForm, coaches: list[Membership], now: datetime
) -> None:
    """Only coaches whom the member looks after can be made to share it."""
    if "coaches" in form.fields:
        chosen = set(form.shared_by())
        sharing = [coach for coach in coaches if coach.pk in chosen]
        share_offering(offering=offering, coaches=sharing, now=now)


def _second(form: OfferingForm, coaches: list[Membership]) -> dict[str, Any]:
    """Who leads it too, if that was asked."""
    if "second_coach" not in form.fields:
        return {}
    chosen = form.cleaned_data["second_coach"]
    return {"second_coach": next((each for each in coaches if each.pk == chosen), None)}


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def archive(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Close it for new bookings, or open it again."""
    offering, now = offering_for_member(request, pk), timezone.now()
    if "restore" in request.POST:
        restore_offering(offering=offering, now=now)
        messages.success(request, _("It can be booked again."))
    else:
        archive_offering(offering=offering, now=now)
        messages.success(request, _("Archived. Sessions that are booked stay."))
    return redirect("coach:offerings", request.practice.slug)
