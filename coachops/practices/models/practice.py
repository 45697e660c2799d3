"""The tenant: a coaching business, from one coach to hundreds."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.urls import reverse

from coachops.tenancy.models import uuid7


def logo_path(practice: Any, filename: str) -> str:
    """The stored name is ours; the uploaded one is only its extension."""
    return f"{practice.id}/logo-{uuid7().hex}.{filename.rsplit('.', 1)[-1].lower()}"


class Practice(models.Model):
    """Row-level security of its own: a person sees the practices they belong to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=64)
    # Of mail and reports to people who have not chosen one of their own.
    language = models.CharField(max_length=8, default="en-gb")
    brand_hue = models.PositiveSmallIntegerField(default=205)
    logo = models.FileField(upload_to=logo_path, blank=True, max_length=200)
    postal_address = models.CharField(max_length=200, blank=True)
    requires_second_factor = models.BooleanField(default=False)
    guided_start_finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(brand_hue__lte=360), name="practice_brand_hue_is_an_angle"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def logo_url(self) -> str:
        """Where the logo is served; the address changes with the file. Empty without a logo."""
        if not self.logo:
            return ""
        version = str(self.logo.name).rpartition("-")[2].partition(".")[0][-8:]
        return f"{reverse('practice_logo', args=[self.slug])}?v={version}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
