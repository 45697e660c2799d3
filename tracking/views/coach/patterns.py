"""What returns across a client's sessions."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.queries.safes import safe_of
from clients.services.access_ledger import ContentKind
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from tracking.access.clients import opened_client
from tracking.forms.patterns import PatternsForm
from tracking.queries.patterns import Reader, patterns_of, theme_choices
from tracking.queries.tabs import client_tabs


@coach_page(Permission.COACH_CLIENTS)
@require_safe
def patterns(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    client = opened_client(request, client_pk, kind=ContentKind.PATTERNS, now=timezone.now())
    slug = request.practice.slug
    reader = Reader(slug, author_id=request.membership.pk)
    form = PatternsForm(request.GET or None, themes=theme_choices(client, reader))
    zone = timezone.get_current_timezone()
    period = form.period(today=timezone.localdate(), zone=zone)
    is_wrong = form.is_bound and not form.is_valid()
    return render_page(
        request,
        "tracking/coach/patterns.html",
        {
            "active": "clients",
            "client": client,
            "tabs": client_tabs(slug, client.pk, is_team=client.is_team),
            "form": form,
            "period": period,
            "found": patterns_of(client, safe_of(client.pk), period, reader=reader),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
    )
