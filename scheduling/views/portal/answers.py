"""What the coach asks of a session that somebody else booked, or of a place in a group."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from scheduling.access import own_seat, own_session
from scheduling.forms.answers import AnswersForm
from scheduling.models import Session
from scheduling.queries.answers import answers_of, open_questions, own_answers
from scheduling.queries.facts import coach_first_names
from scheduling.services.answers import answer_for_place, answer_later


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def session_answers(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Answer what was left open when it was booked; once that is done there is nothing to ask."""
    found, now = own_session(request, pk), timezone.now()
    back = redirect("portal:session", request.practice.slug, pk)
    if not found.asks_client or found.is_cancelled or found.starts_at <= now:
        return back
    questions = open_questions(found.offering, answers_of(pk))
    form = AnswersForm(request.POST or None, questions=questions)
    if not form.is_valid():
        return _show(request, form, found, zone=found.booker_time_zone, keep=back.url)
    answer_later(session=found, answers=form.answers(), now=now)
    messages.success(request, _("Thank you. Only you and your coach read it."))
    return back


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def group_answers(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The same for a place in a group: nobody else who takes part reads it."""
    seat, now = own_seat(request, pk), timezone.now()
    back = redirect("portal:group", request.practice.slug, pk)
    if not seat.asks_client or seat.session.is_cancelled or seat.session.starts_at <= now:
        return back
    questions = open_questions(seat.session.offering, own_answers(seat.session, seat.client))
    form = AnswersForm(request.POST or None, questions=questions)
    if not form.is_valid():
        return _show(request, form, seat.session, zone=seat.time_zone, keep=back.url)
    answer_for_place(seat=seat, answers=form.answers(), now=now)
    messages.success(request, _("Thank you. Only you and your coach read it."))
    return back


def _show(
    request: PracticeRequest, form: AnswersForm, session: Session, *, zone: str, keep: str
) -> HttpResponse:
    context = {
        "active": "book",
        "form": form,
        "coach": coach_first_names(session),
        "starts_at": session.starts_at,
        "zone": zone,
        "is_run": session.series_id is not None,
        "is_group": session.capacity > 1,
        "keep_url": keep,
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/portal/answer.html", context, status=status)
