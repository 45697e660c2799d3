"""Which of a series a session is, and how often it comes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scheduling.models import Series, Session


@dataclass(frozen=True, slots=True)
class SeriesPlace:
    """`words` is `3 of 6, every second Tuesday`; without numbers for a cancelled one."""

    series_id: UUID
    words: str


def place_in_series(session: Session, zone: str) -> SeriesPlace | None:
    """One query, none for a session that stands alone. `zone` is the reader's."""
    if session.series_id is None:
        return None
    rows = Session.objects.filter(series=session.series_id).order_by("starts_at", "pk")
    columns = ("pk", "state", "series__rhythm", "series__starts_on", "series__wall_time")
    found = list(rows.values_list(*columns, "series__time_zone")[:60])
    if not found:
        return None
    _key, _state, rhythm, day, clock, series_zone = found[0]
    first = datetime.combine(day, clock, ZoneInfo(series_zone)).astimezone(ZoneInfo(zone))
    often = rhythm_in_words(rhythm, first)
    kept = [row[0] for row in found if row[1] != Session.State.CANCELLED]
    if session.pk not in kept:
        return SeriesPlace(session.series_id, often)
    numbers = {"n": kept.index(session.pk) + 1, "of": len(kept), "often": often}
    return SeriesPlace(session.series_id, _("%(n)d of %(of)d, %(often)s") % numbers)


def rhythm_in_words(rhythm: str, first: datetime) -> str:
    """`every second Tuesday`, by the first of them on the reader's clock."""
    weekday = {"weekday": date_format(first, "l")}
    if rhythm == Series.Rhythm.WEEKLY:
        return _("every %(weekday)s") % weekday
    if rhythm == Series.Rhythm.FORTNIGHTLY:
        return _("every second %(weekday)s") % weekday
    which = (
        _("the first %(weekday)s of each month"),
        _("the second %(weekday)s of each month"),
        _("the third %(weekday)s of each month"),
        _("the fourth %(weekday)s of each month"),
        _("the last %(weekday)s of each month"),
    )
    return which[(first.day - 1) // 7] % weekday
