"""What scheduling tells the apps above it."""

from django.dispatch import Signal

session_settled = Signal()
"""An outcome was recorded: `session`, `outcome` and `now`, inside the service's transaction."""

other_mail = Signal()
"""A `mail` (bytes or a message) to the organizer's address answers no invitation. Receivers say
whether they have dealt with it. Outside of every practice."""
