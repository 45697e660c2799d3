from django.urls import URLPattern, path

from clients.urls import agreements
from clients.views.coach import (
    clients,
    contacts,
    disclosure,
    intake,
    messages,
    onboarding,
    sponsors,
    units,
)

urlpatterns: list[URLPattern] = [
    *agreements.coach,
    path("clients/new/", clients.client_new, name="client_new"),
    path("clients/<uuid:pk>/edit/", clients.client_edit, name="client_edit"),
    path("clients/<uuid:pk>/invite/", clients.client_invite, name="client_invite"),
    path("clients/<uuid:pk>/end-access/", clients.client_end_access, name="client_end_access"),
    path("clients/<uuid:pk>/coach/", clients.client_coach, name="client_coach"),
    path("messages/", messages.inbox, name="messages"),
    path("clients/<uuid:pk>/messages/", messages.client_messages, name="client_messages"),
    path(
        "clients/<uuid:pk>/messages/logistics/", messages.client_logistics, name="client_logistics"
    ),
    path("clients/<uuid:pk>/intake/", intake.intake, name="intake"),
    path("clients/<uuid:pk>/intake/ask/", intake.intake_ask, name="intake_ask"),
    path("intakes/<uuid:pk>/remind/", intake.intake_remind, name="intake_remind"),
    path("intakes/<uuid:pk>/withdraw/", intake.intake_withdraw, name="intake_withdraw"),
    path("sponsors/", sponsors.sponsors, name="sponsors"),
    path("sponsors/new/", sponsors.sponsor_organisation_new, name="sponsor_organisation_new"),
    path("sponsors/<uuid:pk>/", sponsors.sponsor_organisation, name="sponsor_organisation"),
    path(
        "sponsors/<uuid:pk>/edit/",
        sponsors.sponsor_organisation_edit,
        name="sponsor_organisation_edit",
    ),
    path("sponsors/<uuid:organisation_pk>/people/new/", sponsors.contact_new, name="contact_new"),
    path("contacts/<uuid:pk>/edit/", sponsors.contact_edit, name="contact_edit"),
    path("sponsors/<uuid:organisation_pk>/units/", units.units, name="units"),
    path("units/<uuid:pk>/", units.unit, name="unit"),
    path("units/<uuid:pk>/join/", units.unit_join, name="unit_join"),
    path("units/<uuid:pk>/remove/", units.unit_remove, name="unit_remove"),
    path("engagements/<uuid:pk>/unit/", units.engagement_unit, name="engagement_unit"),
    path("contacts/<uuid:pk>/", contacts.contact, name="contact"),
    path(
        "contacts/<uuid:pk>/engagements/<uuid:engagement_pk>/end/",
        contacts.contact_link_end,
        name="contact_link_end",
    ),
    path("contacts/<uuid:pk>/units/", units.contact_units, name="contact_units"),
    path("contacts/<uuid:pk>/invite/", sponsors.contact_invite, name="contact_invite"),
    path("contacts/<uuid:pk>/end-access/", sponsors.contact_end_access, name="contact_end_access"),
    path(
        "engagements/<uuid:pk>/people/<uuid:contact_pk>/unlink/",
        sponsors.contact_unlink,
        name="contact_unlink",
    ),
    path(
        "engagements/<uuid:pk>/onboarding/",
        onboarding.engagement_onboarding,
        name="engagement_onboarding",
    ),
    path("onboarding/<uuid:pk>/settle/", onboarding.step_settle, name="step_settle"),
    path("onboarding/<uuid:pk>/reopen/", onboarding.step_reopen, name="step_reopen"),
    path("onboarding/<uuid:pk>/edit/", onboarding.step_edit, name="step_edit"),
    path("engagements/<uuid:pk>/disclosure/", disclosure.disclosure, name="disclosure"),
    path(
        "engagements/<uuid:pk>/disclosure/propose/",
        disclosure.disclosure_propose,
        name="disclosure_propose",
    ),
    path(
        "engagements/<uuid:pk>/disclosure/sign/",
        disclosure.disclosure_sign,
        name="disclosure_sign",
    ),
    path(
        "engagements/<uuid:pk>/disclosure/withdraw/",
        disclosure.disclosure_withdraw,
        name="disclosure_withdraw",
    ),
    path(
        "engagements/<uuid:pk>/disclosure/remind/",
        disclosure.disclosure_remind,
        name="disclosure_remind",
    ),
]
