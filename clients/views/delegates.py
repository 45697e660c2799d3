"""The client decides who else may look after their dates."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import own_client, own_delegation, own_delegations
from clients.forms import DelegateForm
from clients.services.delegates import (
    IsTheClient,
    TooManyDelegates,
    TooManyToday,
    end_delegation,
    invite_delegate,
)
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def delegates(request: PracticeRequest) -> HttpResponse:
    """Who it is now; POST invites somebody, or writes to them once more."""
    client = own_client(request)
    form = DelegateForm(request.POST or None, initial={"gets_mail": True})
    if form.is_valid():
        try:
            invite_delegate(client=client, now=timezone.now(), **form.cleaned_data)
        except IsTheClient:
            form.add_error("email", _("That is your own address. Give your assistant’s."))
        except TooManyDelegates:
            form.add_error(None, _("That is as many as there can be. End one of them first."))
        except TooManyToday:
            form.add_error(None, _("That is as many as can be invited in a day. Try tomorrow."))
        else:
            messages.success(request, _("Invited. They sign in with a code sent by e-mail."))
            return redirect("portal:delegates", request.practice.slug)
    context = {"active": "delegates", "delegations": own_delegations(request), "form": form}
    status = 422 if form.is_bound else 200
    return render_page(request, "clients/portal/delegates.html", context, status=status)


@require_POST
@portal_page
def delegate_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """At once and without asking why."""
    end_delegation(delegation=own_delegation(request, pk), now=timezone.now())
    messages.success(request, _("Ended. They see nothing of yours from now on."))
    return redirect("portal:delegates", request.practice.slug)
