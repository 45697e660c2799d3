"""Companies that pay and the people there, on the dashboard."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import (
    clients_for_member,
    company_rights,
    contact_to_manage,
    engagement_for_member,
    linked_contact,
    organisation_for_member,
    organisation_to_manage,
)
from clients.forms import ContactForm, OrganisationForm
from clients.models import Engagement, SponsorContact, SponsorOrganisation
from clients.queries.disclosure import level_badge
from clients.queries.engagements import engagements_at
from clients.queries.sponsors import contacts_at, organisation_rows
from clients.services.clients import EmailIsSignIn, EmailTaken
from clients.services.sponsors import (
    NameTaken,
    StaffAddress,
    add_contact,
    add_organisation,
    edit_contact,
    edit_organisation,
    end_contact_access,
    invite_contact,
    unlink_contact,
)
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

UNPROCESSABLE = 422
WORKS_HERE = _lazy(
    "Somebody who works in this practice has this address. Use that of the person at the company."
)


@require_GET
@coach_page(Permission.SEE_CLIENTS)
def sponsors(request: PracticeRequest) -> HttpResponse:
    visible = Engagement.objects.filter(client__in=clients_for_member(request).values("pk"))
    return render_page(
        request,
        "clients/coach/sponsors.html",
        {"active": "sponsors", "organisations": organisation_rows(visible.values("pk"))},
    )


@require_GET
@coach_page(Permission.SEE_CLIENTS)
def sponsor_organisation(request: PracticeRequest, pk: UUID) -> HttpResponse:
    organisation = organisation_for_member(pk)
    rights = company_rights(request, organisation)
    may_manage = Permission.MANAGE_CLIENTS in request.permissions and rights.manages
    visible = clients_for_member(request).values("pk")
    return render_page(
        request,
        "clients/coach/sponsor_organisation.html",
        {
            "active": "sponsors",
            "organisation": organisation,
            "may_manage": may_manage,
            "contacts": [
                (contact, may_manage and rights.allows(contact.kind))
                for contact in contacts_at(organisation.pk)
            ],
            "engagements": [
                (facts, level_badge(facts.disclosure_level))
                for facts in engagements_at(organisation.pk, visible)
            ],
        },
    )


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def sponsor_organisation_new(request: PracticeRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = add_organisation(**form.cleaned_data, now=timezone.now())
        except NameTaken:
            form.add_error("name", _("A company of this name is there already."))
        else:
            messages.success(request, _("Added. Now the people there."))
            return redirect("coach:sponsor_organisation", request.practice.slug, organisation.pk)
    return _organisation_page(request, form, None)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def sponsor_organisation_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    organisation = organisation_to_manage(request, pk)
    initial = {"name": organisation.name, "mail_domain": organisation.mail_domain}
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            edit_organisation(organisation=organisation, **form.cleaned_data, now=timezone.now())
        except NameTaken:
            form.add_error("name", _("Another company has this name."))
        else:
            messages.success(request, _("Saved."))
            return redirect("coach:sponsor_organisation", request.practice.slug, organisation.pk)
    return _organisation_page(request, form, organisation)


def _organisation_page(
    request: PracticeRequest, form: OrganisationForm, organisation: SponsorOrganisation | None
) -> HttpResponse:
    return render_page(
        request,
        "clients/coach/sponsor_form.html",
        {"active": "sponsors", "form": form, "organisation": organisation},
        status=UNPROCESSABLE if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def contact_new(request: PracticeRequest, organisation_pk: UUID) -> HttpResponse:
    organisation = organisation_to_manage(request, organisation_pk)
    form = ContactForm(request.POST or None)
    if not company_rights(request, organisation).allows(SponsorContact.Kind.SPONSOR):
        form.only_line_managers()
    if request.method == "POST" and form.is_valid():
        try:
            contact = add_contact(
                organisation=organisation, **form.cleaned_data, now=timezone.now()
            )
        except EmailTaken:
            form.add_error("email", _("Somebody at this company has this address already."))
        except StaffAddress:
            form.add_error("email", WORKS_HERE)
        else:
            messages.success(request, _("%(name)s is added.") % {"name": contact.name})
            return redirect("coach:sponsor_organisation", request.practice.slug, organisation.pk)
    return _contact_page(request, form, organisation, None)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def contact_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    contact = contact_to_manage(request, pk)
    initial = {"name": contact.name, "email": contact.email, "job_title": contact.job_title}
    form = ContactForm(request.POST or None, initial=initial)
    del form.fields["kind"]
    if contact.membership_id is not None:
        form.fields["email"].disabled = True
        form.fields["email"].help_text = _(
            "They sign in with this address, so only they can change it."
        )
    if request.method == "POST" and form.is_valid() and _contact_edited(form, contact):
        messages.success(request, _("Saved."))
        return redirect(
            "coach:sponsor_organisation", request.practice.slug, contact.organisation_id
        )
    return _contact_page(request, form, contact.organisation, contact)


def _contact_edited(form: ContactForm, contact: SponsorContact) -> bool:
    try:
        edit_contact(contact=contact, **form.cleaned_data, now=timezone.now())
    except EmailTaken:
        form.add_error("email", _("Somebody at this company has this address already."))
        return False
    except EmailIsSignIn:
        form.add_error("email", _("They sign in with this address, so only they can change it."))
        return False
    except StaffAddress:
        form.add_error("email", WORKS_HERE)
        return False
    return True


def _contact_page(
    request: PracticeRequest,
    form: ContactForm,
    organisation: SponsorOrganisation,
    contact: SponsorContact | None,
) -> HttpResponse:
    return render_page(
        request,
        "clients/coach/contact_form.html",
        {"active": "sponsors", "form": form, "organisation": organisation, "contact": contact},
        status=UNPROCESSABLE if form.is_bound else 200,
    )


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def contact_invite(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Opens the sponsor pages and sends the address; pressing again sends it again."""
    contact = contact_to_manage(request, pk)
    try:
        member = invite_contact(contact=contact, now=timezone.now())
    except StaffAddress:
        messages.error(request, str(WORKS_HERE))
    else:
        messages.success(
            request,
            _("%(address)s gets an e-mail with the way in.") % {"address": member.user.email},
        )
    return redirect("coach:sponsor_organisation", request.practice.slug, contact.organisation_id)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def contact_end_access(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Closes the sponsor pages to somebody, at once."""
    contact = contact_to_manage(request, pk)
    end_contact_access(contact=contact, now=timezone.now())
    messages.success(request, _("%(name)s has no access any more.") % {"name": contact.name})
    return redirect("coach:sponsor_organisation", request.practice.slug, contact.organisation_id)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def contact_unlink(request: PracticeRequest, pk: UUID, contact_pk: UUID) -> HttpResponse:
    """Takes a line manager off one engagement."""
    engagement = engagement_for_member(request, pk)
    contact = linked_contact(engagement, contact_pk)
    unlink_contact(engagement=engagement, contact=contact, now=timezone.now())
    messages.success(
        request, _("%(name)s no longer sees this engagement.") % {"name": contact.name}
    )
    return redirect("coach:engagement", request.practice.slug, engagement.pk)
