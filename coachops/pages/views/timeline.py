"""Everything that happened with one client, in order."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients import access as client_access
from clients.queries.engagements import EngagementFacts, engagements_of
from clients.services.access_ledger import ContentKind, record_read
from coachops.pages.queries.timeline import (
    STRAND_LABELS,
    Place,
    Wanted,
    strands_for,
    timeline_of,
)
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from coachops.web.timeline import Strand
from tracking.queries.tabs import client_tabs


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def timeline_page(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Content for the coach of the client; dates and states for whoever organises."""
    client, safe = client_access.client_with_safe(request, pk)
    now = timezone.now()
    engagements = engagements_of(client.pk)
    wanted = _wanted(request.GET, engagements)
    timeline = timeline_of(client, safe, wanted, now=now, practice_slug=request.practice.slug)
    if safe is not None:
        record_read(
            client_id=client.pk, reader_id=request.membership.pk, kind=ContentKind.PROFILE, now=now
        )
    context = {
        "client": client,
        "timeline": timeline,
        "wanted": wanted,
        "strands": _choices(wanted.strand, opens_content=safe is not None),
        "engagements": engagements,
        "is_narrowed": bool(wanted.strand or wanted.engagement or wanted.since or wanted.until),
        "is_later_page": "before" in request.GET,
        "tabs": client_tabs(request.practice.slug, client.pk, is_team=client.is_team)
        if safe
        else None,
        "active": "clients",
    }
    return render_page(request, "pages/coach/timeline.html", context)


def _wanted(asked: QueryDict, engagements: tuple[EngagementFacts, ...]) -> Wanted:
    """What makes no sense narrows nothing."""
    strand = asked.get("strand", "")
    engagement = asked.get("engagement", "")
    chosen = next((each for each in engagements if str(each.id) == engagement), None)
    return Wanted(
        strand=Strand(strand) if strand in set(Strand) else None,
        engagement=chosen.id if chosen else None,
        dates=(chosen.starts_on, chosen.ends_on) if chosen else None,
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        before=Place.read(asked.get("before", "")),
    )


def _day(text: str) -> date | None:
    """Of the four digits that browsers send; a year that no clock can show is none."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and date(1900, 1, 1) <= day <= date(2900, 1, 1) else None


def _choices(chosen: Strand | None, *, opens_content: bool) -> list[Choice]:
    strands = strands_for(opens_content=opens_content)
    return [
        Choice("", _("Everything but mail"), chosen is None),
        *(Choice(each.value, str(STRAND_LABELS[each]), each == chosen) for each in strands),
    ]
