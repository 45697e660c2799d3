from django.urls import path

from scheduling.views import inbound

urlpatterns = [path("<str:secret>/", inbound.inbound_mail, name="inbound_mail")]
