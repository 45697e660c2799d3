from django.urls import path

from coachops.practices.views import account, address, devices, link, public

urlpatterns = [
    path("", public.landing, name="landing"),
    path("who-sees-what/", public.who_sees_what_page, name="who_sees_what"),
    path("practices/<slug:practice>/logo", public.practice_logo, name="practice_logo"),
    path("l/<str:token>/", link.follow_link, name="link"),
    path("practices/", account.chooser, name="chooser"),
    path("practices/join/", account.join, name="join_practices"),
    path("start/", account.open_practice_page, name="open_practice"),
    path("profile/", account.profile, name="profile"),
    path("profile/signing-in/", account.account_security, name="account_security"),
    path("profile/secure/", account.secure_account, name="secure_account"),
    path("profile/secure/later/", account.secure_later, name="secure_later"),
    path("accounts/email/", address.sign_in_address, name="sign_in_address"),
    path("accounts/email/prove/", address.prove_again, name="prove_again"),
    path("accounts/sessions/", devices.device_list, name="devices"),
    path("accounts/sessions/<int:pk>/end/", devices.device_end, name="device_end"),
    path("accounts/sessions/end-others/", devices.devices_end_others, name="devices_end_others"),
    path("theme-choice/", account.theme_choice, name="theme_choice"),
]
