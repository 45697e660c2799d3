"""What practices tells the apps above it."""

from django.dispatch import Signal

membership_ended = Signal()
"""Somebody is outside from now on: `membership` and `now`, inside the service's transaction."""

address_changed = Signal()
"""Somebody signs in with another e-mail `address` than the `old` one from now on: their
`membership` and `now`, in the scope of its practice and inside the service's transaction. Not for
memberships that have ended."""
