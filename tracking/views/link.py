"""A questionnaire by a signed link, for a client who has no portal."""

from functools import partial

from django.http import HttpResponse
from django.utils import timezone

from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.questionnaires.views.linking import Linked, in_one_browser
from tracking.access.questionnaires import linked_questionnaire, opened_by_link
from tracking.services.questionnaires import send_new_link, take_up_link


def answer_by_link(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """In the browser that begins alone."""
    asked, now = linked_questionnaire(link), timezone.now()
    if asked is None:
        return link_gone(request)
    linked = Linked(
        cookie=f"questionnaire-{asked.pk.hex}",
        kept=asked.browser_hash,
        take_up=partial(take_up_link, asked=asked, now=now),
        renew=partial(send_new_link, asked=asked, now=now),
        opens=partial(opened_by_link, asked),
        asked=asked,
    )
    return in_one_browser(request, linked)
