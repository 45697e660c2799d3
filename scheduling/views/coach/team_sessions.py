"""A session for a whole team, from the coach's side."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access.teams import team_for_member
from clients.models import Client
from clients.queries.teams import present_members
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import coaches_for_member
from scheduling.forms.groups import TeamSessionForm
from scheduling.models import Offering
from scheduling.policies.groups import GroupRefused
from scheduling.queries.groups import group_refusal_in_words
from scheduling.queries.series_desk import date_taken
from scheduling.queries.team_sessions import offerings_for_team
from scheduling.services.series import DateTaken, Run
from scheduling.services.team_sessions import schedule_team_series, schedule_team_session
from scheduling.services.times import SlotTaken


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def new(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Day, time and topic; everybody in the team gets an invitation of their own."""
    team = team_for_member(request, pk)
    coaches = [coach.pk for coach in coaches_for_member(request)]
    offerings, has_engagement = offerings_for_team(team.pk, coaches)
    context = {"active": "clients", "team": team, "has_engagement": has_engagement}
    people = present_members(team.pk)
    if not offerings or not people:
        context["has_people"] = bool(people)
        return render_page(request, "scheduling/coach/team_session_nothing.html", context)
    offering = _chosen(request, offerings)
    form = TeamSessionForm(
        request.POST if request.method == "POST" else None,
        offering=offering,
        initial={"booking_key": uuid4()},
    )
    status, alternatives = (422 if form.is_bound else 200), []
    if form.is_valid():
        try:
            page, pk = _scheduled(team, offering, form)
        except DateTaken as taken:
            words = date_taken(taken.starts_at, offering.schedule.time_zone)
            status = 422
            form.add_error(None, words)
        except SlotTaken as taken:
            status, alternatives = 409, taken.alternatives
        except GroupRefused as refused:
            form.add_error(None, group_refusal_in_words(refused.reason, who=refused.who))
        else:
            messages.success(request, _("Booked. Everybody in the team gets an invitation now."))
            return redirect(page, request.practice.slug, pk)
    context |= {"form": form, "offering": offering, "offerings": offerings, "people": people}
    context |= {"is_taken": status == 409, "alternatives": alternatives}
    return render_page(request, "scheduling/coach/team_session_new.html", context, status=status)


def _chosen(request: PracticeRequest, offerings: list[Offering]) -> Offering:
    wanted = request.GET.get("offering", "")
    found = [each for each in offerings if not wanted or str(each.pk) == wanted]
    if not found:
        raise Http404
    return found[0]


def _scheduled(team: Client, offering: Offering, form: TeamSessionForm) -> tuple[str, UUID]:
    """The page that shows what was booked, and of what."""
    answers = form.cleaned_data
    if answers["rhythm"]:
        series = schedule_team_series(
            team=team,
            offering=offering,
            run=Run(answers["rhythm"], answers["starts"]),
            topic=answers["topic"],
            booking_key=answers["booking_key"],
            now=timezone.now(),
        )
        return "coach:series", series.pk
    session = schedule_team_session(
        team=team,
        offering=offering,
        starts_at=answers["starts_at"],
        topic=answers["topic"],
        booking_key=answers["booking_key"],
        now=timezone.now(),
    )
    return "coach:group", session.pk
