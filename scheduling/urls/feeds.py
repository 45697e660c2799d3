from django.urls import path

from scheduling.views import feed

urlpatterns = [path("<str:token>.ics", feed.feed, name="feed")]
