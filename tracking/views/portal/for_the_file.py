"""What stands in the practice's file, and whether the assistant may read it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import own_client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from tracking.queries.file_summaries import consents_to_the_file, file_entries
from tracking.services.file_summaries import agree_to_the_file, withdraw_from_the_file


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def for_the_file(request: PracticeRequest) -> HttpResponse:
    """POST `agree` says yes, and anything else takes it back: in doubt nobody reads."""
    client = own_client(request)
    if request.method == "POST":
        now, by = timezone.now(), request.membership
        if request.POST.get("do") == "agree":
            agree_to_the_file(client=client, by=by, now=now)
            messages.success(request, _("Your coach’s assistant may read these now."))
        else:
            withdraw_from_the_file(client=client, by=by, now=now)
            messages.success(request, _("Only you and your coach read these now."))
        return redirect("portal:for_the_file", request.practice.slug)
    context = {
        "active": "home",
        "entries": file_entries(client.pk),
        "is_agreed": consents_to_the_file(client.pk),
    }
    return render_page(request, "tracking/portal/for_the_file.html", context)
