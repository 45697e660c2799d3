"""What became of a session, from the mail that asked. GET shows one button, POST acts."""

from functools import partial

from django.http import HttpResponse
from django.utils import timezone

from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.practices.services.links import use_link
from coachops.web.pages import render_page
from programs.services.ledger import NothingLeft
from scheduling.access import linked_to_coach
from scheduling.models import Session
from scheduling.policies import Refused
from scheduling.queries.facts import booker_name
from scheduling.services.outcomes import confirm_outcome


def _answer(request: PracticeRequest, link: SignedLink, *, outcome: str) -> HttpResponse:
    """Once, by the coach who holds it; what has been noted already is changed in the dashboard."""
    session, now = linked_to_coach(link), timezone.now()
    if session is None:
        return link_gone(request)
    is_done, status = False, 200
    if request.method == "POST" and not session.outcome and use_link(link=link, now=now):
        try:
            session = confirm_outcome(session=session, outcome=outcome, reason="", now=now)
            is_done = True
        except (Refused, NothingLeft):
            status = 409
    elif request.method == "POST" and session.outcome != outcome:
        status = 409
    context = {
        "session": session,
        "who": booker_name(session),
        "outcome": outcome,
        "label": Session.Outcome(outcome).label,
        "noted": session.outcome and Session.Outcome(session.outcome).label,
        "is_done": is_done,
        "is_refused": status == 409 and not session.outcome,
    }
    return render_page(request, "scheduling/link/outcome.html", context, status=status)


held = partial(_answer, outcome=Session.Outcome.HELD)
no_show = partial(_answer, outcome=Session.Outcome.NO_SHOW)
late_cancel = partial(_answer, outcome=Session.Outcome.LATE_CANCEL)
coach_cancelled = partial(_answer, outcome=Session.Outcome.COACH_CANCELLED)
