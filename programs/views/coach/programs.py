"""Programs, to read."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from programs.access import program_for_member
from programs.queries.programs import program_card, program_cards
from programs.services.starter import install_starter_program


@require_GET
@coach_page(Permission.USE_DASHBOARD)
def programs(request: PracticeRequest) -> HttpResponse:
    return render_page(
        request,
        "programs/coach/programs.html",
        {
            "active": "programs",
            "programs": program_cards(),
            "may_install": Permission.MANAGE_CLIENTS in request.permissions,
        },
    )


@require_GET
@coach_page(Permission.USE_DASHBOARD)
def program(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = program_for_member(pk)
    return render_page(
        request,
        "programs/coach/program.html",
        {
            "active": "programs",
            "program": row,
            "card": program_card(row),
            "may_manage": Permission.MANAGE_CLIENTS in request.permissions,
        },
    )


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def programs_install(request: PracticeRequest) -> HttpResponse:
    install_starter_program(now=timezone.now())
    messages.success(request, _("Two programs are ready to use."))
    return redirect("coach:programs", request.practice.slug)
