"""Pages of the dashboard that mix what the apps know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients import access as client_access
from clients.access.counted import clients_counted
from clients.access.handover import before_for_coach
from clients.queries.handover import comes_later
from clients.queries.role_conflicts import sent_people, shares_coach
from clients.services.access_ledger import ContentKind, record_read
from coachops.pages.queries import profile, today
from coachops.pages.queries.attention import needs_of
from coachops.pages.queries.health_status import HealthGroup, groups_of, health_counts
from coachops.pages.queries.papers import papers_of
from coachops.pages.queries.timeline import Place, Wanted, timeline_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission, Role
from coachops.web.pages import render_page
from scheduling.queries.sessions import SessionLine
from tracking.queries.file_summaries import FileEntry, file_entries
from tracking.queries.goal_titles import TitledGoal, titled_goals
from tracking.queries.health import HealthStatus, health_of, health_of_coach
from tracking.queries.tabs import client_tabs

ENTRIES_SHOWN = 6
FILE_SHOWN = 5
IN_NEED_SHOWN = 3


@require_safe
@coach_page(Permission.USE_DASHBOARD)
def today_page(request: PracticeRequest) -> HttpResponse:
    """The next conversation first, then the day, the week, and what needs the reader.

    Whoever neither meets nor books anybody, as a supervisor, has no day and no week here.
    """
    now = timezone.now()
    has_days = Permission.MANAGE_SCHEDULING in request.permissions
    coach_ids = client_access.coaches_of_member(request)
    roles = request.membership.roles
    is_coach = Role.COACH in roles
    needs = needs_of(
        coach_ids,
        practice_slug=request.practice.slug,
        now=now,
        is_owner=Role.OWNER in roles,
        is_assistant=Role.ASSISTANT in roles,
    )
    agenda = today.agenda_of(coach_ids, now)
    upcoming = today.next_of(coach_ids, agenda, now)
    brief = _brief(request, upcoming, now) if is_coach else None
    page = today.today_page(
        agenda=agenda, upcoming=upcoming, brief=brief, needs=needs, has_days=has_days, now=now
    )
    health, in_need = _health(request, now)
    context = {
        "page": page,
        "health": health,
        "in_need": in_need,
        "is_coach": is_coach,
        "has_days": has_days,
        "active": "today",
    }
    return render_page(request, "pages/coach/today.html", context)


def _health(
    request: PracticeRequest, now: datetime
) -> tuple[tuple[HealthGroup, ...], list[HealthStatus]]:
    """A coach's own engagements and those in need; for a supervisor how many stand how."""
    slug, roles = request.practice.slug, request.membership.roles
    if Role.COACH in roles:
        lines = health_of_coach(request.membership.pk, practice_slug=slug, now=now)
        in_need = [each for each in lines if each.is_in_need][:IN_NEED_SHOWN]
        return (groups_of(lines) if lines else ()), in_need
    if Role.SUPERVISOR in roles:
        return health_counts(clients_counted(), practice_slug=slug, now=now), []
    return (), []


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def client_page(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One page that tells the story of an engagement; what it holds depends on who looks."""
    also = {
        "sent_people": sent_people(),
        "shares_coach": shares_coach(request.membership.pk),
        "is_later": comes_later(request.membership.pk, client_access.today_in(request)),
        **profile.marks(),
    }
    client, safe = client_access.client_with_safe(request, pk, also)
    now = timezone.now()
    readable = client_access.clients_for_member(request) if client.is_team else None
    page = profile.logistics_of(client, now, request.GET.get("engagement", ""), readable)
    so_far = Wanted(before=Place(now))
    lately = timeline_of(
        client, safe, so_far, now=now, practice_slug=request.practice.slug, limit=ENTRIES_SHOWN
    )
    content = before = None
    if safe is not None:
        content = profile.content_of(page, safe, now)
        if client.is_later:  # type: ignore[attr-defined]
            before = before_for_coach(request, client, safe, now=now)
        _record_profile_read(request, client.pk, now)
    tabs = client_tabs(request.practice.slug, client.pk, is_team=client.is_team)
    context: dict[str, Any] = {
        "page": page,
        "content": content,
        "before": before,
        "lately": lately,
        "papers": papers_of(
            client.pk, practice_slug=request.practice.slug, with_fees=safe is not None
        ),
        "health": _health_of(page, request.practice.slug, now, with_reasons=safe is not None),
        "file_entries": () if safe else _file_of(request, client.pk, now),
        "titled_goals": () if safe else _titles_of(request, client.pk, now),
        "tabs": tabs,
        "active": "clients",
    }
    if safe is None or page.asked is not None:
        arranged = client_access.coaches_of_member(request)
        context["arranged"] = arranged
        context["may_remind"] = page.asked is not None and page.asked.coach_id in arranged
    return render_page(request, "pages/coach/client.html", context)


def _health_of(
    page: profile.Logistics, slug: str, now: datetime, *, with_reasons: bool
) -> HealthStatus | None:
    """How the engagement stands, if it runs; the reasons are for whoever coaches the client."""
    asked = [page.engagement.id] if page.engagement else []
    found = health_of(asked, practice_slug=slug, now=now, with_reasons=with_reasons)
    return next(iter(found.values()), None)


def _brief(
    request: PracticeRequest, upcoming: SessionLine | None, now: datetime
) -> today.Brief | None:
    """Content of the next client, only while the member coaches them; the read is written down."""
    if upcoming is None or upcoming.client_id is None:
        return None
    safe = client_access.safe_for_coach(request, upcoming.client_id)
    if safe is None:
        return None
    _record_profile_read(request, upcoming.client_id, now)
    return today.brief_of(upcoming, safe, now)


def _file_of(request: PracticeRequest, client_id: UUID, now: datetime) -> tuple[FileEntry, ...]:
    """What an assistant may read of the file, if the client agreed; that read is written down."""
    if not _organises(request):
        return ()
    entries = file_entries(client_id, limit=FILE_SHOWN)
    if entries:
        reader = request.membership.pk
        record_read(client_id=client_id, reader_id=reader, kind=ContentKind.SUMMARY, now=now)
    return entries


def _titles_of(request: PracticeRequest, client_id: UUID, now: datetime) -> tuple[TitledGoal, ...]:
    """The goals that the client gave a title for an assistant; that read is written down."""
    goals = titled_goals(client_id) if _organises(request) else ()
    if goals:
        reader = request.membership.pk
        record_read(client_id=client_id, reader_id=reader, kind=ContentKind.GOALS, now=now)
    return goals


def _organises(request: PracticeRequest) -> bool:
    """As an assistant. An owner sees every client, so that role says nothing about this one."""
    roles = request.membership.roles
    return Role.ASSISTANT in roles and Role.OWNER not in roles


def _record_profile_read(request: PracticeRequest, client_id: UUID, now: datetime) -> None:
    reader = request.membership.pk
    record_read(client_id=client_id, reader_id=reader, kind=ContentKind.PROFILE, now=now)
