"""Group sessions from the coach's side: schedule, roster, attendance."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from programs.services.ledger import NothingLeft
from scheduling.access import (
    coaches_for_member,
    cohorts_for_member,
    cohorts_together,
    group_for_member,
    group_offering_for_member,
    may_change_second,
    place_answers_for_coach,
    possible_participants,
    seat_for_member,
)
from scheduling.forms.groups import (
    AddPersonForm,
    GroupForm,
    PlacesForm,
    SeatOutcomeForm,
    initial_of_group,
)
from scheduling.models import Offering, Seat, Session
from scheduling.policies import CancelledBy, Refused
from scheduling.policies.groups import GroupRefused
from scheduling.queries.cohorts import cohort_of_session, cohorts_of
from scheduling.queries.cohorts_together import cohort_lines_together
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.groups import (
    coming_groups,
    group_offerings_of,
    group_refusal_in_words,
    past_groups,
    people_to_add,
    roster_page,
)
from scheduling.services.cohorts import join_cohort, leave_cohort
from scheduling.services.groups import change_capacity, schedule_group
from scheduling.services.seats import (
    join_group,
    leave_group,
    offer_make_up,
    settle_seat,
    settle_the_rest,
)
from scheduling.services.times import SlotTaken

MOST_PEOPLE = 400


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def groups(request: PracticeRequest) -> HttpResponse:
    """What is to come, and what was, with the places."""
    now, coaches = timezone.now(), [coach.pk for coach in coaches_for_member(request)]
    context = {
        "active": "groups",
        "coming": coming_groups(coaches, now),
        "past": past_groups(coaches, now),
        "cohorts": [
            *cohorts_of(cohorts_for_member(request), now),
            *cohort_lines_together(cohorts_together(request), now),
        ],
        "can_schedule": bool(group_offerings_of(coaches)),
        "shows_coach": len(coaches) > 1,
    }
    return render_page(request, "scheduling/coach/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def new(request: PracticeRequest) -> HttpResponse:
    """Day, time, topic, places and people; `like` takes the people of an earlier session."""
    offerings = group_offerings_of([coach.pk for coach in coaches_for_member(request)])
    if not offerings:
        return render_page(request, "scheduling/coach/group_nothing.html", {"active": "groups"})
    like = _like(request)
    offering = _chosen(request, offerings, like)
    people = possible_participants(request, offering.coach_id)[:MOST_PEOPLE]
    initial = initial_of_group(offering, uuid4(), like)
    if like is not None:
        initial["people"] = [str(pk) for pk in _people_of(like)]
    form = GroupForm(
        request.POST if request.method == "POST" else None,
        offering=offering,
        clients=people,
        initial=initial,
    )
    status, alternatives = (422 if form.is_bound else 200), []
    if form.is_valid():
        try:
            session = _schedule(offering, form)
        except SlotTaken as taken:
            status, alternatives = 409, taken.alternatives
        except GroupRefused as refused:
            form.add_error(None, group_refusal_in_words(refused.reason, who=refused.who))
        else:
            messages.success(request, _("Scheduled. Everybody gets their own invitation now."))
            return redirect("coach:group", request.practice.slug, session.pk)
    context = {
        "active": "groups",
        "form": form,
        "offering": offering,
        "offerings": offerings,
        "like": like,
        "is_taken": status == 409,
        "alternatives": alternatives,
    }
    return render_page(request, "scheduling/coach/group_new.html", context, status=status)


def _like(request: PracticeRequest) -> Session | None:
    wanted = request.GET.get("like", "")
    if not wanted:
        return None
    try:
        return group_for_member(request, UUID(wanted))
    except ValueError as error:
        raise Http404 from error


def _chosen(request: PracticeRequest, offerings: list[Offering], like: Session | None) -> Offering:
    wanted = request.GET.get("offering", "")
    if wanted:
        return group_offering_for_member(request, wanted)
    earlier = [each for each in offerings if like and each.pk == like.offering_id]
    return earlier[0] if earlier else offerings[0]


def _people_of(session: Session) -> list[UUID]:
    """Everybody with a place in a session that the member may see."""
    seats = Seat.objects.taken().filter(session=session).exclude(client=None)
    return list(seats.values_list("client_id", flat=True)[:MOST_PEOPLE])


def _schedule(offering: Offering, form: GroupForm) -> Session:
    answers = form.cleaned_data
    return schedule_group(
        offering=offering,
        starts_at=answers["starts_at"],
        roster=form.roster(),
        booking_key=answers["booking_key"],
        now=timezone.now(),
        group=form.group(),
    )


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def group(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The roster: who comes, who waits, who came."""
    session, now = group_for_member(request, pk), timezone.now()
    clients = possible_participants(request, session.coach_id)
    context = {
        "active": "groups",
        "page": roster_page(session, now),
        "cohort": cohort_of_session(session),
        "may_change_second": may_change_second(request, session, now),
        "add_form": AddPersonForm(clients=people_to_add(session, clients, now)),
        "places_form": PlacesForm(initial={"capacity": session.capacity}),
        "outcome_form": SeatOutcomeForm(),
        "place_answers": place_answers_for_coach(request, session, now),
    }
    return render_page(request, "scheduling/coach/group.html", context)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Give one of the coach's clients a place, or a place on the waiting list."""
    session, now = group_for_member(request, pk), timezone.now()
    clients = possible_participants(request, session.coach_id)
    form = AddPersonForm(request.POST, clients=people_to_add(session, clients, now))
    if not form.is_valid():
        messages.error(request, _("Choose somebody from the list."))
        return _back(request, session.pk)

    def join() -> str:
        cohort = cohort_of_session(session)
        if cohort is not None and form.is_for_all():
            join_cohort(cohort=cohort, client=form.chosen(), now=now)
            return _("Added to all coming dates. The invitations are on their way.")
        seat = join_group(session=session, client=form.chosen(), now=now, by_coach=True)
        if seat.state == Seat.State.WAITING:
            return _("Added to the waiting list.")
        return _("Added. The invitation is on its way.")

    return _done(request, session, join)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def places(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """More or fewer places; whoever waits gets the new ones."""
    session, now = group_for_member(request, pk), timezone.now()
    form = PlacesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a number of places between 2 and 200."))
        return _back(request, session.pk)

    def resize() -> str:
        change_capacity(session=session, capacity=form.cleaned_data["capacity"], now=now)
        return _("Changed.")

    return _done(request, session, resize)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def remove(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Take one person off, at no cost to them: this date, or all coming ones of a cohort."""
    seat, now = seat_for_member(request, pk), timezone.now()

    def leave() -> str:
        cohort = cohort_of_session(seat.session)
        if cohort is not None and seat.client is not None and "all" in request.POST:
            leave_cohort(cohort=cohort, client=seat.client, left_by=CancelledBy.COACH, now=now)
            return _("Taken off all coming dates. They hear of it, nobody else does.")
        leave_group(seat=seat, left_by=CancelledBy.COACH, now=now)
        return _("Taken off. They hear of it, nobody else does.")

    return _done(request, seat.session, leave)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def outcome(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What became of one person's place; their own ledger follows."""
    seat, now = seat_for_member(request, pk), timezone.now()
    form = SeatOutcomeForm(request.POST)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, str(problems[0]))
        return _back(request, seat.session_id)

    def settle() -> str:
        answers = form.cleaned_data
        settle_seat(seat=seat, outcome=answers["outcome"], reason=answers["reason"], now=now)
        return _("Noted.")

    return _done(request, seat.session, settle)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def everybody_came(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Settle all of whom nothing has been said."""
    session, now = group_for_member(request, pk), timezone.now()

    def settle() -> str:
        failed = settle_the_rest(session=session, now=now)
        names = ", ".join(seat.name for seat in failed)
        if names:
            messages.error(
                request,
                _("Nothing is left on the account of %(names)s. Add a session there first.")
                % {"names": names},
            )
        return _("Noted.")

    return _done(request, session, settle)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def make_up(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Tell somebody who missed it where they can make it up."""
    seat, now = seat_for_member(request, pk), timezone.now()

    def offer() -> str:
        offer_make_up(seat=seat, now=now)
        return _("They get a mail with the way to the other dates.")

    return _done(request, seat.session, offer)


def _done(request: PracticeRequest, session: Session, act: Callable[[], str]) -> HttpResponse:
    """Do it, say so or why not, and show the roster again."""
    coach = session.coach.name.split()[0]
    try:
        messages.success(request, act())
    except GroupRefused as refused:
        text = group_refusal_in_words(refused.reason, who=refused.who, coach=coach)
        messages.error(request, text)
    except Refused as refused:
        messages.error(request, refusal_in_words(refused.reason, coach=coach))
    except NothingLeft:
        messages.error(request, _("The engagement has no session left for this. Add one first."))
    return _back(request, session.pk)


def _back(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return redirect("coach:group", request.practice.slug, pk)
