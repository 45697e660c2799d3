"""The mail log of a client, addresses that send mail back, and the member's own choices."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import client_for_member
from clients.queries.clients import address_of
from coachops.correspondence.access import bounce_of_practice
from coachops.correspondence.models import AddressBounce
from coachops.correspondence.queries.log import (
    FILTERS,
    bounced_address,
    coming_back,
    logged,
    logged_mail,
)
from coachops.correspondence.services.bounces import try_again
from coachops.correspondence.views.choosing import answer_choices
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

A_PAGE = 50


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def client_mail(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Every mail to a client and how far it came."""
    client = client_for_member(request, pk)
    state = request.GET.get("state", "")
    page = Paginator(logged(client, state), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "client": client,
        "page": page,
        "rows": [logged_mail(entry) for entry in page],
        "filters": FILTERS.items(),
        "state": state if state in FILTERS else "",
        "bounce": coming_back(client),
        "active": "clients",
    }
    return render_page(request, "correspondence/coach/client_mail.html", context)


@require_POST
@coach_page(Permission.SEE_CLIENTS)
def client_mail_try(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Write to the client's address again."""
    client = client_for_member(request, pk)
    if try_again(address=address_of(client), now=timezone.now()):
        messages.success(request, _("The next e-mail goes there again."))
    return redirect("coach:client_mail", request.practice.slug, client.pk)


@require_safe
@coach_page(Permission.MANAGE_PRACTICE)
def bounces(request: PracticeRequest) -> HttpResponse:
    """Every address of the practice that sends mail back, also of contacts and members."""
    marked = AddressBounce.objects.order_by("-bounced_at", "-pk")
    page = Paginator(marked, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, bounced_address(row)) for row in page],
        "active": "undelivered",
    }
    return render_page(request, "correspondence/coach/bounces.html", context)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def bounce_try(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Write there again."""
    marked = bounce_of_practice(request, pk)
    try_again(address=marked.address, now=timezone.now())
    messages.success(request, _("The next e-mail goes there again."))
    return redirect("coach:bounces", request.practice.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.USE_DASHBOARD)
def mail_choices(request: PracticeRequest) -> HttpResponse:
    """Which mail the acting member gets from this practice."""
    return answer_choices(request, request.user.email, "correspondence/coach/choices.html")
