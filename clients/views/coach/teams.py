"""A team on the dashboard: adding it, who belongs to it, who speaks for it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import assignable_coaches, clients_for_member
from clients.access.teams import (
    fills_team,
    member_for_member,
    member_of_team_to_fill,
    team_for_member,
    team_to_fill,
)
from clients.forms.teams import JoinForm, NewMemberForm, TeamForm
from clients.models import Client
from clients.queries.teams import people_to_join, roster_of, waiting_for_speaker
from clients.services.assignments import NotACoach
from clients.services.clients import EmailTaken, invite_client
from clients.services.teams import (
    JoinsTooLate,
    NotForATeam,
    add_team,
    add_to_team,
    choose_speaker,
    join_team,
    leave_team,
)
from coachops.practices.guards import PracticeRequest, coach_page, has_second_factor
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def team_new(request: PracticeRequest) -> HttpResponse:
    """Adds a team, behind the same second factor as any client."""
    is_protected = has_second_factor(request)
    form = TeamForm(
        request.POST or None,
        coaches=assignable_coaches(request),
        initial={"time_zone": request.practice.time_zone},
    )
    if request.method == "POST" and form.is_valid() and is_protected:
        team = _added(form)
        if team is not None:
            messages.success(
                request, _("%(name)s is added. Now say who is in it.") % {"name": team.name}
            )
            return redirect("coach:team", request.practice.slug, team.pk)
    context = {
        "active": "clients",
        "form": form,
        "is_team": True,
        "is_protected": is_protected,
        "has_coaches": bool(form.coaches),
        "is_answer": request.method == "POST",
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_page(request, "clients/coach/client_new.html", context, status=status)


def _added(form: TeamForm) -> Client | None:
    coach = form.chosen_coach()
    if coach is None:
        form.add_error(None, _("Nobody coaches in this practice yet. Invite a coach first."))
        return None
    try:
        return add_team(**form.details(), coach=coach, now=timezone.now())
    except NotACoach:
        form.add_error(None, _("They do not coach here any more. Choose another coach."))
    return None


@require_safe
@coach_page(Permission.MANAGE_CLIENTS)
def team(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Who is in the team, who was, and two ways to add somebody."""
    return _page(request, team_for_member(request, pk))


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def team_join(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Somebody who is a client already, or somebody new whose record is made with it."""
    found = team_to_fill(request, pk)
    is_new = "email" in request.POST
    people = people_to_join(found, clients_for_member(request))
    join = JoinForm(None if is_new else request.POST, people=people, prefix="known")
    new = NewMemberForm(request.POST if is_new else None)
    form: JoinForm | NewMemberForm = new if is_new else join
    if form.is_valid() and _joined(request, found, form):
        return redirect("coach:team", request.practice.slug, found.pk)
    return _page(request, found, join=join, new=new)


def _joined(request: PracticeRequest, found: Client, form: JoinForm | NewMemberForm) -> bool:
    now = timezone.now()
    try:
        if isinstance(form, NewMemberForm):
            member = add_to_team(team=found, now=now, **form.cleaned_data)
        else:
            member = join_team(
                team=found, client=form.chosen(), now=now, since=form.cleaned_data["since"]
            )
    except EmailTaken:
        words = _(
            "Somebody here already has this address. Choose them from the list; if they are not in"
            " it, an owner of the practice can add them."
        )
        form.add_error("email", words)
    except JoinsTooLate:
        form.add_error("since", _("Choose today or an earlier day."))
    except NotForATeam:
        form.add_error(None, _("They cannot join: nobody coaches a team they are in."))
    else:
        messages.success(request, _("%(name)s is in the team.") % {"name": member.client.name})
        return True
    return False


def _page(
    request: PracticeRequest,
    found: Client,
    *,
    join: JoinForm | None = None,
    new: NewMemberForm | None = None,
) -> HttpResponse:
    readable = clients_for_member(request)
    bound = [form for form in (join, new) if form is not None and form.is_bound]
    roster = roster_of(found, readable)
    context = {
        "active": "clients",
        "team": found,
        "roster": roster,
        "waiting": 0 if roster.speaker else waiting_for_speaker(found.pk),
        "fills_team": fills_team(request, found.pk),
        "join": join or JoinForm(people=people_to_join(found, readable), prefix="known"),
        "new": new or NewMemberForm(),
    }
    status = UNPROCESSABLE if bound else 200
    return render_page(request, "clients/coach/team.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def team_leave(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """From now on they see nothing new of the team's."""
    member = leave_team(member=member_for_member(request, pk), now=timezone.now())
    messages.success(
        request, _("%(name)s has left the team and is told.") % {"name": member.client.name}
    )
    return redirect("coach:team", request.practice.slug, member.team_id)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def team_speaker(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Who signs for the team from now on."""
    member = member_of_team_to_fill(request, pk)
    choose_speaker(member=member, now=timezone.now())
    words = _("%(name)s speaks for the team. What waits for a signature is asked of them.")
    messages.success(request, words % {"name": member.client.name})
    return redirect("coach:team", request.practice.slug, member.team_id)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
@looks_first
def team_invite(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Opens the portal to somebody in the team and sends the way in; again sends it again."""
    member = member_for_member(request, pk)
    if member.left_at is None:
        way_in = invite_client(client=member.client, now=timezone.now())
        words = _("%(address)s gets an e-mail with the way in.")
        messages.success(request, words % {"address": way_in.user.email})
    return redirect("coach:team", request.practice.slug, member.team_id)
