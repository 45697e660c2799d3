"""Every component with fixed data, for whoever builds pages. Demo and development only."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from coachops.web.showcase import showcase


@require_safe
@coach_page(Permission.MANAGE_PRACTICE)
def components_page(request: PracticeRequest) -> HttpResponse:
    """The living components page, for owners."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render_page(request, "components/showcase.html", showcase())
