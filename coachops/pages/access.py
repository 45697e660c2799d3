"""Loading what belongs to no app of its own. Whoever may not see it gets the same 404."""

from uuid import UUID

from django.http import Http404

from coachops.outbox.models import Message
from coachops.practices.guards import PracticeRequest


def message_of_practice(request: PracticeRequest, pk: UUID) -> Message:
    """A message of the practice in whatever state. Raises 404."""
    message: Message | None = Message.objects.filter(practice=request.practice, pk=pk).first()
    if message is None:
        raise Http404
    return message
