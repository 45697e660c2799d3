"""A client without a portal says by a link what passes on, with the code from their own mail."""

from collections.abc import Collection
from functools import partial

from django.http import Http404, HttpResponse
from django.utils import timezone

from clients.access.handover import room_of, speaking_for, way_of_link
from clients.models import ClientKey, HandoverLink
from clients.queries.handover import (
    kinds_passed_on,
    labels_in_a_sentence,
    questions_of,
    shared_briefs,
)
from clients.queries.safes import safe_of
from clients.services.codes import check_code, send_code
from clients.services.handover import pass_on
from clients.services.handover_asking import CODE_KIND
from clients.views.code_step import CodeStep, has_proved, prove
from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.practices.services.links import use_link
from coachops.web.pages import render_page


def decide_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """First the code, then the brief and the question; an answer spends the link."""
    way = way_of_link(link)
    if way is None:
        return link_gone(request)
    if not has_proved(request, link):
        return prove(request, link, _code_step(way, link))
    if request.method == "POST" and use_link(link=link, now=timezone.now()):
        return _answered(request, way)
    return _question(request, way)


def thank_for_answer(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """The second of two clicks: what the first one did."""
    way = way_of_link(link)
    if way is None or not has_proved(request, link):
        return link_gone(request)
    with speaking_for(way.client_id):
        return _done(request, way, kinds_passed_on(way.handover))


def _question(request: PracticeRequest, way: HandoverLink) -> HttpResponse:
    """Raises 404 after an erasure."""
    try:
        safe = safe_of(way.client_id)
    except ClientKey.DoesNotExist:
        raise Http404 from None
    briefs = shared_briefs(way.client_id, safe, room=partial(room_of, way.client_id))
    (question,) = questions_of([way.handover], has_brief=bool(briefs))
    context = {"client": way.client, "briefs": briefs, "question": question}
    return render_page(request, "clients/link/handover.html", context)


def _answered(request: PracticeRequest, way: HandoverLink) -> HttpResponse:
    kinds = [] if "nothing" in request.POST else request.POST.getlist("kinds")
    with speaking_for(way.client_id):
        given = pass_on(handover=way.handover, kinds=kinds, by=None, now=timezone.now())
    return _done(request, way, given)


def _done(request: PracticeRequest, way: HandoverLink, kinds: Collection[str]) -> HttpResponse:
    context = {
        "client": way.client,
        "coach": way.handover.assignment.coach.name,
        "passed": labels_in_a_sentence(kinds),
    }
    return render_page(request, "clients/link/handover_done.html", context)


def _code_step(way: HandoverLink, link: SignedLink) -> CodeStep:
    """Nothing but who coaches now is shown before."""
    return CodeStep(
        send=lambda now: send_code(of=way, kind=CODE_KIND, address=link.recipient, now=now),
        check=lambda code, now: check_code(of=way, code=code, now=now),
        template="clients/link/handover_code.html",
        context={"coach": way.handover.assignment.coach.name},
    )
