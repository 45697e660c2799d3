"""What clients tells the apps above it."""

from django.dispatch import Signal

engagement_moved = Signal()
"""Another coach leads an engagement from now on: `engagement`, `coach` (the new one, a membership)
and `now`, inside the service's transaction."""

team_joined = Signal()
"""Somebody belongs to a team from now on: `member` (a TeamMember) and `now`, inside the service's
transaction."""

team_left = Signal()
"""Somebody has left a team: `member` and `now`, inside the service's transaction."""

speaker_chosen = Signal()
"""Somebody else signs for a team from now on: `member` and `now`, inside the service's transaction.
What they are to read and release is asked of them."""

assignment_ended = Signal()
"""A member who stays does not coach a client any more: `client`, `coach` (a membership) and `now`,
inside the service's transaction."""

address_replaced = Signal()
"""Mail to a client goes somewhere else from now on, by somebody else's hand: `client` and `now`,
inside the service's transaction. What is out to the old address is taken back."""

client_erased = Signal()
"""Somebody was erased: `addresses` (as people write them) and `now`, inside the service's
transaction and in the system's scope of the practice. Copies that name them are to go too."""
