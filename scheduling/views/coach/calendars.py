"""Other calendars of a coach, and the addresses at which ours can be read."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission, Role
from coachops.web.pages import render_page
from scheduling.access import feed_kind, own_account, own_source
from scheduling.forms.busy_sources import (
    AccountForm,
    AddressForm,
    ChoiceForm,
    CountForm,
    NameForm,
    SubscriptionChangeForm,
    SubscriptionForm,
)
from scheduling.models import BusySource
from scheduling.queries.busy_sources import sources_of
from scheduling.queries.feeds import feed_lines
from scheduling.services.busy_sources import (
    NameTaken,
    ReadLately,
    TooManySources,
    add_source,
    change_source,
    choose_calendars,
    guard,
    read_on_demand,
    remove_source,
)
from scheduling.services.feeds import make_feed, revoke_feed
from scheduling.services.source_providers import offered_providers
from scheduling.services.source_secrets import secrets_of


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def overview(request: PracticeRequest) -> HttpResponse:
    """What is read, how well, and what is given out."""
    return _overview(request)


def _overview(request: PracticeRequest, *, kind: str = "", address: str = "") -> HttpResponse:
    is_coach = Role.COACH in request.membership.roles
    sources = sources_of(request.membership.pk, timezone.now()) if is_coach else []
    context = {
        "active": "availability",
        "is_coach": is_coach,
        "sources": sources,
        "is_reading": any(source.is_new for source in sources),
        "late": [source for source in sources if source.is_late],
        "providers": offered_providers() if is_coach else [],
        "feeds": feed_lines(request.membership, for_client=False),
        "made_kind": kind,
        "made_address": address,
        "made_webcal": _as_webcal(address),
        "feed_make": "coach:feed_make",
        "feed_revoke": "coach:feed_revoke",
    }
    return render_page(request, "scheduling/coach/calendars.html", context)


def _as_webcal(address: str) -> str:
    return f"webcal://{address.partition('://')[2]}" if address else ""


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def feed_make(request: PracticeRequest, kind: str) -> HttpResponse:
    """The new address stands on this one answer and nowhere else."""
    wanted = feed_kind(kind)
    if request.method != "POST":
        return _back(request)
    address = make_feed(membership=request.membership, kind=wanted, now=timezone.now())
    return _overview(request, kind=wanted, address=address)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def feed_revoke(request: PracticeRequest, kind: str) -> HttpResponse:
    wanted = feed_kind(kind)
    if revoke_feed(membership=request.membership, kind=wanted, now=timezone.now()):
        messages.success(request, _("That address no longer works, from this moment on."))
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.COACH_CLIENTS)
def subscribe(request: PracticeRequest) -> HttpResponse:
    """Add a calendar by its secret address."""
    return _add(request, SubscriptionForm, BusySource.Kind.ICS)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.COACH_CLIENTS)
def account(request: PracticeRequest) -> HttpResponse:
    """Add a CalDAV account; its calendars are chosen once they are known."""
    return _add(request, AccountForm, BusySource.Kind.CALDAV)


def _add(
    request: PracticeRequest, form_class: type[AddressForm], kind: BusySource.Kind
) -> HttpResponse:
    form = form_class(request.POST if request.method == "POST" else None, guard=guard())
    if form.is_valid():
        try:
            add_source(
                coach=request.membership,
                kind=kind,
                name=form.cleaned_data["name"],
                secrets=form.secrets(),
                counts_free=form.cleaned_data["counts_free"],
                counts_tentative=form.cleaned_data["counts_tentative"],
                allows_http=form.cleaned_data.get("allows_http", False),
                now=timezone.now(),
            )
        except NameTaken:
            form.add_error("name", _("You have a calendar of this name. Choose another name."))
        except TooManySources:
            form.add_error(None, _("That makes more than ten calendars. Remove one first."))
        else:
            messages.success(request, _("Added. It is being read now."))
            return _back(request)
    context = {"active": "availability", "form": form, "kind": kind.value}
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/calendar_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.COACH_CLIENTS)
def edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Its name and what counts; the address itself is never shown again."""
    source = own_source(request, pk)
    form_class = SubscriptionChangeForm if source.kind == BusySource.Kind.ICS else NameForm
    stored = {name: getattr(source, name) for name in form_class.base_fields}
    form = form_class(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_valid():
        try:
            change_source(source=source, now=timezone.now(), **form.cleaned_data)
        except NameTaken:
            form.add_error("name", _("You have a calendar of this name. Choose another name."))
        else:
            messages.success(request, _("Saved. The calendar is being read anew."))
            return _back(request)
    context = {"active": "availability", "form": form, "source": source}
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/calendar_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.COACH_CLIENTS)
def choose(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Which calendars of an account are read, and which one is written into, where that goes."""
    source = own_account(request, pk)
    calendars = secrets_of(source).calendars
    is_caldav = source.kind == BusySource.Kind.CALDAV
    form_class = ChoiceForm if is_caldav else CountForm
    form = form_class(request.POST if request.method == "POST" else None, calendars=calendars)
    if calendars and form.is_valid():
        choose_calendars(source=source, now=timezone.now(), **form.chosen())
        messages.success(request, _("Saved. The calendars are being read now."))
        return _back(request)
    context = {
        "active": "availability",
        "form": form,
        "source": source,
        "knows_calendars": bool(calendars),
        "is_waiting": not calendars and source.state == BusySource.State.NEW,
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/calendar_choose.html", context, status=status)


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def read_now(request: PracticeRequest, pk: UUID) -> HttpResponse:
    try:
        read_on_demand(source=own_source(request, pk), now=timezone.now())
    except ReadLately:
        messages.info(request, _("A calendar is read at most once a minute. Try again shortly."))
    else:
        messages.success(request, _("It is being read. Look again in a moment."))
    return _back(request)


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def remove(request: PracticeRequest, pk: UUID) -> HttpResponse:
    remove_source(source=own_source(request, pk), now=timezone.now())
    messages.success(request, _("Removed, with its busy times."))
    return _back(request)


def _back(request: PracticeRequest) -> HttpResponse:
    return redirect("coach:calendars", request.practice.slug)
