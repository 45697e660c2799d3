"""The shared cache on the timetable."""

from typing import cast

from celery import shared_task
from django.core.cache import caches
from django.utils import timezone

from coachops.tenancy.celery import TimetableEntry
from coachops.web.shared_cache import SharedCache


@shared_task(name="web.clear_cache", soft_time_limit=300)
def clear_cache() -> int:
    """Delete what has expired; how much that was. Twice at once does no harm."""
    return cast("SharedCache", caches["default"]).clear_away(timezone.now())


TIMETABLE = {"clear the cache": TimetableEntry(clear_cache.name, 600.0, expires=600.0)}
