"""Check-ins of three from the coach's side: propose times, read the answers, widen, withdraw."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Engagement, SponsorContact
from clients.queries.sponsors import contacts_of
from coachops.mail.previewing import MailPreview, is_looking, mails_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import (
    poll_for_member,
    shares_for_coach,
    three_way_engagement,
    three_way_offerings,
)
from scheduling.forms.polls import ProposalForm, TimesForm
from scheduling.models import Offering, Poll
from scheduling.policies.polls import PollRefused
from scheduling.queries.agreed_points import three_ways_of
from scheduling.queries.polls import free_days, poll_page, poll_refusal_in_words, polls_of
from scheduling.services.polls import Proposal, propose_more, propose_times, withdraw_poll
from scheduling.services.times import SlotTaken

USUAL_WAIT = timedelta(days=3)
UNPROCESSABLE, CONFLICT = 422, 409


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def three_ways(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Of one engagement: questions that are open, and meetings that were or will be."""
    engagement = three_way_engagement(request, pk)
    context = {
        "active": "clients",
        "engagement": engagement,
        "client": engagement.client,
        "polls": polls_of(engagement),
        "meetings": three_ways_of(engagement.pk),
        "is_open_to_sponsor": engagement.disclosure_level is not None,
    }
    return render_page(request, "scheduling/coach/three_ways.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def three_way_new(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Choose three or more of the coach's free times, and who is asked."""
    engagement, now = three_way_engagement(request, pk), timezone.now()
    offerings = list(three_way_offerings(engagement))
    if not offerings:
        context = {"active": "clients", "client": engagement.client, "engagement": engagement}
        return render_page(request, "scheduling/coach/three_way_nothing.html", context)
    form = ProposalForm(
        request.POST or None,
        zone=offerings[0].schedule.zone,
        offerings=offerings,
        people=contacts_of(engagement),
        initial={"closes_on": timezone.localdate(now + USUAL_WAIT)},
    )
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_valid():
        propose = partial(_propose, engagement, form, now)
        try:
            if is_looking(request.POST):
                letters = mails_of(propose, now=now)
                shown = _offering(request, offerings)
                return _new_page(request, engagement, form, shown, 200, letters=letters)
            poll = propose()
        except PollRefused as refused:
            form.add_error(None, poll_refusal_in_words(refused.reason))
        except SlotTaken:
            form.add_error("starts", _("One of these times has just been taken. Choose again."))
            status = CONFLICT
        else:
            messages.success(request, _("Asked. Everybody gets a mail with the times now."))
            return redirect("coach:poll", request.practice.slug, poll.pk)
    return _new_page(request, engagement, form, _offering(request, offerings), status)


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def poll(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Who can when."""
    return _poll_page(request, poll_for_member(request, pk))


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def poll_more(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """More times beside those that are held."""
    found, now = poll_for_member(request, pk), timezone.now()
    form = _times_form(request, found)
    if not form.is_valid():
        return _poll_page(request, found, form, status=UNPROCESSABLE)
    propose = partial(
        propose_more,
        poll=found,
        starts=form.cleaned_data["starts"],
        closes_at=form.closes_at(),
        now=now,
    )
    try:
        if is_looking(request.POST):
            letters = mails_of(propose, now=now)
            return _poll_page(request, poll_for_member(request, pk), form, letters=letters)
        propose()
    except PollRefused as refused:
        form.add_error(None, poll_refusal_in_words(refused.reason))
        return _poll_page(request, found, form, status=UNPROCESSABLE)
    except SlotTaken:
        form.add_error("starts", _("One of these times has just been taken. Choose again."))
        return _poll_page(request, found, form, status=CONFLICT)
    messages.success(request, _("Asked again, with the new times."))
    return redirect("coach:poll", request.practice.slug, found.pk)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def poll_withdraw(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Give the held times back."""
    found = poll_for_member(request, pk)
    withdraw_poll(poll=found, now=timezone.now())
    messages.success(request, _("Withdrawn. The times are free again."))
    return redirect("coach:three_ways", request.practice.slug, found.engagement_id)


def _offering(request: PracticeRequest, offerings: list[Offering]) -> Offering:
    wanted = request.POST.get("offering") or request.GET.get("offering", "")
    return next((each for each in offerings if str(each.pk) == wanted), offerings[0])


def _propose(engagement: Engagement, form: ProposalForm, now: datetime) -> Poll:
    chosen = {UUID(each) for each in form.cleaned_data["contacts"]}
    contacts = SponsorContact.objects.select_related("membership__user").filter(pk__in=chosen)
    proposal = Proposal(
        starts=form.cleaned_data["starts"],
        contacts=list(contacts.order_by("name", "pk")),
        closes_at=form.closes_at(),
        agenda=form.cleaned_data["agenda"],
    )
    return propose_times(
        engagement=engagement, offering=form.offering_chosen(), proposal=proposal, now=now
    )


def _new_page(
    request: PracticeRequest,
    engagement: Engagement,
    form: ProposalForm,
    offering: Offering,
    status: int,
    **letters: tuple[MailPreview, ...],
) -> HttpResponse:
    context = {
        "active": "clients",
        "engagement": engagement,
        "client": engagement.client,
        "form": form,
        "days": free_days(offering, engagement.client, timezone.now(), chosen=form.sent),
        "is_open_to_sponsor": engagement.disclosure_level is not None,
        "letters": None,
        **letters,
    }
    return render_page(request, "scheduling/coach/three_way_new.html", context, status=status)


def _times_form(request: PracticeRequest, found: Poll) -> TimesForm:
    return TimesForm(
        request.POST if request.method == "POST" else None,
        zone=found.offering.schedule.zone,
        fewest=1,
        initial={"closes_on": timezone.localdate(found.closes_at)},
    )


def _poll_page(
    request: PracticeRequest,
    found: Poll,
    form: TimesForm | None = None,
    *,
    status: int = 200,
    letters: tuple[MailPreview, ...] | None = None,
) -> HttpResponse:
    now = timezone.now()
    page = poll_page(found, shares=shares_for_coach(request, found, now))
    form = form or _times_form(request, found)
    days = free_days(found.offering, found.engagement.client, now, chosen=form.sent)
    context = {
        "active": "clients",
        "page": page,
        "form": form,
        "days": days if page.is_open else (),
        "letters": letters,
    }
    return render_page(request, "scheduling/coach/poll.html", context, status=status)
