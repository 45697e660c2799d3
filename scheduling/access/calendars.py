"""A coach's other calendars are the coach's own: nobody else in the practice loads them."""

from uuid import UUID

from django.http import Http404

from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from scheduling.models import BusySource, CalendarFeed


def own_source(request: PracticeRequest, pk: UUID) -> BusySource:
    """A calendar that the member reads. Raises 404."""
    rows = BusySource.objects.filter(pk=pk, coach=request.membership)
    return found_or_404(BusySource, rows)


def own_account(request: PracticeRequest, pk: UUID) -> BusySource:
    """An account of the member, of whose calendars some are chosen. Raises 404."""
    source = own_source(request, pk)
    if source.kind == BusySource.Kind.ICS:
        raise Http404
    return source


def feed_kind(text: str) -> CalendarFeed.Kind:
    """The kind that an address names. Raises 404."""
    try:
        return CalendarFeed.Kind(text)
    except ValueError:
        raise Http404 from None
