"""Divisions and locations of a company: names, engagements, and who sees which."""

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
    organisation_to_manage,
    sponsored,
    unit_to_manage,
)
from clients.forms.units import JoinForm, LimitForm, PlaceForm, UnitForm, may_be_limited
from clients.models import ContactUnit, OrganisationUnit, SponsorOrganisation
from clients.queries.engagements import engagements_at
from clients.queries.units import unit_choices, unit_lines
from clients.services.units import (
    OtherCompany,
    TooManyUnits,
    UnitInUse,
    UnitNameTaken,
    add_unit,
    join_units,
    limit_contact,
    place_engagement,
    remove_unit,
    rename_unit,
)
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def units(request: PracticeRequest, organisation_pk: UUID) -> HttpResponse:
    """The units of a company and where its engagements belong; posting adds one more."""
    organisation = organisation_to_manage(request, organisation_pk)
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            add_unit(organisation=organisation, name=name, now=timezone.now())
        except UnitNameTaken:
            form.add_error("name", _("The company has a unit of this name already."))
        except TooManyUnits:
            form.add_error("name", _("That is as many units as fit. Join some of them first."))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": name})
            return redirect("coach:units", request.practice.slug, organisation.pk)
    return _units_page(request, organisation, form)


def _units_page(
    request: PracticeRequest, organisation: SponsorOrganisation, form: UnitForm
) -> HttpResponse:
    clients = clients_for_member(request)
    return render_page(
        request,
        "clients/coach/units.html",
        {
            "active": "sponsors",
            "organisation": organisation,
            "units": unit_lines(organisation.pk, clients),
            "engagements": engagements_at(organisation.pk, clients.values("pk")),
            "form": form,
        },
        status=UNPROCESSABLE if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def unit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Another name; beside it joining and removing."""
    row = unit_to_manage(request, pk)
    form = UnitForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_unit(unit=row, name=form.cleaned_data["name"], now=timezone.now())
        except UnitNameTaken:
            form.add_error("name", _("The company has a unit of this name already."))
        else:
            messages.success(request, _("Saved."))
            return redirect("coach:units", request.practice.slug, row.organisation_id)
    return _unit_page(request, row, form)


def _unit_page(
    request: PracticeRequest, row: OrganisationUnit, form: UnitForm, join: JoinForm | None = None
) -> HttpResponse:
    lines = unit_lines(row.organisation_id, clients_for_member(request))
    others = [line for line in lines if line.id != row.pk]
    return render_page(
        request,
        "clients/coach/unit.html",
        {
            "active": "sponsors",
            "organisation": row.organisation,
            "unit": next(line for line in lines if line.id == row.pk),
            "form": form,
            "join": join or (JoinForm(others=others) if others else None),
        },
        status=UNPROCESSABLE if form.is_bound or join else 200,
    )


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def unit_join(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Everything of it belongs to another unit of the company from now on."""
    row = unit_to_manage(request, pk)
    lines = unit_lines(row.organisation_id, clients_for_member(request))
    form = JoinForm(request.POST, others=[line for line in lines if line.id != row.pk])
    if not form.is_valid():
        return _unit_page(request, row, UnitForm(initial={"name": row.name}), form)
    into = unit_to_manage(request, UUID(form.cleaned_data["into"]))
    join_units(unit=row, into=into, now=timezone.now())
    words = _("%(one)s belongs to %(other)s now.")
    messages.success(request, words % {"one": row.name, "other": into.name})
    return redirect("coach:units", request.practice.slug, row.organisation_id)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def unit_remove(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Only while nothing belongs to it."""
    row = unit_to_manage(request, pk)
    try:
        remove_unit(unit=row, now=timezone.now())
    except UnitInUse:
        messages.error(request, _("Something belongs to it. Join it to another unit instead."))
        return redirect("coach:unit", request.practice.slug, row.pk)
    messages.success(request, _("%(name)s is removed.") % {"name": row.name})
    return redirect("coach:units", request.practice.slug, row.organisation_id)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def engagement_unit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The unit an engagement belongs to; it decides which HR contacts see it."""
    row = sponsored(engagement_for_member(request, pk))
    choices = unit_choices(row.sponsor_organisation_id)
    posted = request.POST if request.method == "POST" else None
    form = PlaceForm(posted, units=choices, initial={"unit": str(row.unit_id or "")})
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["unit"]
        found = OrganisationUnit.objects.get(pk=chosen) if chosen else None
        try:
            place_engagement(engagement=row, unit=found, now=timezone.now())
        except OtherCompany:
            form.add_error("unit", _("That unit is at another company. Choose again."))
        else:
            messages.success(request, _("Saved."))
            return redirect("coach:engagement", request.practice.slug, row.pk)
    return render_page(
        request,
        "clients/coach/engagement_unit.html",
        {"active": "clients", "engagement": row, "client": row.client, "form": form},
        status=UNPROCESSABLE if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def contact_units(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Which units an HR contact sees."""
    contact = contact_to_manage(request, pk)
    choices = unit_choices(contact.organisation_id)
    present = ContactUnit.objects.filter(contact=contact).values_list("unit_id", flat=True)
    posted = request.POST if request.method == "POST" else None
    form = LimitForm(posted, units=choices, initial={"units": [str(key) for key in present]})
    if may_be_limited(contact) and form.is_bound and form.is_valid():
        wanted = OrganisationUnit.objects.filter(pk__in=form.cleaned_data["units"])
        limit_contact(contact=contact, units=list(wanted), now=timezone.now())
        messages.success(request, _("Saved. It holds at once."))
        return redirect(
            "coach:sponsor_organisation", request.practice.slug, contact.organisation_id
        )
    return render_page(
        request,
        "clients/coach/contact_units.html",
        {
            "active": "sponsors",
            "contact": contact,
            "organisation": contact.organisation,
            "form": form if choices and may_be_limited(contact) else None,
        },
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )
