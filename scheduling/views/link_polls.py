"""Say which times suit from a mail, without signing in. GET shows, POST answers."""

from django.http import HttpResponse
from django.utils import timezone

from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.access import linked_voter
from scheduling.forms.polls import AnswerForm
from scheduling.policies.polls import PollRefused
from scheduling.queries.polls import voter_page
from scheduling.services.polls import answer_poll


def answer(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """The times on the reader's clock. Once settled, the page says what became of it."""
    voter = linked_voter(link)
    if voter is None:
        return link_gone(request)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status, is_done, ticked = 200, False, None
    if form.is_valid():
        ticked = form.ticked
        try:
            answer_poll(
                voter=voter,
                suits=form.suits(),
                time_zone=form.cleaned_data["zone"] or voter.time_zone,
                now=timezone.now(),
            )
            is_done = True
        except PollRefused:
            status = 409
        voter = linked_voter(link) or voter
    page = voter_page(voter, request.GET, ticked=ticked, clock=reader_clock(request))
    context = {"page": page, "is_done": is_done, "asks_zone": "zone" not in request.GET}
    return render_page(request, "scheduling/link/poll.html", context, status=status)
