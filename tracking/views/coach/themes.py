"""Themes: chosen on the session page, and the list of them in the practice's settings."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import is_partial_request, render_page
from tracking.access.sessions import session_to_write
from tracking.access.themes import theme_of_practice
from tracking.forms.themes import ThemeNameForm
from tracking.policies.themes import (
    MOST_A_SESSION,
    ListFull,
    NameTaken,
    TooManyThemes,
    UnknownTheme,
)
from tracking.queries.themes import theme_list, theme_picker
from tracking.services.themes import (
    add_theme,
    choose_themes,
    rename_theme,
    restore_theme,
    retire_theme,
)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def session_themes(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """At most three; what was chosen before stays when a choice is refused."""
    now = timezone.now()
    session = session_to_write(request, pk, now=now)
    problem = ""
    try:
        choose_themes(
            session=session,
            theme_ids=_ids(request.POST.getlist("theme")),
            by=request.membership,
            now=now,
        )
    except TooManyThemes:
        problem = _("At most %(n)s themes. Take one back first.") % {"n": MOST_A_SESSION}
    except UnknownTheme:
        problem = _("That theme is no longer on the list. Choose another one.")
    if is_partial_request(request):
        return render(
            request,
            "tracking/coach/session_themes.html#themes",
            {
                "themes": theme_picker(session, reader=request.membership),
                "session_id": pk,
                "problem": problem,
                "is_saved": not problem,
            },
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        )
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("Saved."))
    return redirect(f"{reverse('coach:session', args=[request.practice.slug, pk])}#themes")


@coach_page(Permission.MANAGE_PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def themes(request: PracticeRequest) -> HttpResponse:
    """The practice's list; POST adds to it."""
    form = ThemeNameForm(request.POST or None)
    if form.is_valid():
        try:
            add_theme(name=form.cleaned_data["name"], by=request.membership, now=timezone.now())
        except NameTaken:
            form.add_error("name", _("The list has a theme of this name already."))
        except ListFull:
            form.add_error("name", _("The list is full. Retire a theme first."))
        else:
            messages.success(request, _("Added to the list."))
            return redirect("coach:themes", request.practice.slug)
    return _list(request, form)


@coach_page(Permission.MANAGE_PRACTICE)
@require_POST
def theme(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Another name, or off the list and back again."""
    now, by = timezone.now(), request.membership
    theme_of_practice(pk)
    do = request.POST.get("do", "")
    try:
        if do == "retire":
            retire_theme(theme_id=pk, by=by, now=now)
        elif do == "restore":
            restore_theme(theme_id=pk, by=by, now=now)
        else:
            form = ThemeNameForm(request.POST)
            if not form.is_valid():
                return _list(request, ThemeNameForm(), problem=str(form.errors["name"][0]), at=pk)
            rename_theme(theme_id=pk, name=form.cleaned_data["name"], by=by, now=now)
    except UnknownTheme:
        raise Http404 from None
    except NameTaken:
        taken = _("The list has a theme of this name already.")
        return _list(request, ThemeNameForm(), problem=taken, at=pk)
    except ListFull:
        full = _("The list is full. Retire a theme first.")
        return _list(request, ThemeNameForm(), problem=full, at=pk)
    messages.success(request, _("Saved."))
    return redirect("coach:themes", request.practice.slug)


def _list(
    request: PracticeRequest, form: ThemeNameForm, *, problem: str = "", at: UUID | None = None
) -> HttpResponse:
    is_refused = form.is_bound or bool(problem)
    return render_page(
        request,
        "tracking/coach/themes.html",
        {
            "active": "settings",
            "form": form,
            "themes": theme_list(),
            "problem": problem,
            "problem_at": at,
            "typed": request.POST.get("name", "") if at else "",
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK,
    )


def _ids(texts: list[str]) -> list[UUID]:
    """Raises UnknownTheme for what no page of ours has sent."""
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise UnknownTheme from None
