"""Archiving a client together with what is still before them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.models import Client, Engagement
from clients.services.clients import archive_client
from scheduling.policies import CancelledBy
from scheduling.queries.archiving import Coming, coming_of
from scheduling.queries.seats import lock_engagements
from scheduling.services.changes import cancel_session
from scheduling.services.claims import lock_resources, lock_sessions, resources_of
from scheduling.services.places import leave_all_rosters, lock_rosters_of
from scheduling.services.polls import resources_of_polls, withdraw_polls
from scheduling.services.rosters import give_up_places


class StillComing(Exception):
    """Something is booked, or looked for, that nobody has been told would be cancelled."""

    def __init__(self, coming: Coming) -> None:
        super().__init__()
        self.coming = coming


@transaction.atomic
def archive_with_dates(*, client: Client, named: Collection[UUID], now: datetime) -> Coming:
    """Cancel what is named of the client's dates and archive the record; what was cancelled.

    It is the coach's side that cancels, so it costs the client nothing. `named` are ids as
    `coming_of` gives them. Coaches, cohorts, sessions, the client and engagements are locked first,
    in this order, so nothing is booked in between. Raises StillComing if there is more than was
    named, and Refused or GroupRefused for what has begun.
    """
    locked = coming_of(client, now)
    _lock(locked, client)
    coming = coming_of(client, now)
    if not coming.ids <= locked.ids & set(named):
        raise StillComing(coming)
    withdraw_polls(polls=coming.polls, now=now)
    for session in coming.sessions:
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=now)
    leave_all_rosters(client=client, now=now)
    give_up_places(seats=coming.places, left_by=CancelledBy.COACH, now=now)
    archive_client(client=client, now=now)
    return coming


def _lock(coming: Coming, client: Client) -> None:
    """Everybody with whom something is booked, or could be; and the client, whose bookings wait."""
    running = Engagement.objects.filter(client=client, state=Engagement.State.ACTIVE)
    coaches = set(running.values_list("coach__user_id", flat=True))
    lock_resources(coaches | resources_of(coming.sessions) | resources_of_polls(coming.polls))
    lock_rosters_of(client.pk)
    sessions = [seat.session_id for seat in coming.places] + [each.pk for each in coming.sessions]
    lock_sessions(sessions)
    # Before engagements, as whoever takes a place with them does.
    Client.objects.select_for_update().get(pk=client.pk)
    lock_engagements([seat.session for seat in coming.places], [client.pk])
