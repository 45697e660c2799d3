"""A client's record on the dashboard: adding, changing, archiving, inviting, coaches."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import assignable_coaches, client_for_member, today_in
from clients.forms import ClientForm
from clients.models import Client
from clients.queries.clients import coaches_of, employer_of_address
from clients.services.clients import (
    EmailIsSignIn,
    EmailTaken,
    add_client,
    archive_client,
    assign_coach,
    edit_client,
    end_assignment,
    invite_client,
    restore_client,
)
from coachops.practices.guards import PracticeRequest, coach_page, has_second_factor
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def client_new(request: PracticeRequest) -> HttpResponse:
    """Adds a client. Asks for a second factor first: from here on there is something to protect."""
    is_protected = has_second_factor(request)
    form = ClientForm(
        request.POST or None,
        coaches=assignable_coaches(request),
        initial={"time_zone": request.practice.time_zone},
    )
    if request.method == "POST" and form.is_valid() and is_protected:
        client = _added(form)
        if client is not None:
            messages.success(request, _("%(name)s is added.") % {"name": client.name})
            return redirect("coach:client", request.practice.slug, client.pk)
    return render_page(
        request,
        "clients/coach/client_new.html",
        {
            "active": "clients",
            "form": form,
            "is_protected": is_protected,
            "has_coaches": bool(form.coaches),
            "is_answer": request.method == "POST",
        },
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _added(form: ClientForm) -> Client | None:
    """The new client; None with the reason beside its field."""
    coach = form.chosen_coach()
    if coach is None:
        form.add_error(None, _("Nobody coaches in this practice yet. Invite a coach first."))
        return None
    try:
        return add_client(**form.details(), coach=coach, now=timezone.now())
    except EmailTaken:
        form.add_error("email", _("You already have a client with this address."))
        return None


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def client_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    client = client_for_member(request, pk)
    form = ClientForm(request.POST or None, initial=_values(client))
    if client.membership_id is not None:
        form.lock_email()
    if request.method == "POST" and form.is_valid() and _edited(form, client):
        messages.success(request, _("Saved."))
        return redirect("coach:client", request.practice.slug, client.pk)
    return render_page(
        request,
        "clients/coach/client_edit.html",
        {
            "active": "clients",
            "client": client,
            "form": form,
            "employer_of_address": employer_of_address(client),
            "coaches": coaches_of([client.pk], today_in(request)).get(client.pk, ()),
            "may_assign": Permission.MANAGE_PRACTICE in request.permissions,
            "assignable": _others(request, client),
        },
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _values(client: Client) -> dict[str, str]:
    fields = ("name", "email", "preferred_name", "phone", "job_title", "employer", "time_zone")
    return {field: getattr(client, field) for field in fields}


def _edited(form: ClientForm, client: Client) -> bool:
    try:
        edit_client(client=client, now=timezone.now(), **form.details())
    except EmailTaken:
        form.add_error("email", _("Another client has this address."))
        return False
    except EmailIsSignIn:
        form.add_error("email", _("They sign in with this address, so only they can change it."))
        return False
    return True


def _others(request: PracticeRequest, client: Client) -> list[Membership]:
    """Coaches whom an owner may add to the client."""
    if Permission.MANAGE_PRACTICE not in request.permissions:
        return []
    current = coaches_of([client.pk], today_in(request)).get(client.pk, ())
    taken = {coach.id for coach in current}
    return [coach for coach in assignable_coaches(request) if coach.pk not in taken]


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def client_invite(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Opens the portal and sends the address to sign in; pressing again sends it again."""
    client = client_for_member(request, pk)
    invite_client(client=client, now=timezone.now())
    messages.success(
        request, _("%(address)s gets an e-mail with the way in.") % {"address": client.email}
    )
    return redirect("coach:client", request.practice.slug, client.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def client_archive(request: PracticeRequest, pk: UUID) -> HttpResponse:
    client = client_for_member(request, pk)
    if client.archived_at is None:
        archive_client(client=client, now=timezone.now())
        messages.success(request, _("%(name)s is archived.") % {"name": client.name})
    else:
        restore_client(client=client, now=timezone.now())
        messages.success(request, _("%(name)s is back in the list.") % {"name": client.name})
    return redirect("coach:clients", request.practice.slug)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def client_coach(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Adds a coach to a client, or ends an assignment; owners only, since it opens content."""
    client = client_for_member(request, pk)
    coach = _named_coach(request)
    if "end" in request.POST:
        end_assignment(client=client, coach=coach, now=timezone.now())
        messages.success(request, _("%(name)s no longer coaches.") % {"name": coach.name})
    else:
        assign_coach(client=client, coach=coach, now=timezone.now())
        messages.success(request, _("%(name)s coaches from today.") % {"name": coach.name})
    return redirect("coach:client_edit", request.practice.slug, client.pk)


def _named_coach(request: PracticeRequest) -> Membership:
    named = request.POST.get("end") or request.POST.get("coach", "")
    for coach in assignable_coaches(request):
        if str(coach.pk) == named:
            return coach
    raise Http404
