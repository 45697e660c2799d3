"""What questionnaires tell the apps above it."""

from django.dispatch import Signal

response_submitted = Signal()
"""Somebody sent their answers: `response`, `by` (a membership, None by signed link) and `now`,
inside the service's transaction."""

response_taken_back = Signal()
"""Somebody took back what they had sent, to change it: `response`, `by` and `now`."""
