"""What client, coach and sponsor agreed. The coach writes it down, all three read it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from coachops.audit.record import record
from coachops.practices.models import Membership
from scheduling.models import AgreedPoint, Session


@transaction.atomic
def add_agreed_point(*, session: Session, text: str, by: Membership, now: datetime) -> AgreedPoint:
    """Put a point at the end of the list."""
    Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    points = AgreedPoint.objects.filter(session=session)
    last = points.aggregate(last=Max("position"))["last"] or 0
    point: AgreedPoint = AgreedPoint.objects.create(
        session=session, position=last + 1, text=text.strip(), added_by=by.name, added_at=now
    )
    record(event="agreed_point.added", subject=session, now=now, facts={"point": str(point.pk)})
    return point


@transaction.atomic
def remove_agreed_point(*, point: AgreedPoint, now: datetime) -> None:
    """Take a point off the list; the trail keeps that there was one."""
    session, key = point.session, str(point.pk)
    point.delete()
    record(event="agreed_point.removed", subject=session, now=now, facts={"point": key})
