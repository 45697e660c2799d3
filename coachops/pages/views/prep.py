"""One sheet before a conversation."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access.handover import before_for_coach
from clients.queries.handover import Before
from clients.queries.safes import open_wrapped
from coachops.pages.queries.prep import prep_sheet
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.models import Session
from tracking.access.preparation import preparation_for_page
from tracking.access.sessions import opened_session


@require_safe
@coach_page(Permission.COACH_CLIENTS)
def session_prep(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """For the coach of the client alone; the read is written down."""
    now = timezone.now()
    session = opened_session(request, pk, now=now)
    sheet = prep_sheet(
        session,
        reader=request.membership,
        today=timezone.localdate(now),
        now=now,
        practice_slug=request.practice.slug,
    )
    context = {
        "sheet": sheet,
        "page": sheet.desk,
        "client": session.client,
        "before": _before(request, session, now),
        "preparation": preparation_for_page(request, session, now=now),
        "active": "clients",
    }
    return render_page(request, "pages/coach/prep.html", context)


def _before(request: PracticeRequest, session: Session, now: datetime) -> Before | None:
    """What the client passed on to a coach who came later."""
    if not session.is_later:  # type: ignore[attr-defined]
        return None
    safe = open_wrapped(session.wrapped_key, session.client.pk)  # type: ignore[attr-defined]
    return before_for_coach(request, session.client, safe, now=now)
