"""The list of clients, with how each engagement stands."""

from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clients.access import clients_for_member, today_in
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from programs.queries.client_list import Filter, Search, client_list, coach_choices
from tracking.queries.health import health_of

LONGEST_SEARCH = 100


@require_GET
@coach_page(Permission.SEE_CLIENTS)
def clients(request: PracticeRequest) -> HttpResponse:
    search = _search(request.GET)
    visible = clients_for_member(request)
    today = today_in(request)
    found = client_list(visible, search, today)
    running = [row.engagement.id for row in found.rows if row.engagement]
    health = health_of(
        running, practice_slug=request.practice.slug, now=timezone.now(), with_reasons=False
    )
    coaches = coach_choices(visible, today)
    return render_page(
        request,
        "programs/coach/clients.html",
        {
            "active": "clients",
            "page": found.page,
            "rows": [
                (row, health.get(row.engagement.id) if row.engagement else None)
                for row in found.rows
            ],
            "search": search,
            "filters": _filters(),
            "coaches": coaches if len(coaches) > 1 else (),
            "is_filtered": bool(search.text or search.coach_id or search.state != Filter.CURRENT),
            "may_add": Permission.MANAGE_CLIENTS in request.permissions,
        },
        partials={"client-list"},
    )


def _search(asked: QueryDict) -> Search:
    """What the address says; anything that makes no sense is left out."""
    state = asked.get("state", "")
    return Search(
        text=asked.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        state=state if state in set(Filter) else Filter.CURRENT,
        coach_id=_uuid(asked.get("coach", "")),
        page=_number(asked.get("page", "")),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _filters() -> list[tuple[str, str]]:
    return [
        (Filter.CURRENT, _("All clients")),
        (Filter.RUNNING, _("In coaching")),
        (Filter.PAUSED, _("Paused")),
        (Filter.WITHOUT, _("No engagement")),
        (Filter.ARCHIVED, _("Archived")),
    ]
