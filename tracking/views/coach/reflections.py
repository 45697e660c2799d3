"""What a client shared from the journal."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.services.access_ledger import ContentKind
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from tracking.access.clients import opened_client
from tracking.queries.reflections import shared_reflections
from tracking.queries.tabs import client_tabs

SHOWN = 50


@coach_page(Permission.COACH_CLIENTS)
@require_safe
def reflections(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    client = opened_client(request, client_pk, kind=ContentKind.REFLECTIONS, now=timezone.now())
    return render_page(
        request,
        "tracking/coach/reflections.html",
        {
            "active": "clients",
            "client": client,
            "tabs": client_tabs(request.practice.slug, client.pk),
            "entries": shared_reflections(client.pk, limit=SHOWN),
        },
    )
