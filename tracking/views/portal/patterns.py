"""What returns across the client's own sessions, from what they share with their coach."""

from http import HTTPStatus

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import own_client_with_safe
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from tracking.forms.patterns import PatternsForm
from tracking.queries.patterns import Reader, patterns_of, theme_choices


@portal_page
@require_safe
def patterns(request: PracticeRequest) -> HttpResponse:
    client, safe = own_client_with_safe(request)
    reader = Reader(request.practice.slug)
    form = PatternsForm(request.GET or None, themes=theme_choices(client, reader))
    period = form.period(today=timezone.localdate(), zone=timezone.get_current_timezone())
    is_wrong = form.is_bound and not form.is_valid()
    return render_page(
        request,
        "tracking/portal/patterns.html",
        {
            "active": "home",
            "form": form,
            "period": period,
            "found": patterns_of(client, safe, period, reader=reader),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
    )
