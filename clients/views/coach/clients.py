"""A client's record on the dashboard: adding, changing, inviting, coaches."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import (
    addable_coaches,
    assignable_coaches,
    client_for_member,
    client_to_close,
    clients_for_member,
    endable_coaches,
    enquiries_for_member,
    person_for_member,
    today_in,
)
from clients.access.taken import taken_words
from clients.forms import ClientForm, TeamForm
from clients.models import Client
from clients.queries.clients import (
    coaches_of,
    employer_of_address,
    has_portal,
    is_coached_by,
)
from clients.queries.enquiries import sent_by_client
from clients.queries.role_conflicts import bosses_and_reports, is_contact_somewhere
from clients.services.assignments import NotACoach, StillCoaching, assign_coach, end_assignment
from clients.services.clients import (
    CoachedBefore,
    EmailIsSignIn,
    EmailTaken,
    NotTheirCoach,
    add_client,
    edit_client,
    end_client_access,
    invite_client,
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
        client = _added(request, form)
        if client is not None:
            return _to_added(request, client)
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


def _added(request: PracticeRequest, form: ClientForm) -> Client | None:
    """The new client; None with the reason beside its field."""
    coach = form.chosen_coach()
    if coach is None:
        form.add_error(None, _("Nobody coaches in this practice yet. Invite a coach first."))
        return None
    try:
        return add_client(**form.details(), coach=coach, now=timezone.now())
    except EmailTaken:
        form.add_error("email", taken_words(request, form.cleaned_data["email"]))
    except NotACoach:
        form.add_error("email", _("This is the coach's own address. Use the client's."))
    return None


def _to_added(request: PracticeRequest, client: Client) -> HttpResponse:
    """The new record; not one's own: whoever works here and is coached too, is a client like others
    and never sees their own coaching from the coach's side.
    """
    if client.email != request.user.email.lower():
        messages.success(request, _("%(name)s is added.") % {"name": client.name})
        return redirect("coach:client", request.practice.slug, client.pk)
    coaches = coaches_of([client.pk], today_in(request))[client.pk]
    words = _(
        "You are added as a client. You do not see your own record here; %(coach)s does, and can"
        " invite you into your portal."
    )
    messages.success(request, words % {"coach": coaches[0].name})
    return redirect("coach:clients", request.practice.slug)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def client_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    client = client_for_member(request, pk)
    if client.is_team:
        return _team_edit(request, client)
    form = ClientForm(request.POST or None, initial=_values(client))
    if client.membership_id is not None:
        form.lock_email()
    elif not _is_their_coach(request, client):
        form.leave_email_to_coach()
    if request.method == "POST" and form.is_valid() and _edited(request, form, client):
        messages.success(request, _("Saved."))
        return redirect("coach:client", request.practice.slug, client.pk)
    return _edit_page(request, client, form)


def _team_edit(request: PracticeRequest, team: Client) -> HttpResponse:
    """A team has a name and a clock; its people are on its own page."""
    form = TeamForm(request.POST or None, initial=_values(team))
    if request.method == "POST" and form.is_valid():
        edit_client(client=team, by=request.membership, now=timezone.now(), **form.details())
        messages.success(request, _("Saved."))
        return redirect("coach:client", request.practice.slug, team.pk)
    return _edit_page(request, team, form)


def _edit_page(
    request: PracticeRequest, client: Client, form: ClientForm | TeamForm
) -> HttpResponse:
    endable = {coach.pk for coach in endable_coaches(request, client)}
    is_open = has_portal(client)
    return render_page(
        request,
        "clients/coach/client_edit.html",
        {
            "active": "clients",
            "client": client,
            "form": form,
            "employer_of_address": employer_of_address(client),
            "same_coach": [
                (pair, pair.other(client.pk))
                for pair in bosses_and_reports(client, clients_for_member(request))
            ],
            "is_contact": is_contact_somewhere(client),
            "sent": sent_by_client(enquiries_for_member(request), client.pk),
            "coaches": [
                (coach, coach.id in endable)
                for coach in coaches_of([client.pk], today_in(request)).get(client.pk, ())
            ],
            "assignable": addable_coaches(request, client),
            "has_portal": is_open,
            "may_close": is_open and (bool(endable) or _is_their_coach(request, client)),
        },
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _is_their_coach(request: PracticeRequest, client: Client) -> bool:
    return is_coached_by(client, request.membership, today_in(request))


def _values(client: Client) -> dict[str, str]:
    fields = ("name", "email", "preferred_name", "phone", "job_title", "employer", "time_zone")
    return {field: getattr(client, field) for field in fields}


def _edited(request: PracticeRequest, form: ClientForm, client: Client) -> bool:
    try:
        edit_client(client=client, by=request.membership, now=timezone.now(), **form.details())
    except Client.DoesNotExist:
        raise Http404 from None  # erased, or taken back with its import, since the page was shown
    except EmailTaken:
        form.add_error("email", taken_words(request, form.cleaned_data["email"]))
        return False
    except EmailIsSignIn:
        form.add_error("email", _("They sign in with this address, so only they can change it."))
        return False
    except CoachedBefore:
        form.add_error("email", _coached_before(client))
        return False
    except NotTheirCoach:
        form.add_error("email", _("Only the client's own coach can change this address."))
        return False
    return True


def _coached_before(client: Client) -> str:
    words = _(
        "Somebody else coached %(name)s before, and what they shared opens in the portal. So only"
        " %(name)s chooses another address: invite them at this one, and they change it in their"
        " account. A coach from before can change it too. If nobody reads mail there any more, add"
        " them as a new client."
    )
    return words % {"name": client.first_name}


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def client_invite(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Opens the portal and sends the address to sign in; pressing again sends it again."""
    client = person_for_member(request, pk)
    member = invite_client(client=client, now=timezone.now())
    messages.success(
        request, _("%(address)s gets an e-mail with the way in.") % {"address": member.user.email}
    )
    return redirect("coach:client", request.practice.slug, client.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def client_end_access(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Closes the portal to a client; for their coach and for owners."""
    client = client_to_close(request, pk)
    end_client_access(client=client, by=request.membership, now=timezone.now())
    messages.success(request, _("The portal is closed to %(name)s.") % {"name": client.name})
    return redirect("coach:client_edit", request.practice.slug, client.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def client_coach(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Adds a coach to a client, or ends an assignment: owners, and the present coach handing over.

    It opens content, so nobody lets themself in and everybody concerned is told.
    """
    client = client_for_member(request, pk)
    if "end" in request.POST:
        coach = _named(request.POST["end"], endable_coaches(request, client))
        if _ended(request, client, coach) and coach.pk == request.membership.pk:
            return redirect("coach:clients", request.practice.slug)
    else:
        coach = _named(request.POST.get("coach", ""), addable_coaches(request, client))
        _assign(request, client, coach)
    return redirect("coach:client_edit", request.practice.slug, client.pk)


def _assign(request: PracticeRequest, client: Client, coach: Membership) -> None:
    try:
        assign_coach(client=client, coach=coach, by=request.membership, now=timezone.now())
    except NotACoach:
        messages.error(request, _("Nobody coaches themself. Choose somebody else."))
    else:
        messages.success(request, _("%(name)s coaches from today.") % {"name": coach.name})


def _ended(request: PracticeRequest, client: Client, coach: Membership) -> bool:
    try:
        end_assignment(client=client, coach=coach, by=request.membership, now=timezone.now())
    except StillCoaching:
        words = _(
            "%(name)s still leads an engagement. Assign another coach first; the engagement then"
            " goes to them. Or complete or close it."
        )
        messages.error(request, words % {"name": coach.name})
        return False
    messages.success(request, _("%(name)s no longer coaches.") % {"name": coach.name})
    return True


def _named(key: str, coaches: list[Membership]) -> Membership:
    for coach in coaches:
        if str(coach.pk) == key:
            return coach
    raise Http404
