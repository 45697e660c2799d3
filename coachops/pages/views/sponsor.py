"""Read-only pages for the company that pays: what its coachees agreed to share, and no more."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import proposals_for_sponsor, today_in
from coachops.pages.queries.sponsor import coachee_page, company_page
from coachops.practices.guards import PracticeRequest, sponsor_page
from coachops.web.pages import render_page
from tracking.access.sponsor_pages import companies_of, opened_coachee, opened_coachees

MOST_PROPOSALS = 20


@require_safe
@sponsor_page
def home(request: PracticeRequest) -> HttpResponse:
    """Everybody whose engagement is open to this contact; of closed ones only how many."""
    companies = companies_of(request)
    coachees = opened_coachees(request, request.GET.get("page", "1"), now=timezone.now())
    context = {
        "active": "home",
        "organisation": companies[0],
        "has_companies": len(companies) > 1,
        "page": coachees.page,
        "company": company_page(
            list(coachees.page.object_list), closed=coachees.closed, today=today_in(request)
        ),
        "proposals": list(proposals_for_sponsor(request)[:MOST_PROPOSALS]),
    }
    return render_page(request, "pages/sponsor/home.html", context)


@require_safe
@sponsor_page
def coachee(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One engagement at the level that is in force now."""
    engagement = opened_coachee(request, pk, now=timezone.now())
    context = {
        "active": "home",
        "organisation": engagement.sponsor_organisation,
        "page": coachee_page(engagement, today=today_in(request), zone=request.practice.zone),
    }
    return render_page(request, "pages/sponsor/coachee.html", context)
