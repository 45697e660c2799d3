"""What coach and client do alike when they book a series."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from coachops.practices.guards import PracticeRequest
from scheduling.forms.series import SeriesForm
from scheduling.models import Offering, Series
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.series_desk import SeriesDesk, date_problem
from scheduling.services.booking import BookerClient, NotBookable
from scheduling.services.series import DateRefused, DateTaken, Run, book_series


def chosen_offering(request: PracticeRequest, offerings: list[Offering]) -> Offering:
    """The one that the address names, else the first. Raises 404 for any other."""
    wanted = request.GET.get("offering", "")
    for offering in offerings:
        if not wanted or str(offering.pk) == wanted:
            return offering
    raise Http404


def try_to_book(
    desk: SeriesDesk,
    form: SeriesForm,
    now: datetime,
    *,
    booked_by_id: UUID,
    by_coach: bool = False,
) -> tuple[Series | None, str, int]:
    """The series, or why there is none, with the status to say it with."""
    if not form.is_valid():
        return None, str(form.non_field_errors()[0]) if form.non_field_errors() else "", 422
    theirs = desk.client.time_zone
    try:
        series = book_series(
            offering=desk.offering,
            run=Run(
                form.cleaned_data["rhythm"],
                form.cleaned_data["starts"],
                answers=form.answers(),
                booked_by_id=booked_by_id,
            ),
            booker=BookerClient(desk.client, desk.engagement),
            booking_key=form.cleaned_data["booking_key"],
            booker_time_zone=theirs if by_coach else form.cleaned_data["zone"] or theirs,
            now=now,
            by_coach=by_coach,
        )
    except (DateTaken, DateRefused) as problem:
        return None, date_problem(problem.starts_at, desk.zone, desk.clock), 409
    except NotBookable as refused:
        coach = desk.offering.coach.name.split()[0]
        return None, refusal_in_words(refused.reason, coach=coach), 409
    return series, "", 200
