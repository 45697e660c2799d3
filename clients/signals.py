"""What clients tells the apps above it."""

from django.dispatch import Signal

engagement_moved = Signal()
"""Another coach leads an engagement from now on: `engagement`, `coach` (the new one, a membership)
and `now`, inside the service's transaction."""

assignment_ended = Signal()
"""A member who stays does not coach a client any more: `client`, `coach` (a membership) and `now`,
inside the service's transaction."""
