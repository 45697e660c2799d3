"""Coming sessions whose wall time is another than was meant, since the rules of a zone changed.

Time zones are changed by law, now and then at short notice. A session is an instant: it stays, and
its coach decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.formats import date_format

from coachops.web.clocks import city
from scheduling.models import Session
from scheduling.policies.series import instant_of

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """One session. `now_at` is what the coach's clock will show, `meant_at` what it was to show.

    `theirs` is what keeping it means for the client, `theirs_moved` what moving it would; both are
    empty for a group and for somebody in the same zone. `can_move` is false where the clock jumps
    over the time that was meant, and where that is over already.
    """

    session_id: UUID
    who: str
    offering_name: str
    coach_name: str
    city: str
    now_at: str
    meant_at: str
    their_city: str
    theirs: str
    theirs_moved: str
    version: int
    can_move: bool


def meant_instant(session: Session) -> datetime | None:
    """When the coach's clock shows what was meant; None where it never does, or nobody knows."""
    wall = session.meant_wall_time
    if wall is None:
        return None
    return instant_of(wall.date(), wall.time(), session.coach_zone)


def zone_changes_of(coach_ids: Iterable[UUID], now: datetime) -> tuple[ZoneChange, ...]:
    """What these coaches have to decide, in order of time. One query."""
    rows = (
        Session.objects.kept()
        .filter(~Q(clock_shift=0), coach_id__in=list(coach_ids), starts_at__gt=now)
        .select_related("client", "offering", "coach")
        .order_by("starts_at", "pk")
    )
    return tuple(_change(session, now) for session in rows[:MOST])


def _change(session: Session, now: datetime) -> ZoneChange:
    zone, theirs = session.coach_zone, session.booker_zone
    meant, wall = meant_instant(session), session.meant_wall_time
    is_told = session.capacity == 1 and theirs.key != zone.key
    known_as = session.client.name if session.client else session.guest_name
    return ZoneChange(
        session_id=session.pk,
        who=known_as or session.topic or session.offering.name,
        offering_name=session.offering.name,
        coach_name=session.coach.name,
        city=city(zone.key),
        now_at=_in_words(session.starts_at, zone),
        meant_at=date_format(wall, "l j F, H:i") if wall else "",
        their_city=city(theirs.key),
        theirs=_in_words(session.starts_at, theirs) if is_told else "",
        theirs_moved=_in_words(meant, theirs) if meant and is_told else "",
        version=session.calendar_sequence,
        can_move=meant is not None and meant > now and not session.is_requested,
    )


def _in_words(moment: datetime, zone: ZoneInfo) -> str:
    return date_format(moment.astimezone(UTC).astimezone(zone), "l j F, H:i")
