"""Enquiries on the dashboard: the board, one of them, and what becomes of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import (
    assignable_coaches,
    clients_for_member,
    enquiries_for_member,
    enquiry_for_member,
    today_in,
)
from clients.access.taken import taken_words
from clients.forms import ClientForm
from clients.forms.enquiries import ArrangementsForm, NewEnquiryForm, NotNowForm, initial_of
from clients.models import Client, Enquiry
from clients.queries.enquiries import EnquiryFacts, enquiry_facts
from clients.queries.public_pages import public_pages
from clients.queries.sponsors import contact_choices
from clients.services.assignments import NotACoach
from clients.services.clients import EmailTaken
from clients.services.enquiries import (
    AlreadyOpen,
    EnquirySettled,
    add_enquiry,
    arrange,
    join_client,
    make_client,
    move_enquiry,
    put_off,
)
from coachops.pages.queries.enquiries import calls_of, enquiry_board
from coachops.practices.guards import PracticeRequest, coach_page, has_second_factor
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

UNPROCESSABLE = 422
MOST_CLIENTS = 300
MOVES = (Enquiry.State.NEW, Enquiry.State.CALL, Enquiry.State.PROPOSAL)


@require_safe
@coach_page(Permission.MANAGE_CLIENTS)
def enquiries(request: PracticeRequest) -> HttpResponse:
    """Everybody who asked, step by step."""
    rows, clients = enquiries_for_member(request), clients_for_member(request)
    board = enquiry_board(rows, clients, today=today_in(request), now=timezone.now())
    return render_page(
        request,
        "pages/coach/enquiries.html",
        {"active": "enquiries", "board": board, "moves": MOVES, "pages": public_pages()},
    )


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def enquiry_new(request: PracticeRequest) -> HttpResponse:
    """By hand; the address may name who sent them."""
    initial = {"referrer": request.GET.get("from", ""), "coach": str(request.membership.pk)}
    form = NewEnquiryForm(request.POST or None, initial=initial, **_choices(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            enquiry = add_enquiry(
                name=given["name"],
                email=given["email"],
                wish=given["wish"],
                arrangements=form.arrangements(),
                now=timezone.now(),
            )
        except AlreadyOpen:
            form.add_error("email", _("Somebody with this address is being answered already."))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": enquiry.name})
            return _after(request, enquiry)
    return render_page(
        request,
        "pages/coach/enquiry_new.html",
        {"active": "enquiries", "form": form},
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _after(request: PracticeRequest, enquiry: Enquiry) -> HttpResponse:
    """To the enquiry; to the board where it is somebody else's from now on."""
    slug = request.practice.slug
    if enquiries_for_member(request).filter(pk=enquiry.pk).exists():
        return redirect("coach:enquiry", slug, enquiry.pk)
    return redirect("coach:enquiries", slug)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def enquiry(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One enquiry; posting writes down who answers and what comes next."""
    row = enquiry_for_member(request, pk)
    facts = enquiry_facts([row], clients_for_member(request), today_in(request))[0]
    initial = initial_of(row)
    current = (initial["referrer"], facts.referrer)
    form = ArrangementsForm(
        request.POST or None, initial=initial, **_choices(request, row, current)
    )
    if request.method == "POST" and form.is_valid():
        arrange(enquiry=row, arrangements=form.arrangements(), now=timezone.now())
        messages.success(request, _("Saved."))
        return _after(request, row)
    return _page(request, facts, form=form)


def _page(
    request: PracticeRequest,
    facts: EnquiryFacts,
    *,
    form: ArrangementsForm,
    not_now: NotNowForm | None = None,
) -> HttpResponse:
    is_answer = form.is_bound or not_now is not None
    return render_page(
        request,
        "pages/coach/enquiry.html",
        {
            "active": "enquiries",
            "enquiry": facts,
            "call": calls_of([facts.email], timezone.now()).get(facts.email),
            "form": form,
            "not_now": not_now or NotNowForm(),
            "moves": MOVES,
            "existing": _existing(request, facts.email) if facts.is_open else None,
        },
        status=UNPROCESSABLE if is_answer else 200,
    )


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def enquiry_move(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """To another step; one that was put off begins again."""
    row = enquiry_for_member(request, pk)
    state = request.POST.get("state", "")
    if state not in MOVES:
        return redirect("coach:enquiry", request.practice.slug, row.pk)
    try:
        move_enquiry(enquiry=row, state=Enquiry.State(state), now=timezone.now())
    except EnquirySettled:
        messages.error(request, _("They are a client already."))
    except AlreadyOpen:
        messages.error(request, _("They asked again meanwhile: go on with the newer enquiry."))
    else:
        words = _("%(name)s: %(step)s.")
        messages.success(request, words % {"name": row.name, "step": Enquiry.State(state).label})
    if request.POST.get("from") == "board":
        return redirect("coach:enquiries", request.practice.slug)
    return redirect("coach:enquiry", request.practice.slug, row.pk)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def enquiry_not_now(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """With a reason from a list."""
    row = enquiry_for_member(request, pk)
    not_now = NotNowForm(request.POST)
    if not not_now.is_valid():
        facts = enquiry_facts([row], clients_for_member(request), today_in(request))[0]
        initial = initial_of(row)
        current = (initial["referrer"], facts.referrer)
        form = ArrangementsForm(initial=initial, **_choices(request, row, current))
        return _page(request, facts, form=form, not_now=not_now)
    try:
        reason = Enquiry.Reason(not_now.cleaned_data["reason"])
        put_off(enquiry=row, reason=reason, now=timezone.now())
    except EnquirySettled:
        messages.error(request, _("They are a client already."))
    else:
        messages.success(request, _("%(name)s is put off.") % {"name": row.name})
    return redirect("coach:enquiries", request.practice.slug)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def enquiry_client(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Takes the data over into a client's record, or joins a record that is there."""
    row = enquiry_for_member(request, pk)
    existing = _existing(request, row.email)
    form = ClientForm(
        request.POST or None,
        coaches=assignable_coaches(request),
        initial={
            "name": row.name,
            "email": row.email,
            "time_zone": request.practice.time_zone,
            "coach": str(row.coach_id or ""),
        },
    )
    is_protected = has_second_factor(request)
    if request.method == "POST" and is_protected:
        is_known = "join" in request.POST
        client = _joined(request, row, existing) if is_known else _made(request, form, row)
        if client is not None:
            messages.success(request, _("%(name)s is a client now.") % {"name": client.name})
            return redirect("coach:client", request.practice.slug, client.pk)
    return render_page(
        request,
        "pages/coach/enquiry_client.html",
        {
            "active": "enquiries",
            "enquiry": row,
            "existing": existing,
            "form": form,
            "is_protected": is_protected,
        },
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _made(request: PracticeRequest, form: ClientForm, row: Enquiry) -> Client | None:
    """The new client; None with the reason beside its field."""
    if not form.is_valid():
        return None
    coach = form.chosen_coach()
    if coach is None:
        form.add_error(None, _("Nobody coaches in this practice yet. Invite a coach first."))
        return None
    try:
        return make_client(enquiry=row, coach=coach, now=timezone.now(), **form.details())
    except EmailTaken:
        form.add_error("email", taken_words(request, form.cleaned_data["email"]))
    except NotACoach:
        form.add_error("email", _("This is the coach's own address. Use the client's."))
    except EnquirySettled:
        form.add_error(None, _("They are a client already."))
    return None


def _joined(request: PracticeRequest, row: Enquiry, existing: Client | None) -> Client | None:
    if existing is None:
        return None
    try:
        join_client(enquiry=row, client=existing, now=timezone.now())
    except EnquirySettled:
        messages.error(request, _("They are a client already."))
        return None
    return existing


def _existing(request: PracticeRequest, email: str) -> Client | None:
    """Somebody whom the reader knows as a client, with the same address."""
    return clients_for_member(request).filter(email__iexact=email).first()


def _choices(
    request: PracticeRequest, row: Enquiry | None = None, current: tuple[str, str] = ("", "")
) -> dict[str, Any]:
    """Who can answer, and who can have sent somebody."""
    coaches = assignable_coaches(request)
    if row is not None and row.coach is not None and row.coach not in coaches:
        coaches = [*coaches, row.coach]
    clients = clients_for_member(request).filter(archived_at=None).order_by("name", "id")
    return {
        "coaches": coaches,
        "clients": clients[:MOST_CLIENTS],
        "contacts": contact_choices(client_email=row.email if row else ""),
        "members": coaches,
        "current": current,
    }
