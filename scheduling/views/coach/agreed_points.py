"""What the three agreed: the client's coach writes it down on the page of the session."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from scheduling.access import agreed_point_of, three_way_for_coach
from scheduling.forms.polls import PointForm
from scheduling.services.agreed_points import add_agreed_point, remove_agreed_point


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def agreed_point_new(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One point more; client, coach and sponsor read it from then on."""
    session = three_way_for_coach(request, pk)
    form = PointForm(request.POST)
    if form.is_valid():
        add_agreed_point(
            session=session,
            text=form.cleaned_data["text"],
            by=request.membership,
            now=timezone.now(),
        )
        messages.success(request, _("Written down. All three can read it now."))
    else:
        messages.error(request, _("Write what was agreed, in at most 500 letters."))
    return redirect("coach:session", request.practice.slug, session.pk)


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def agreed_point_remove(request: PracticeRequest, pk: UUID, point_pk: UUID) -> HttpResponse:
    session = three_way_for_coach(request, pk)
    remove_agreed_point(point=agreed_point_of(session, point_pk), now=timezone.now())
    messages.success(request, _("Taken off the list."))
    return redirect("coach:session", request.practice.slug, session.pk)
