"""One thread on its page: reading, writing, taking back, a file. For both sides of it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.access import today_in
from clients.access.messages import OpenThread, file_of, note_reading
from clients.forms.messages import LogisticsForm, MessageForm
from clients.models import CoachingMessage, LogisticsMessage
from clients.queries.messages import Conversation, Span, conversation, promise_of
from clients.services.messages import (
    MessageRefused,
    TooLateToTakeBack,
    open_thread,
    take_back,
    write_message,
)
from coachops.practices.guards import PracticeRequest
from coachops.web.clips import playback, sort_of_clip
from coachops.web.pages import render_page
from coachops.web.uploads import download

SEEN = "seen"


def thread_page(
    request: PracticeRequest, opened: OpenThread, template: str, context: dict[str, Any]
) -> HttpResponse:
    """POST sends, takes back or says it was seen, by `act`; `?file=` gives a message's file, and
    `?play=` a clip."""
    if "file" in request.GET:
        return _file(request, opened)
    if "play" in request.GET:
        return _clip(request, opened)
    if request.method == "POST":
        act, _colon, subject = request.POST.get("act", "").partition(":")
        if act == SEEN:
            return _seen(request, opened)
        if act == "take-back":
            return _take_back(request, opened, subject)
        return _send(request, opened, template, context)
    return _page(request, opened, template, context, _form(opened))


def _form(opened: OpenThread, *data: Any) -> LogisticsForm:
    return LogisticsForm(*data) if opened.is_logistics else MessageForm(*data)


def _send(
    request: PracticeRequest, opened: OpenThread, template: str, context: dict[str, Any]
) -> HttpResponse:
    if not opened.may_write:
        raise Http404
    form = _form(opened, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, opened, template, context, form)
    try:
        write_message(
            client=opened.client,
            coach=opened.coach,
            written=form.written(),
            by=request.membership,
            now=timezone.now(),
        )
    except MessageRefused:
        form.add_error(None, _("It was not sent: nobody can read it there at the moment."))
        return _page(request, opened, template, context, form)
    return redirect(f"{request.get_full_path()}#newest")


def _take_back(request: PracticeRequest, opened: OpenThread, subject: str) -> HttpResponse:
    if opened.row is None:
        raise Http404
    try:
        take_back(
            thread=opened.row, message_id=UUID(subject), by=request.membership, now=timezone.now()
        )
    except (ValueError, CoachingMessage.DoesNotExist, LogisticsMessage.DoesNotExist):
        raise Http404 from None
    except TooLateToTakeBack:
        messages.error(
            request, _("It is older than fifteen minutes and stays. Write what is different now.")
        )
    return redirect(f"{request.get_full_path()}#newest")


def _file(request: PracticeRequest, opened: OpenThread) -> HttpResponse:
    content, name, media_type = file_of(opened, request.GET["file"])
    note_reading(request, opened, now=timezone.now())
    return download(content, name=name, media_type=media_type)


def _clip(request: PracticeRequest, opened: OpenThread) -> HttpResponse:
    content, _name, media_type = file_of(opened, request.GET["play"])
    if not sort_of_clip(media_type):
        raise Http404
    note_reading(request, opened, now=timezone.now())
    return playback(request, content, media_type=media_type)


def _page(
    request: PracticeRequest,
    opened: OpenThread,
    template: str,
    context: dict[str, Any],
    form: LogisticsForm,
) -> HttpResponse:
    shown = _read(request, opened)
    needs_promise = opened.is_client and opened.coach is not None
    return render_page(
        request,
        template,
        {
            **context,
            "opened": opened,
            "talk": shown,
            "form": form,
            "promise": promise_of(opened.coach.pk, today_in(request))
            if opened.coach and needs_promise
            else None,
            "zone": request.user.time_zone,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK,
    )


def _read(request: PracticeRequest, opened: OpenThread) -> Conversation | None:
    """The messages; who reads is written down."""
    row, now = opened.row, timezone.now()
    if row is None:
        return None
    shown = conversation(
        row,
        opened.safe,
        request.membership,
        is_client=opened.is_client,
        now=now,
        span=Span(_before(request), opened.place.joined_at if opened.place else None),
    )
    note_reading(request, opened, now=now)
    return shown


def _seen(request: PracticeRequest, opened: OpenThread) -> HttpResponse:
    """The page says so once it stands before somebody's eyes; loading alone changes nothing."""
    if opened.row is not None:
        open_thread(
            thread=opened.row,
            is_client=opened.is_client,
            by=request.membership,
            now=timezone.now(),
        )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _before(request: PracticeRequest) -> UUID | None:
    """What makes no sense shows the newest."""
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None
