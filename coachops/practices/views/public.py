"""Pages for anybody: what this is, who sees what, and a practice's logo."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from coachops.practices.guards import PracticeRequest, public_page
from coachops.practices.queries.who_sees_what import VIEWERS, who_sees_what
from coachops.practices.services.logos import MEDIA_TYPES
from coachops.web.pages import render_page

_WEEK = 7 * 24 * 3600


@require_safe
@public_page(reason="says what CoachOps is")
def landing(request: PracticeRequest) -> HttpResponse:
    return render_page(request, "practices/landing.html", {"is_demo": settings.DEMO})


@require_safe
@public_page(reason="the promise about confidentiality is public")
def who_sees_what_page(request: PracticeRequest) -> HttpResponse:
    return render_page(
        request,
        "practices/who_sees_what.html",
        {"rows": who_sees_what(), "viewers": list(VIEWERS.values())},
    )


@require_safe
@public_page(reason="shown in mail and on the booking page")
def practice_logo(request: PracticeRequest) -> HttpResponse:
    """The logo and nothing else. Its address changes with the file, so it may be kept for long."""
    logo = request.practice.logo
    media_type = MEDIA_TYPES.get(str(logo.name).rpartition(".")[2]) if logo else None
    if media_type is None:
        raise Http404
    try:
        with logo.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Cache-Control": f"public, max-age={_WEEK}",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
        },
    )
