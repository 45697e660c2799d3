"""What scheduling tells the apps above it."""

from django.dispatch import Signal

session_settled = Signal()
"""An outcome was recorded: `session`, `outcome` and `now`, inside the service's transaction."""
