"""A coach answers a request from the mail, without signing in. GET shows, POST acts."""

from django.http import HttpResponse
from django.utils import timezone

from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.web.pages import render_page
from scheduling.access import linked_to_coach
from scheduling.policies import Refused
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.sessions import line_of
from scheduling.services.approvals import approve_request, decline_request


def answer(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """Yes or no. What the booker wrote is for the coach who signs in, and not shown here."""
    session, refusal = linked_to_coach(link), ""
    if session is None:
        return link_gone(request)
    if request.method == "POST":
        try:
            if "approve" in request.POST:
                session = approve_request(session=session, now=timezone.now())
            else:
                session = decline_request(session=session, now=timezone.now())
        except Refused as refused:
            refusal = refusal_in_words(refused.reason, coach=session.coach.name.split()[0])
    context = {
        "line": line_of(session),
        "coach_zone": session.coach_time_zone,
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render_page(request, "scheduling/link/answer.html", context, status=status)
