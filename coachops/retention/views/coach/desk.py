"""The desk for requests about one's own data: states and clocks, never content."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import clients_for_member, today_in
from clients.queries.safes import safe_of
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission, Role
from coachops.retention import access
from coachops.retention.forms import LONGEST_NOTE, AskForm, RefuseForm, WithholdForm
from coachops.retention.models import AccessRequest, NotesDecision
from coachops.retention.queries.records import OwnNote, own_notes
from coachops.retention.services import requests as services
from coachops.retention.services.facts import NOBODYS_DOMAIN
from coachops.web.pages import render_page

A_PAGE = 50
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def access_requests(request: PracticeRequest) -> HttpResponse:
    """What is open, by its day; POST writes down what a client told the practice."""
    is_desk = bool({Role.OWNER, Role.ASSISTANT} & set(request.membership.roles))
    clients = clients_for_member(request).exclude(email__endswith=NOBODYS_DOMAIN).order_by("name")
    form = AskForm(request.POST or None, clients=clients)
    if is_desk and form.is_valid():
        try:
            services.open_request(
                client=form.cleaned_data["client"],
                kind=form.cleaned_data["kind"],
                channel=AccessRequest.Channel.STAFF,
                now=timezone.now(),
            )
        except services.AlreadyAsked:
            form.add_error("kind", _("They have asked for this already; it is in the list."))
        else:
            messages.success(request, _("Written down. The month has begun."))
            return redirect("coach:access_requests", request.practice.slug)
    rows = access.requests_for_member(request)
    page = Paginator(rows.order_by("closed_at", "due_on", "pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "active": "access_requests",
        "page": page,
        "today": today_in(request),
        "form": form if is_desk else None,
        "decisions": list(access.own_decisions(request)[:A_PAGE]),
        "is_desk": is_desk,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render_page(request, "retention/coach/access_requests.html", context, status=status)


@require_safe
@coach_page(Permission.MANAGE_CLIENTS)
def access_request(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One request: what is asked, who handles it, what is still open."""
    return _request_page(request, access.request_for_desk(request, pk))


def _request_page(
    request: PracticeRequest, row: AccessRequest, *, problem: str = ""
) -> HttpResponse:
    context = {
        "active": "access_requests",
        "row": row,
        "today": today_in(request),
        "decisions": list(NotesDecision.objects.select_related("author").filter(request=row)),
        "refuse_form": RefuseForm(),
        "problem": problem,
        "is_owner": Role.OWNER in request.membership.roles,
    }
    status = UNPROCESSABLE if problem else 200
    return render_page(request, "retention/coach/access_request.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def access_request_take(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """I handle it."""
    row = access.request_for_desk(request, pk)
    try:
        services.take_over(request=row, by=request.membership, now=timezone.now())
    except services.NotOpen:
        messages.error(request, _("It is settled already."))
    return _back(request, row)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def access_request_answer(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Settled: the client is told."""
    row = access.request_for_desk(request, pk)
    try:
        services.answer_request(request=row, now=timezone.now())
    except services.NotesWaiting:
        problem = _("A coach has not decided about private notes yet. Remind them first.")
        return _request_page(request, row, problem=problem)
    except services.NeedsErasure:
        problem = _("Only the erasure itself answers this. The owner plans it on the record.")
        return _request_page(request, row, problem=problem)
    except services.NotOpen:
        messages.error(request, _("It is settled already."))
    else:
        messages.success(request, _("Answered. The client is told."))
    return _back(request, row)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def access_request_refuse(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """With a reason from the list, which the client reads."""
    row = access.request_for_desk(request, pk)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _request_page(request, row, problem=_("Choose why it is refused."))
    try:
        services.refuse_request(
            request=row, refusal=form.cleaned_data["refusal"], now=timezone.now()
        )
    except services.NotOpen:
        messages.error(request, _("It is settled already."))
    else:
        messages.success(request, _("Refused. The client reads the reason."))
    return _back(request, row)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.COACH_CLIENTS)
def request_notes(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """An author's own private notes about the client, to be released, shortened or withheld."""
    decision = access.own_decision(request, pk)
    client = decision.request.client
    notes = own_notes(client.pk, request.membership.pk)
    form = WithholdForm(request.POST or None)
    if request.method == "POST" and request.POST.get("decision") == "release":
        services.release_notes(
            decision=decision,
            notes=_released(request, notes),
            safe=safe_of(client.pk),
            now=timezone.now(),
        )
        return _decided(request, _("Released. The client reads them once the desk has answered."))
    if request.method == "POST" and form.is_valid():
        services.withhold_notes(
            decision=decision, reason=form.cleaned_data["reason"], now=timezone.now()
        )
        return _decided(request, _("Withheld. The client reads the reason, not the notes."))
    reader = request.membership.pk
    now = timezone.now()
    record_read(client_id=client.pk, reader_id=reader, kind=ContentKind.SESSION, now=now)
    context = {
        "active": "access_requests",
        "decision": decision,
        "client": client,
        "notes": notes,
        "form": form,
        "longest": LONGEST_NOTE,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render_page(request, "retention/coach/request_notes.html", context, status=status)


def _released(request: HttpRequest, notes: list[OwnNote]) -> list[services.Released]:
    """What the author let stand; an emptied note is not given out."""
    found = []
    for note in notes:
        text = str(request.POST.get(f"note-{note.id}", ""))[:LONGEST_NOTE].replace("\r\n", "\n")
        if text.strip():
            is_redacted = text.strip() != note.text.strip()
            found.append(services.Released(note.written_on, text, is_redacted))
    return found


def _decided(request: PracticeRequest, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("coach:access_requests", request.practice.slug)


def _back(request: PracticeRequest, row: AccessRequest) -> HttpResponse:
    return redirect("coach:access_request", request.practice.slug, row.pk)
