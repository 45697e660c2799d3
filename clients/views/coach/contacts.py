"""One person at a company: what they are linked to, whom they sent, and a second role."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import (
    clients_for_member,
    contact_to_manage,
    engagement_for_member,
    enquiries_for_member,
    linked_contact,
)
from clients.forms.links import LinkForm
from clients.models import SponsorContact
from clients.queries.enquiries import sent_by_contact
from clients.queries.links import linkable_engagements, links_of_contact
from clients.queries.role_conflicts import client_with_address
from clients.services.links import IsTheClient, NotAtTheCompany, link_contact
from clients.services.sponsors import unlink_contact
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def contact(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The engagements they are linked to, as far as the reader sees them; posting adds one."""
    person = contact_to_manage(request, pk)
    clients = clients_for_member(request)
    form = LinkForm(request.POST or None, engagements=linkable_engagements(person, clients))
    if request.method == "POST" and form.is_valid():
        engagement = engagement_for_member(request, UUID(form.cleaned_data["engagement"]))
        try:
            link_contact(engagement=engagement, contact=person, now=timezone.now())
        except (NotAtTheCompany, IsTheClient):
            form.add_error("engagement", _("This person cannot stand beside that engagement."))
        else:
            words = _("%(name)s is linked to the engagement of %(client)s.")
            given = {"name": person.name, "client": engagement.client.name}
            messages.success(request, words % given)
            return redirect("coach:contact", request.practice.slug, person.pk)
    return render_page(
        request,
        "clients/coach/contact.html",
        {
            "active": "sponsors",
            "contact": person,
            "is_line_manager": person.kind == SponsorContact.Kind.STAKEHOLDER,
            "organisation": person.organisation,
            "links": links_of_contact(person, clients),
            "form": form if form.fields["engagement"].choices else None,  # type: ignore[attr-defined]
            "sent": sent_by_contact(enquiries_for_member(request), person.pk),
            "as_client": client_with_address(person.email, clients),
        },
        status=UNPROCESSABLE if form.is_bound else 200,
    )


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def contact_link_end(request: PracticeRequest, pk: UUID, engagement_pk: UUID) -> HttpResponse:
    """Takes the person off one engagement."""
    person = contact_to_manage(request, pk)
    engagement = engagement_for_member(request, engagement_pk)
    unlink_contact(
        engagement=engagement, contact=linked_contact(engagement, person.pk), now=timezone.now()
    )
    messages.success(request, _("%(name)s no longer stands beside it.") % {"name": person.name})
    return redirect("coach:contact", request.practice.slug, person.pk)
