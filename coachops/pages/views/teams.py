"""What a team shares, in the portal of each of its members."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access.teams import own_place, safe_of_own_team
from coachops.pages.queries.team_space import team_space
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page


@require_safe
@portal_page
def team(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Sessions, summaries, goals and actions of the team; for whoever left, what they were given.

    It is the team's own, and the reader is of the team, so nothing is written to the ledger.
    """
    place = own_place(request, pk)
    space = team_space(place, safe_of_own_team(place), timezone.now())
    return render_page(request, "pages/portal/team.html", {"active": "home", "space": space})
