from django.urls import path

from scheduling.views import connected

urlpatterns = [path("connected/<str:provider>/", connected.connected, name="calendar_connected")]
