"""View as: what client, sponsor or assistant see of one client, as a picture that cannot be used.

Nobody acts for somebody else here. Every page is drawn with the rights of whoever looks, so what
they may not read themselves is missing, and the page says so.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.template import Context, RequestContext
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from clients import access as client_access
from clients.models import Client, Engagement
from clients.services.access_ledger import ContentKind, record_read
from coachops.pages.queries import profile
from coachops.pages.queries.papers import papers_of
from coachops.pages.queries.portal_home import portal_home
from coachops.pages.queries.sponsor import coachee_page
from coachops.pages.queries.timeline import Place, Wanted, timeline_of
from coachops.pages.views.coach import ENTRIES_SHOWN, FILE_SHOWN
from coachops.practices.guards import PracticeRequest, coach_page, portal_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from tracking.queries.file_summaries import consents_to_the_file, file_entries
from tracking.queries.goal_titles import titled_goals
from tracking.queries.health import health_of

CLIENT, SPONSOR, ASSISTANT = "client", "sponsor", "assistant"


@require_safe
@coach_page(Permission.COACH_CLIENTS)
def view_as(request: PracticeRequest, pk: UUID, who: str) -> HttpResponse:
    """For the client's coach."""
    client = client_access.client_for_coach(request, pk)
    pictures = {CLIENT: _as_client, SPONSOR: _as_sponsor, ASSISTANT: _as_coachs_assistant}
    if who not in pictures:
        raise Http404
    shown = pictures[who](request, client, timezone.now())
    context = {"active": "clients", "client": client, "who": who, "shown": shown}
    return render_page(request, "pages/coach/view_as.html", context)


@require_safe
@portal_page
def what_assistant_sees(request: PracticeRequest) -> HttpResponse:
    """For the client in person: the page on which an assistant finds them."""
    client = client_access.own_client(request)
    context = {
        "active": "home",
        "client": client,
        "shown": _as_assistant(request, client, timezone.now()),
    }
    return render_page(request, "pages/portal/what_assistant_sees.html", context)


def _as_client(request: PracticeRequest, client: Client, now: datetime) -> SafeString:
    safe = client_access.safe_for_coach(request, client.pk)
    if safe is None:
        raise Http404
    reader = request.membership.pk
    record_read(client_id=client.pk, reader_id=reader, kind=ContentKind.PROFILE, now=now)
    page = portal_home(client, safe, now)
    return _main_of(request, "pages/portal/home.html", {"page": page})


def _as_sponsor(request: PracticeRequest, client: Client, now: datetime) -> SafeString:
    engagements = Engagement.objects.filter(
        client=client, payer=Engagement.Payer.SPONSOR
    ).select_related("client", "sponsor_organisation")
    engagement = engagements.order_by("-starts_on", "-pk").first()
    if engagement is None:
        return SafeString("")
    reader = request.membership.pk
    record_read(client_id=client.pk, reader_id=reader, kind=ContentKind.SPONSOR_PAGE, now=now)
    today = client_access.today_in(request)
    page = coachee_page(engagement, today=today, zone=request.practice.zone)
    context = {"page": page, "organisation": engagement.sponsor_organisation}
    return _main_of(request, "pages/sponsor/coachee.html", context)


def _as_coachs_assistant(request: PracticeRequest, client: Client, now: datetime) -> SafeString:
    reader = request.membership.pk
    record_read(client_id=client.pk, reader_id=reader, kind=ContentKind.PROFILE, now=now)
    context = _assistants_page(request, client, now)
    engagement = context["page"].engagement
    asked = [engagement.id] if engagement else []
    found = health_of(asked, practice_slug=request.practice.slug, now=now, with_reasons=False)
    context["health"] = next(iter(found.values()), None)
    return _main_of(request, "pages/coach/client.html", context)


def _as_assistant(request: PracticeRequest, client: Client, now: datetime) -> SafeString:
    """How far an engagement is on track is left out: an assistant knows, the client does not."""
    return _main_of(request, "pages/coach/client.html", _assistants_page(request, client, now))


def _assistants_page(request: PracticeRequest, client: Client, now: datetime) -> dict[str, Any]:
    marked = Client.objects.annotate(**profile.marks()).get(pk=client.pk)
    slug, so_far = request.practice.slug, Wanted(before=Place(now))
    may_read_file = consents_to_the_file(client.pk)
    return {
        "page": profile.logistics_of(marked, now),
        "content": None,
        "permissions": frozenset(),
        "lately": timeline_of(
            client, None, so_far, now=now, practice_slug=slug, limit=ENTRIES_SHOWN
        ),
        "papers": papers_of(client.pk, practice_slug=slug, with_fees=False),
        "file_entries": file_entries(client.pk, limit=FILE_SHOWN) if may_read_file else (),
        "titled_goals": titled_goals(client.pk),
    }


def _main_of(request: PracticeRequest, template: str, values: dict[str, Any]) -> SafeString:
    """The middle of another audience's page, without its frame and its menus."""
    node = get_template(template).template.nodelist[0]  # type: ignore[attr-defined]
    if not isinstance(node, ExtendsNode):
        raise TypeError(f"{template} has no frame")
    context: Context = RequestContext(request, values)
    template_ = get_template(template).template  # type: ignore[attr-defined]
    with context.bind_template(template_), context.render_context.push_state(template_):
        return node.blocks["main"].render(context)
