"""A sponsor contact's choices."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from coachops.correspondence.views.choosing import answer_choices
from coachops.practices.guards import PracticeRequest, sponsor_page


@require_http_methods(["GET", "HEAD", "POST"])
@sponsor_page
def mail_choices(request: PracticeRequest) -> HttpResponse:
    """Which mail the contact gets from this practice."""
    return answer_choices(request, request.user.email, "correspondence/sponsor/choices.html")
