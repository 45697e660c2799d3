"""The client's journal: private until the client shares from it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import own_client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from tracking.access.reflections import own_reflection
from tracking.forms.texts import ReflectionForm
from tracking.policies.texts import NothingToShare
from tracking.queries.reflections import own_reflection_count, own_reflections
from tracking.services.reflections import (
    delete_reflection,
    share_reflection,
    unshare_reflection,
    write_reflection,
)

A_PAGE = 20


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def journal(request: PracticeRequest) -> HttpResponse:
    client = own_client(request)
    form = ReflectionForm(request.POST or None)
    if form.is_valid():
        is_shared = form.cleaned_data["share"]
        try:
            write_reflection(
                client=client,
                text=form.cleaned_data["text"],
                share=is_shared,
                by=request.membership,
                now=timezone.now(),
            )
        except NothingToShare:
            form.add_error("text", _("Write a few words first."))
        else:
            kept = _("Kept. Only you can read it.")
            messages.success(request, _("Kept. Your coach can read it too.") if is_shared else kept)
            return redirect("portal:journal", request.practice.slug)
    page = Paginator(range(own_reflection_count(client.pk)), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "active": "journal",
        "form": form,
        "page": page,
        "entries": own_reflections(client.pk, offset=(page.number - 1) * A_PAGE, limit=A_PAGE),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render_page(request, "tracking/portal/journal.html", context, status=status)


@portal_page
@require_POST
def reflection_share(request: PracticeRequest, pk: UUID) -> HttpResponse:
    reflection = own_reflection(request, pk)
    share_reflection(reflection=reflection, by=request.membership, now=timezone.now())
    messages.success(request, _("Shared. Your coach can read it from now on."))
    return redirect("portal:journal", request.practice.slug)


@portal_page
@require_POST
def reflection_unshare(request: PracticeRequest, pk: UUID) -> HttpResponse:
    reflection = own_reflection(request, pk)
    unshare_reflection(reflection=reflection, by=request.membership, now=timezone.now())
    messages.success(request, _("Only you can read it now."))
    return redirect("portal:journal", request.practice.slug)


@portal_page
@require_POST
def reflection_delete(request: PracticeRequest, pk: UUID) -> HttpResponse:
    reflection = own_reflection(request, pk)
    delete_reflection(reflection=reflection, by=request.membership, now=timezone.now())
    messages.success(request, _("Deleted for good."))
    return redirect("portal:journal", request.practice.slug)
