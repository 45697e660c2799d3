"""The doors of the demo world and its mailbox. Mounted only with DEMO, which deployments refuse."""

import base64

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from coachops.demo.people import BY_HANDLE, PEOPLE
from coachops.mail.mailbox import StoredMail, count_mailbox, find_mail, read_mailbox
from coachops.practices.guards import DEMO_ENTRY, public_page
from coachops.practices.models import User
from coachops.practices.queries.doors import doors_of
from coachops.tenancy.scope import Scope, scope
from coachops.web.pages import render_page

FRAMING = settings.SECURE_CSP
MAILS_A_PAGE = 50
MOST_MAILS = 500


@require_safe
@public_page(reason="the demo is for strangers")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody one may enter as."""
    return render_page(request, "demo/people.html", {"people": PEOPLE})


@require_POST
@public_page(reason="the demo is for strangers; mounted only with DEMO")
def enter(request: HttpRequest, handle: str) -> HttpResponse:
    """Sign in as one of the demo's people and go to their first page."""
    person = BY_HANDLE.get(handle)
    if person is None:
        raise Http404
    user = User.objects.filter(email=person.email).first()
    if user is None:
        raise Http404
    if request.user.is_authenticated:
        logout(request)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[DEMO_ENTRY] = True
    start = f"/{person.tree}/{person.practice}/"
    with scope(Scope(user_id=user.pk)):
        urls = [door.url for door in doors_of(user)]
    return redirect(next((url for url in urls if url.startswith(start)), start))


@require_safe
@public_page(reason="the demo's mail is for strangers; mounted only with DEMO")
def mailbox(request: HttpRequest) -> HttpResponse:
    """Everything the demo has sent, newest first."""
    paginator = Paginator(range(count_mailbox()), MAILS_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    mails = read_mailbox(limit=MAILS_A_PAGE, offset=max(page.start_index() - 1, 0))
    return render_page(request, "demo/mailbox.html", {"page": page, "mails": mails})


@require_safe
@public_page(reason="the demo's mail is for strangers; mounted only with DEMO")
def mailbox_json(request: HttpRequest) -> HttpResponse:
    """The mailbox for programs, newest first."""
    mails = [mail.as_json() for mail in read_mailbox(limit=MOST_MAILS)]
    return JsonResponse(mails, safe=False)


@csp_override({**FRAMING, "frame-src": [CSP.SELF]})
@require_safe
@public_page(reason="the demo's mail is for strangers; mounted only with DEMO")
def mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One mail: its head, its text, its HTML in a frame without rights, its attachments."""
    return render_page(request, "demo/mail.html", {"mail": _mail(mail_id)})


@xframe_options_sameorigin
@csp_override(
    {
        "default-src": [CSP.NONE],
        "style-src": [CSP.UNSAFE_INLINE],
        "img-src": ["data:", CSP.SELF],
        "frame-ancestors": [CSP.SELF],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
@require_safe
@public_page(reason="the demo's mail is for strangers; mounted only with DEMO")
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The HTML part as a mail reader would show it."""
    return HttpResponse(_mail(mail_id).html)


@require_safe
@public_page(reason="the demo's mail is for strangers; mounted only with DEMO")
def mail_attachment(request: HttpRequest, mail_id: str, position: int) -> HttpResponse:
    """One attachment, to save."""
    attachments = _mail(mail_id).attachments
    if position >= len(attachments):
        raise Http404
    attachment = attachments[position]
    response = HttpResponse(
        base64.b64decode(attachment.content_base64), content_type=attachment.type
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{attachment.name}"'
    return response


def _mail(mail_id: str) -> StoredMail:
    found = find_mail(mail_id)
    if found is None:
        raise Http404
    return found
