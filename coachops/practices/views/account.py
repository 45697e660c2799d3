"""Pages of a person who has signed in, outside of every practice."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.forms.accounts import ProfileForm
from coachops.practices.forms.practices import OpenPracticeForm
from coachops.practices.guards import (
    DEMO_ENTRY,
    PracticeRequest,
    has_second_factor,
    signed_in_page,
)
from coachops.practices.models import User
from coachops.practices.queries.doors import Door, doors_of, home_url
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import join_practices
from coachops.practices.services.people import change_profile, choose_theme
from coachops.practices.services.practices import open_practice
from coachops.web.pages import render_page
from coachops.web.returning import way_back

_LATER, _CAME_FROM = "secures_later", "came_to_secure_from"
_OWN_CHOICES = ("name", "time_zone", "language", "theme")


@require_safe
@signed_in_page(reason="lists the person's own practices")
def chooser(request: PracticeRequest) -> HttpResponse:
    """Straight through the only door, else a choice; `?to=` prefers the practice of a mail."""
    doors = doors_of(request.user)
    if _should_secure(request, doors):
        return redirect("secure_account")
    wanted = request.GET.get("to", "")
    meant = [door for door in doors if door.practice_slug == wanted] or doors
    if len(meant) == 1 and meant[0].has_joined:
        return redirect(meant[0].url)
    waiting = any(not door.has_joined for door in doors)
    return render_page(request, "practices/chooser.html", {"doors": doors, "is_waiting": waiting})


@require_POST
@signed_in_page(reason="accepts invitations to the person themselves")
def join(request: PracticeRequest) -> HttpResponse:
    join_practices(user=request.user, now=timezone.now())
    return redirect("chooser")


def _should_secure(request: PracticeRequest, doors: list[Door]) -> bool:
    """Members of staff are led to a password and a second factor, once a session."""
    if request.session.get(_LATER) or request.session.get(DEMO_ENTRY):
        return False
    if not any(door.audience == Audience.STAFF for door in doors):
        return False
    return not request.user.has_usable_password() or not has_second_factor(request)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page(reason="leads a member to a password and a second factor")
def secure_account(request: PracticeRequest) -> HttpResponse:
    """Sent from a page that wants a second factor first, it leads there and later back again."""
    if request.method == "POST":
        request.session[_CAME_FROM] = way_back(request, reverse("chooser"))
        return redirect("mfa_index")
    return render_page(
        request,
        "practices/secure_account.html",
        {
            "has_password": request.user.has_usable_password(),
            "has_second_factor": has_second_factor(request),
        },
    )


@require_POST
@signed_in_page(reason="puts off securing the account, or goes on when it is done")
def secure_later(request: PracticeRequest) -> HttpResponse:
    request.session[_LATER] = True
    return redirect(request.session.pop(_CAME_FROM, reverse("chooser")))


@require_safe
@signed_in_page(reason="gathers everything about the person's own signing in")
def account_security(request: PracticeRequest) -> HttpResponse:
    return render_page(
        request,
        "practices/account_security.html",
        {
            "has_password": request.user.has_usable_password(),
            "has_second_factor": has_second_factor(request),
            "section": "security",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page(reason="the person's own name, zone and appearance")
def profile(request: PracticeRequest) -> HttpResponse:
    user = request.user
    if request.method != "POST":
        shown = {name: getattr(user, name) for name in _OWN_CHOICES}
        context = {"form": ProfileForm(initial=shown), "section": "profile"}
        return render_page(request, "practices/profile.html", context)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "section": "profile"}
        return render_page(request, "practices/profile.html", context, status=422)
    change_profile(user=user, **form.cleaned_data)
    messages.success(request, _("Your profile is saved."))
    return redirect("profile")


@require_POST
@signed_in_page(reason="the person's own light or dark")
def theme_choice(request: PracticeRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    wanted = "" if theme == "system" else theme
    if wanted in User.Theme.values:
        choose_theme(user=request.user, theme=wanted)
    return redirect(way_back(request, reverse("chooser")))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page(reason="anybody who has signed in may open a practice")
def open_practice_page(request: PracticeRequest) -> HttpResponse:
    if request.method != "POST":
        form = OpenPracticeForm(initial={"time_zone": _known_zone(request.user)})
        return render_page(request, "practices/open.html", {"form": form})
    form = OpenPracticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_page(request, "practices/open.html", {"form": form}, status=422)
    values = form.cleaned_data
    roles = {Role.OWNER, Role.COACH} if values["i_coach"] else {Role.OWNER}
    practice = open_practice(
        owner=request.user,
        name=values["name"],
        time_zone=values["time_zone"],
        roles=roles,
        now=timezone.now(),
        brand_hue=values["brand_hue"],
        logo=values["logo"],
    )
    return redirect(f"{home_url(Audience.STAFF, practice.slug)}start/")


def _known_zone(user: User) -> str:
    """Empty for somebody who never chose, so that the page fills in the browser's own."""
    return "" if user.time_zone == "UTC" else user.time_zone
