"""What clients tells the apps above it."""

from django.dispatch import Signal

engagement_moved = Signal()
"""Another coach leads an engagement from now on: `engagement`, `coach` (the new one, a membership)
and `now`, inside the service's transaction."""
