"""Why a time is, or is not, offered."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from scheduling.forms.schedules import WhyForm
from scheduling.queries.availability import given_offerings_of
from scheduling.queries.why import why
from scheduling.views.coach.availability_frame import frame_of, nobody


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def explain(request: PracticeRequest) -> HttpResponse:
    """An offering, a day and a time, and what each rule says about it."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    given = [each.offering for each in given_offerings_of(frame.coach.pk)]
    offerings = [each for each in given if each.archived_at is None]
    form = WhyForm(request.GET if "day" in request.GET else None, offerings=offerings)
    answers = None
    if form.is_valid():
        answers = why(form.offering_chosen(), form.wall_time(), frame.now, coach_id=frame.coach.pk)
    context = {"form": form, "answers": answers, "offerings": offerings}
    status = 422 if form.errors else 200
    template = "scheduling/coach/availability_why.html"
    return frame.page("availability_why", template, context, status=status)
