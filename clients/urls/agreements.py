"""Agreements, for each door; the trees take these in."""

from django.urls import URLPattern, path

from clients.views import agreement_pages as own
from clients.views.coach import agreement_templates as templates
from clients.views.coach import agreements as desk

coach: list[URLPattern] = [
    path("agreements/", desk.agreements, name="agreements"),
    path("agreements/settings/", templates.agreement_settings, name="agreement_settings"),
    path(
        "agreements/settings/certificate/",
        templates.agreement_certificate,
        name="agreement_certificate",
    ),
    path("agreements/templates/", templates.agreement_templates, name="agreement_templates"),
    path("agreements/templates/starters/", templates.agreement_starters, name="agreement_starters"),
    path(
        "agreements/templates/new/", templates.agreement_template_new, name="agreement_template_new"
    ),
    path(
        "agreements/templates/<uuid:pk>/", templates.agreement_template, name="agreement_template"
    ),
    path(
        "agreements/templates/<uuid:pk>/archive/",
        templates.agreement_template_archive,
        name="agreement_template_archive",
    ),
    path("agreements/<uuid:pk>/", desk.agreement, name="agreement"),
    path("agreements/<uuid:pk>/sign/", desk.agreement_sign, name="agreement_sign"),
    path("agreements/<uuid:pk>/send/", desk.agreement_send, name="agreement_send"),
    path("agreements/<uuid:pk>/chase/", desk.agreement_chase, name="agreement_chase"),
    path("agreements/<uuid:pk>/void/", desk.agreement_void, name="agreement_void"),
    path("agreements/<uuid:pk>/reissue/", desk.agreement_reissue, name="agreement_reissue"),
    path("agreements/<uuid:pk>/discard/", desk.agreement_discard, name="agreement_discard"),
    path("agreements/<uuid:pk>/pdf/", desk.agreement_pdf, name="agreement_pdf"),
    path(
        "engagements/<uuid:pk>/agreements/",
        desk.engagement_agreements,
        name="engagement_agreements",
    ),
    path(
        "engagements/<uuid:pk>/agreements/<uuid:template_pk>/prepare/",
        desk.agreement_prepare,
        name="agreement_prepare",
    ),
]
portal: list[URLPattern] = [
    path("agreements/", own.agreements, name="agreements"),
    path("agreements/<uuid:pk>/", own.agreement, name="agreement"),
    path("agreements/<uuid:pk>/pdf/", own.agreement_pdf, name="agreement_pdf"),
]
sponsor: list[URLPattern] = [
    path("agreements/", own.sponsor_agreements, name="agreements"),
    path("agreements/<uuid:pk>/", own.sponsor_agreement, name="agreement"),
    path("agreements/<uuid:pk>/pdf/", own.sponsor_agreement_pdf, name="agreement_pdf"),
]
