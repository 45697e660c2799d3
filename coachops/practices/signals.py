"""What practices tells the apps above it."""

from django.dispatch import Signal

membership_ended = Signal()
"""Somebody is outside from now on: `membership` and `now`, inside the service's transaction."""
