"""The palette and the search page: the same view, whole or as a list of results."""

from functools import partial

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import clients_for_member, coached_client_ids, coaches_of_member
from clients.services.access_ledger import record_reads
from coachops.pages.queries.search import (
    Group,
    Searcher,
    Wanted,
    before_typing,
    quick_answer,
    read_kinds,
    words_found,
)
from coachops.practices.context import person_and_practice
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission, Role
from coachops.web.clocks import TWENTY_FOUR, reader_clock
from coachops.web.pages import is_partial_request, render_page
from scheduling.access.cohorts import cohorts_for_member
from scheduling.access.sessions import gatherings_for_member

LONGEST = 100
PARTS = {"palette-results": "options", "palette-words": "word_options"}


@require_safe
@coach_page(Permission.USE_DASHBOARD)
def search_page(request: PracticeRequest) -> HttpResponse:
    """The page answers with everything; the palette asks for names first, then for words.

    Content stands in the answer only of clients whom the member coaches, and what stands there is
    written down.
    """
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    wanted, searcher = Wanted.typed(text), _searcher(request)
    asked = request.headers.get("HX-Target", "") if is_partial_request(request) else ""
    found: tuple[Group, ...] = ()
    if asked != "palette-words":
        found = quick_answer(wanted, searcher) if text.strip() else before_typing(searcher)
    words: tuple[Group, ...] = ()
    if asked != "palette-results" and wanted.is_enough:
        words = words_found(wanted, searcher)
        _record_reads(request, searcher, words)
    context = {
        "groups": found,
        "words": words,
        "text": text,
        "is_typed": wanted.is_enough,
        "none_named": request.GET.get("named") == "none",
        "opens_words": searcher.coached is not None and wanted.is_enough,
        "active": "search",
    }
    return render_page(request, "pages/coach/search.html", context, partials=PARTS)


def _searcher(request: PracticeRequest) -> Searcher:
    frame = person_and_practice(request)
    roles = set(request.membership.roles)
    coaches = Role.COACH in roles
    return Searcher(
        practice_slug=request.practice.slug,
        membership=request.membership,
        permissions=request.permissions,
        clients=clients_for_member(request),
        coached=partial(coached_client_ids, request) if coaches else None,
        coaches_all=coaches and not roles & {Role.OWNER, Role.ASSISTANT},
        coach_ids=partial(coaches_of_member, request),
        gatherings=partial(gatherings_for_member, request),
        cohorts=partial(cohorts_for_member, request),
        pages=(*frame["navigation"], *frame["account_menu"]),
        now=timezone.now(),
        zone=timezone.get_current_timezone(),
        clock=reader_clock(request, usual=TWENTY_FOUR),
    )


def _record_reads(request: PracticeRequest, searcher: Searcher, found: tuple[Group, ...]) -> None:
    for kind, client_ids in read_kinds(found).items():
        record_reads(
            client_ids=client_ids, reader_id=request.membership.pk, kind=kind, now=searcher.now
        )
