"""A time for three, from the client's side: answer, read the agenda, choose what to share."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.access import own_voter
from scheduling.forms.polls import AnswerForm, SharesForm
from scheduling.policies.polls import PollRefused
from scheduling.queries.poll_shares import shares_of
from scheduling.queries.polls import voter_page
from scheduling.services.poll_shares import choose_shares
from scheduling.services.polls import answer_poll


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def poll(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Which times suit, the agenda, and what the client brings."""
    voter, status, ticked = own_voter(request, pk), 200, None
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        ticked = form.ticked
        try:
            settled = answer_poll(
                voter=voter,
                suits=form.suits(),
                time_zone=form.cleaned_data["zone"] or voter.time_zone,
                now=timezone.now(),
            )
        except PollRefused:
            status = 409
        else:
            if settled.session_id is not None:
                messages.success(request, _("That suits everybody, so it is booked."))
                return redirect("portal:session", request.practice.slug, settled.session_id)
            messages.success(request, _("Thank you. We write when a time suits everybody."))
            return redirect("portal:poll", request.practice.slug, pk)
    page = voter_page(voter, request.GET, ticked=ticked, clock=reader_clock(request))
    context = {
        "active": "book",
        "page": page,
        "asks_zone": False,
        "shares_form": SharesForm(initial={"shares": "\n".join(shares_of(pk))}),
    }
    return render_page(request, "scheduling/portal/poll.html", context, status=status)


@require_POST
@portal_page
def poll_shares(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Replace the list of what the client agrees to share."""
    voter = own_voter(request, pk)
    form = SharesForm(request.POST)
    if form.is_valid():
        choose_shares(poll=voter.poll, lines=form.lines(), now=timezone.now())
        messages.success(request, _("Saved. Your coach sees the list too."))
    else:
        messages.error(request, _("That is too long. Keep to short lines."))
    return redirect("portal:poll", request.practice.slug, pk)
