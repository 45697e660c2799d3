"""What could not be delivered, and what to do about it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coachops.mail.previewing import is_looking
from coachops.outbox.models import Message
from coachops.outbox.services.dead_letters import NotGivenUp
from coachops.pages.access import message_of_practice
from coachops.pages.queries.desk.kinds import may_read_before
from coachops.pages.queries.undelivered import undelivered_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.services.undelivered import deliver_again, give_up
from coachops.practices.views.looking import looks_first
from coachops.web.pages import render_page

A_PAGE = 50


@require_safe
@coach_page(Permission.MANAGE_PRACTICE)
def undelivered(request: PracticeRequest) -> HttpResponse:
    """Everything that was given up, newest first."""
    dead = Message.objects.dead().order_by("-created_at", "-pk")
    page = Paginator(dead, A_PAGE).get_page(request.GET.get("page"))
    rows = [undelivered_of(message) for message in page]
    context = {"page": page, "rows": rows, "active": "undelivered"}
    return render_page(request, "pages/coach/undelivered.html", context)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def undelivered_retry(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Send it once more; LOOK shows it before, if the kind of mail may be read by whoever sends."""
    message = message_of_practice(request, pk)
    if is_looking(request.POST) and not may_read_before(message.kind):
        raise Http404
    return _retry(request, message)


@looks_first
def _retry(request: PracticeRequest, message: Message) -> HttpResponse:
    try:
        deliver_again(message_id=message.pk, now=timezone.now())
    except NotGivenUp:
        messages.info(request, _("Somebody has already decided about that one."))
    else:
        messages.success(request, _("It is on its way again."))
    return redirect("coach:outbox", request.practice.slug)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def undelivered_dismiss(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Do not send it any more."""
    message = message_of_practice(request, pk)
    try:
        give_up(message_id=message.pk, now=timezone.now())
    except NotGivenUp:
        messages.info(request, _("Somebody has already decided about that one."))
    else:
        messages.success(request, _("It will not be sent."))
    return redirect("coach:outbox", request.practice.slug)
