from django.urls import path

from coachops.demo import views

urlpatterns = [
    path("", views.people, name="demo"),
    path("enter/<slug:handle>/", views.enter, name="demo_enter"),
    path("mail/", views.mailbox, name="demo_mail"),
    path("mail.json", views.mailbox_json, name="demo_mail_json"),
    path("mail/<str:mail_id>/", views.mail, name="demo_mail_one"),
    path("mail/<str:mail_id>/html/", views.mail_html, name="demo_mail_html"),
    path("mail/<str:mail_id>/<int:position>/", views.mail_attachment, name="demo_mail_attachment"),
]
