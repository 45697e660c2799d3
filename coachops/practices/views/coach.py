"""The dashboard's pages about the practice itself: members and settings."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.access import member_of_practice
from coachops.practices.forms.members import WHOLE_PRACTICE, InviteForm, RolesForm
from coachops.practices.forms.practices import PracticeSettingsForm
from coachops.practices.guards import PracticeRequest, coach_page, needs_second_factor
from coachops.practices.models import Membership
from coachops.practices.queries.assistants import works_for
from coachops.practices.queries.members import (
    coaches_of_practice,
    member_row,
    members_of_practice,
)
from coachops.practices.roles import Permission, Role
from coachops.practices.services import practices as practice_services
from coachops.practices.services.members import (
    AlreadyMember,
    LastOwner,
    change_roles,
    end_membership,
    invite_member,
    send_invitation,
)
from coachops.practices.views.looking import looks_first
from coachops.web.pages import render_page

PAGE = 25
_READ_OR_SEND = ["GET", "HEAD", "POST"]
_SIMPLE_SETTINGS = (
    "name",
    "time_zone",
    "language",
    "brand_hue",
    "postal_address",
    "requires_second_factor",
)


@require_safe
@coach_page(Permission.SEE_MEMBERS)
def members(request: PracticeRequest) -> HttpResponse:
    search = request.GET.get("q", "").replace("\0", "").strip()[:80]
    former = request.GET.get("show") == "former"
    found = members_of_practice(search=search, former=former)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render_page(
        request,
        "practices/members.html",
        {
            "active": "members",
            "page": page,
            "rows": [member_row(member) for member in page.object_list],
            "search": search,
            "former": former,
            "manages": Permission.MANAGE_MEMBERS in request.permissions,
        },
        partials=["member-list"],
    )


@require_http_methods(_READ_OR_SEND)
@coach_page(Permission.MANAGE_MEMBERS)
@looks_first
def member_invite(request: PracticeRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, coaches=coaches_of_practice())
    if request.method == "POST" and form.is_valid():
        try:
            member = invite_member(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                roles=form.chosen_roles,
                coaches=form.chosen_coaches,
                now=timezone.now(),
            )
        except AlreadyMember:
            form.add_error("email", _("This person works here already. Find them in the list."))
        else:
            messages.success(request, _("The invitation to %s is on its way.") % member.name)
            return redirect("coach:members", request.practice.slug)
    context = {"active": "members", "form": form}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "practices/member_invite.html", context, status=status)


@require_http_methods(_READ_OR_SEND)
@coach_page(Permission.MANAGE_MEMBERS)
def member(request: PracticeRequest, pk: UUID) -> HttpResponse:
    membership = member_of_practice(request, pk)
    if request.method != "POST":
        return _member_page(request, membership, _roles_form(request, membership))
    form = RolesForm(request.POST, coaches=coaches_of_practice())
    if not form.is_valid():
        return _member_page(request, membership, form, status=422)
    try:
        change_roles(
            membership=membership,
            roles=form.chosen_roles,
            coaches=form.chosen_coaches,
            now=timezone.now(),
        )
    except LastOwner:
        form.add_error(
            "roles", _("A practice keeps at least one owner. Make somebody else one first.")
        )
        return _member_page(request, membership, form, status=422)
    messages.success(request, _("The roles of %s are changed.") % membership.name)
    return redirect("coach:member", request.practice.slug, membership.pk)


def _roles_form(request: PracticeRequest, membership: Membership) -> RolesForm:
    today = timezone.localdate(timezone=request.practice.zone)
    chosen = [str(pk) if pk else WHOLE_PRACTICE for pk in works_for(membership, today)]
    return RolesForm(
        initial={"roles": membership.roles, "works_for": chosen}, coaches=coaches_of_practice()
    )


def _member_page(
    request: PracticeRequest, membership: Membership, form: RolesForm, status: int = 200
) -> HttpResponse:
    context = {
        "active": "members",
        "member": member_row(membership),
        "form": form,
        "is_self": membership.pk == request.membership.pk,
    }
    return render_page(request, "practices/member.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_MEMBERS)
def member_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    membership = member_of_practice(request, pk)
    try:
        end_membership(membership=membership, now=timezone.now())
    except LastOwner:
        messages.error(
            request, _("A practice keeps at least one owner. Make somebody else one first.")
        )
        return redirect("coach:member", request.practice.slug, pk)
    told = _("%s no longer has access.") % membership.name
    if Role.COACH in membership.roles:
        told = f"{told} {_('Whatever still needs somebody in their place is on Today.')}"
    messages.success(request, told)
    return redirect("coach:members", request.practice.slug)


@require_POST
@coach_page(Permission.MANAGE_MEMBERS)
@looks_first
def member_reinvite(request: PracticeRequest, pk: UUID) -> HttpResponse:
    membership = member_of_practice(request, pk)
    if membership.joined_at is None and membership.ended_at is None:
        send_invitation(membership=membership, now=timezone.now())
        messages.success(request, _("The invitation to %s is on its way again.") % membership.name)
    return redirect("coach:member", request.practice.slug, pk)


@require_http_methods(_READ_OR_SEND)
@coach_page(Permission.MANAGE_PRACTICE)
def practice_settings(request: PracticeRequest) -> HttpResponse:
    practice = request.practice
    if request.method != "POST":
        shown = {name: getattr(practice, name) for name in _SIMPLE_SETTINGS}
        return _settings_page(request, PracticeSettingsForm(initial=shown))
    form = PracticeSettingsForm(request.POST, request.FILES)
    if form.is_valid() and _locks_self_out(request, form):
        form.add_error(
            "requires_second_factor",
            _("First set up your own second factor, under Signing in, or you are locked out too."),
        )
    if not form.is_valid():
        return _settings_page(request, form, status=422)
    _save_settings(request, form)
    messages.success(request, _("The settings are saved."))
    return redirect("coach:settings", practice.slug)


def _settings_page(
    request: PracticeRequest, form: PracticeSettingsForm, status: int = 200
) -> HttpResponse:
    context = {"active": "settings", "form": form}
    return render_page(request, "practices/settings.html", context, status=status)


def _locks_self_out(request: PracticeRequest, form: PracticeSettingsForm) -> bool:
    switches_on = form.cleaned_data["requires_second_factor"]
    return bool(switches_on) and needs_second_factor(request)


def _save_settings(request: PracticeRequest, form: PracticeSettingsForm) -> None:
    practice, now, values = request.practice, timezone.now(), form.cleaned_data
    asked = {name: values[name] for name in _SIMPLE_SETTINGS if name in values}
    practice_services.change_practice(practice=practice, now=now, **asked)
    if values["logo"] is not None:
        practice_services.set_logo(practice=practice, logo=values["logo"], now=now)
    elif values["remove_logo"] and practice.logo:
        practice_services.remove_logo(practice=practice, now=now)
