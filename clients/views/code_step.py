"""Before a link shows anything: a code that goes to the address the link was made for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.forms.agreements import CodeForm
from clients.policies import CodeAnswer
from clients.services.codes import CodeSent
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import SignedLink
from coachops.web.pages import render_page

UNPROCESSABLE: Final = 422
_COOKIE: Final = "signing"
_PROVED_FOR: Final = 3600  # seconds
_WRONG: Final = {
    CodeAnswer.WRONG: gettext_lazy("That is not the code from the newest mail. Please look again."),
    CodeAnswer.EXPIRED: gettext_lazy("This code has expired. Ask for a new one."),
    CodeAnswer.TOO_MANY: gettext_lazy("Too many tries. Ask for a new code."),
}


@dataclass(frozen=True, slots=True)
class CodeStep:
    """How a code is sent and checked for this link, and the page that says what it opens."""

    send: Callable[[datetime], CodeSent]
    check: Callable[[str, datetime], CodeAnswer]
    template: str
    context: Mapping[str, Any]


def has_proved(request: PracticeRequest, link: SignedLink) -> bool:
    """Whether this browser has shown within the hour that the link's address is theirs."""
    try:
        shown = request.get_signed_cookie(
            _COOKIE, default="", salt=f"signing:{link.pk}", max_age=_PROVED_FOR
        )
    except BadSignature:
        return False
    return bool(shown == str(link.pk))


def prove(request: PracticeRequest, link: SignedLink, step: CodeStep) -> HttpResponse:
    """Asks for the code. Nothing but the step's own words is shown before."""
    now, act = timezone.now(), request.POST.get("step", "")
    form = CodeForm(request.POST if act == "code" else None)
    if act == "send":
        sent = step.send(now)
        notice = _("The code is on its way.") if sent.is_sent else _("A code was sent just now.")
        if sent.is_exhausted:
            notice = _("No more codes can be sent with this link. Ask the practice for a new one.")
        return _page(request, link, step, form, notice=notice)
    if form.is_bound and form.is_valid():
        answer = step.check(form.cleaned_data["code"], now)
        if answer is CodeAnswer.RIGHT:
            return _let_in(request, link)
        form.add_error("code", str(_WRONG[answer]))
    return _page(request, link, step, form)


def _page(
    request: PracticeRequest, link: SignedLink, step: CodeStep, form: CodeForm, notice: str = ""
) -> HttpResponse:
    facts = {
        **step.context,
        "address": _masked(link.recipient),
        "form": form,
        "notice": notice,
        "is_sent": bool(notice) or form.is_bound,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render_page(request, step.template, facts, status=status)


def _let_in(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """For an hour this browser, and no other, has shown that the address is theirs."""
    response = redirect(request.path)
    response.set_signed_cookie(
        _COOKIE,
        str(link.pk),
        salt=f"signing:{link.pk}",
        max_age=_PROVED_FOR,
        path=request.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _masked(address: str) -> str:
    """Enough for its owner to know it: whoever was forwarded the link learns no address."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
