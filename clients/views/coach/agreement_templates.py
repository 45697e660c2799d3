"""The practice's templates of agreements, and its settings for them: the owner's pages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access.agreements import engagements_to_preview, template_of_practice
from clients.forms.agreements import CertificateForm, SettingsForm, TemplateForm
from clients.models import AgreementTemplate
from clients.policies import MOST_TEXT
from clients.queries.agreement_fields import (
    FIELDS,
    merged,
    preview_of,
    sample_values,
    settings_of_practice,
    unknown_fields,
)
from clients.queries.agreement_templates import program_choices, template_lines, version_lines
from clients.queries.agreements import newest_version
from clients.services import agreement_templates as services
from clients.services.sealing import current_certificate, renew_certificate, upload_certificate
from clients.views.agreement_steps import UNPROCESSABLE
from coachops.documents.markdown import render_document
from coachops.documents.seals import CertificateRefused
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page


@require_GET
@coach_page(Permission.MANAGE_PRACTICE)
def agreement_templates(request: PracticeRequest) -> HttpResponse:
    context = {"active": "agreements", "templates": template_lines()}
    return render_page(request, "clients/coach/agreement_templates.html", context)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def agreement_starters(request: PracticeRequest) -> HttpResponse:
    """The starter texts whose names are free."""
    services.install_starters(now=timezone.now())
    messages.success(request, _("The starter texts are here. Read them with your adviser."))
    return redirect("coach:agreement_templates", request.practice.slug)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_PRACTICE)
def agreement_template_new(request: PracticeRequest) -> HttpResponse:
    form = TemplateForm(request.POST or None, engagements=engagements_to_preview(request))
    if _is_preview(request):
        return _template_page(request, None, form)
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        try:
            made = services.add_template(
                name=data["name"],
                kind=data["kind"],
                text=data["text"],
                by=request.membership,
                now=now,
            )
        except services.TemplateNameTaken:
            form.add_error("name", _("Another template has this name."))
        else:
            messages.success(request, _("Saved."))
            return redirect("coach:agreement_template", request.practice.slug, made.pk)
    return _template_page(request, None, form)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_PRACTICE)
def agreement_template(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The newest wording; saving another makes the next version."""
    template = template_of_practice(pk)
    initial = {"name": template.name, "text": newest_version(template).text}
    form = TemplateForm(
        request.POST or None,
        template=template,
        initial=initial,
        engagements=engagements_to_preview(request),
    )
    if _is_preview(request):
        return _template_page(request, template, form)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            version = services.save_template(
                template=template,
                name=data["name"],
                text=data["text"],
                by=request.membership,
                now=timezone.now(),
            )
        except services.TemplateNameTaken:
            form.add_error("name", _("Another template has this name."))
        else:
            messages.success(request, _("Saved as version %(n)s.") % {"n": version.number})
            return redirect("coach:agreement_template", request.practice.slug, pk)
    return _template_page(request, template, form)


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def agreement_template_archive(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Archives or restores, as the button said."""
    template, wanted = template_of_practice(pk), request.POST.get("archived") == "yes"
    services.archive_template(template=template, is_archived=wanted, now=timezone.now())
    messages.success(request, _("Archived.") if wanted else _("It can be used again."))
    return redirect("coach:agreement_templates", request.practice.slug)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_PRACTICE)
def agreement_settings(request: PracticeRequest) -> HttpResponse:
    """What stands in every agreement, the booking lock, and what seals the documents."""
    form = SettingsForm(
        request.POST or None, instance=settings_of_practice(), programs=program_choices()
    )
    if request.method == "POST" and form.is_valid():
        services.save_settings(settings=form.chosen(), now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("coach:agreement_settings", request.practice.slug)
    return _settings_page(request, form, CertificateForm())


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def agreement_certificate(request: PracticeRequest) -> HttpResponse:
    """Takes an uploaded certificate, or makes a new one of our own."""
    now = timezone.now()
    if request.POST.get("make"):
        renew_certificate(practice=request.practice, now=now)
        messages.success(request, _("A new certificate seals your documents from now on."))
        return redirect("coach:agreement_settings", request.practice.slug)
    form = CertificateForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            upload_certificate(data=data["file"], password=data["password"], now=now)
        except CertificateRefused as refused:
            form.refuse(refused.reason)
        else:
            messages.success(request, _("Your certificate seals your documents from now on."))
            return redirect("coach:agreement_settings", request.practice.slug)
    settings_form = SettingsForm(instance=settings_of_practice(), programs=program_choices())
    return _settings_page(request, settings_form, form)


def _is_preview(request: PracticeRequest) -> bool:
    return request.method == "POST" and "preview" in request.POST


def _template_page(
    request: PracticeRequest, template: AgreementTemplate | None, form: TemplateForm
) -> HttpResponse:
    """With the preview beside the text, filled with an invented engagement or a chosen one."""
    text = str(form["text"].value() or "")[:MOST_TEXT]
    kind = template.kind if template else str(form["kind"].value() or "")
    values = {**sample_values(), "practice.name": request.practice.name}
    preview, engagement = merged(text, values), form.shown_engagement()
    empty: tuple[str, ...] = ()
    if engagement is not None:
        preview, empty = preview_of(
            text, engagement, practice=request.practice, fees=values["fees"]
        )
    is_refused = bool(request.method == "POST" and form.errors and not _is_preview(request))
    context = {
        "active": "agreements",
        "template": template,
        "versions": version_lines(template) if template else (),
        "form": form,
        "fields": FIELDS.items(),
        "unknown": unknown_fields(text, kind),
        "engagement": engagement,
        "empty": [FIELDS[name] for name in empty if name in FIELDS],
        "preview": render_document(preview),
    }
    return render_page(
        request,
        "clients/coach/agreement_template.html",
        context,
        partials=["preview"],
        status=UNPROCESSABLE if is_refused else 200,
    )


def _settings_page(
    request: PracticeRequest, form: SettingsForm, certificate_form: CertificateForm
) -> HttpResponse:
    context = {
        "active": "agreements",
        "form": form,
        "certificate_form": certificate_form,
        "certificate": current_certificate(),
    }
    status = UNPROCESSABLE if form.errors or certificate_form.errors else 200
    return render_page(request, "clients/coach/agreement_settings.html", context, status=status)
