"""The onboarding of all clients on one board."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clients.access import clients_for_member, today_in
from clients.models import StepOwner
from coachops.pages.queries.onboarding import Wanted, board
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from programs.queries.client_list import coach_choices

LATE = "late"


@require_safe
@coach_page(Permission.MANAGE_CLIENTS)
def onboarding_board(request: PracticeRequest) -> HttpResponse:
    """Whoever is not ready yet, the most urgent first."""
    clients, today, wanted = clients_for_member(request), today_in(request), _wanted(request)
    return render_page(
        request,
        "pages/coach/onboarding.html",
        {
            "active": "onboarding",
            "board": board(clients, wanted, practice_slug=request.practice.slug, today=today),
            "wanted": wanted,
            "coaches": coach_choices(clients, today),
            "owners": StepOwner.choices,
        },
        partials={"board"},
    )


def _wanted(request: PracticeRequest) -> Wanted:
    """What stands in the address; anything that makes no sense is as if it were not there."""
    asked = request.GET
    coach_id: UUID | None = None
    with suppress(ValueError):
        coach_id = UUID(asked.get("coach", ""))
    number = asked.get("page", "")
    return Wanted(
        coach_id=coach_id,
        owner=asked.get("owner", ""),
        late_only=asked.get("show") == LATE,
        page=int(number) if number.isdecimal() else 1,
    )
