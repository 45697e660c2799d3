"""The addresses under every mail: choose without an account, or stop mail of a kind at once."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coachops.correspondence.policies import Topic
from coachops.correspondence.queries.links import preferences_url, read_link
from coachops.correspondence.queries.readers import known_reader
from coachops.correspondence.services.preferences import switch_off
from coachops.correspondence.views.choosing import answer_choices
from coachops.practices.guards import PracticeRequest, link_gone, link_page
from coachops.tenancy.scope import scope, system_scope
from coachops.web.pages import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@link_page(reason="under every mail: readers without an account choose what they get")
def choices(request: PracticeRequest, token: str) -> HttpResponse:
    """The form of choices for whoever has the mail."""
    link = read_link(token, request.practice.pk)
    if link is None:
        return link_gone(request)
    return answer_choices(request, link.address, "correspondence/link/choices.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@link_page(reason="RFC 8058: mail programs unsubscribe by a bare POST, without cookies")
def off(request: PracticeRequest, token: str) -> HttpResponse:
    """GET asks; POST stops mail of this kind, as a mail program does by one click."""
    link = read_link(token, request.practice.pk)
    if link is None or link.topic not in {*Topic} - {Topic.ESSENTIAL}:
        return link_gone(request)
    if request.method == "POST":
        with scope(system_scope(link.practice_id)):
            reader = known_reader(link.address)
            switch_off(
                address=link.address,
                topic=Topic(link.topic),
                client_id=None if reader.is_copy else reader.client_id,
                now=timezone.now(),
            )
    context = {
        "is_done": request.method == "POST",
        "topic": link.topic,
        "address": link.address,
        "choices_url": preferences_url(link.practice_id, link.address),
    }
    return render_page(request, "correspondence/link/off.html", context)
