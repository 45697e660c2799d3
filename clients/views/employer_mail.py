"""The client has read what an address at the company that pays means."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from clients.access import own_client
from clients.services.employer_mail import put_notice_away
from coachops.practices.guards import PracticeRequest, portal_page


@require_POST
@portal_page
def employer_mail_read(request: PracticeRequest) -> HttpResponse:
    """Puts the notice away."""
    put_notice_away(client=own_client(request), now=timezone.now())
    return redirect("portal:home", request.practice.slug)
