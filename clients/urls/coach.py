from django.urls import URLPattern, path

from clients.views.coach import clients, disclosure, sponsors

urlpatterns: list[URLPattern] = [
    path("clients/new/", clients.client_new, name="client_new"),
    path("clients/<uuid:pk>/edit/", clients.client_edit, name="client_edit"),
    path("clients/<uuid:pk>/invite/", clients.client_invite, name="client_invite"),
    path("clients/<uuid:pk>/end-access/", clients.client_end_access, name="client_end_access"),
    path("clients/<uuid:pk>/coach/", clients.client_coach, name="client_coach"),
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
    path("contacts/<uuid:pk>/invite/", sponsors.contact_invite, name="contact_invite"),
    path("contacts/<uuid:pk>/end-access/", sponsors.contact_end_access, name="contact_end_access"),
    path(
        "engagements/<uuid:pk>/people/<uuid:contact_pk>/unlink/",
        sponsors.contact_unlink,
        name="contact_unlink",
    ),
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
