"""A form whose e-mails can be read before it is sent: done, shown, undone, and sent as it was."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlsplit

from django.contrib.messages import SUCCESS
from django.contrib.messages.storage import default_storage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from coachops.mail.previewing import LOOK, MailPreview, is_looking, mails_of
from coachops.practices.guards import PracticeRequest
from coachops.web.pages import render_page

type View[**P] = Callable[Concatenate[PracticeRequest, P], HttpResponse]

_OURS = {LOOK, "csrfmiddlewaretoken"}


def looks_first[**P](view: View[P]) -> View[P]:
    """Stands under the guard of a view that does something when a form is posted to it.

    With LOOK in the form the view runs and is undone; where it would go on to the next page, its
    e-mails are shown instead, with a button that sends the same form again. What the view answers
    otherwise, as the form with its errors, comes as it is. The view may write to the database and
    leave messages, and nothing else: a file that it wrote would stay.
    """

    @wraps(view)
    def looking(request: PracticeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST" or not is_looking(request.POST):
            return view(request, *args, **kwargs)
        said, kept = default_storage(request), request._messages  # type: ignore[attr-defined]
        request._messages = said  # type: ignore[attr-defined]
        answers: list[HttpResponse] = []
        mails = mails_of(lambda: answers.append(view(request, *args, **kwargs)), now=timezone.now())
        has_objected = any(each.level != SUCCESS for each in said)
        said.used = False
        if not isinstance(answers[0], HttpResponseRedirect) or (has_objected and not mails):
            return answers[0]
        request._messages = kept  # type: ignore[attr-defined]
        return _page(request, mails)

    return looking


def _page(request: PracticeRequest, mails: tuple[MailPreview, ...]) -> HttpResponse:
    context: dict[str, Any] = {
        "letters": mails,
        "count": len(mails),
        "sent": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in _OURS
            for value in values
        ],
        "back": _came_from(request),
    }
    return render_page(request, "practices/before_it_goes.html", context)


def _came_from(request: PracticeRequest) -> str:
    """The page with the form; Today if the browser does not say."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return reverse("coach:today", args=[request.practice.slug])
    return f"{page.path}?{page.query}" if page.query else page.path
