"""What programs tells the apps above it."""

from django.dispatch import Signal

engagement_completed = Signal()
"""The work of an engagement is done: `engagement` and `now`, inside the service's transaction."""
