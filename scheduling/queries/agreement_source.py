"""What an agreement says about moving and missing sessions: the rules that bookings follow."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Engagement
from scheduling.models import Offering

MOST_OFFERINGS: Final = 10
HOUR: Final = 60
DAY: Final = 24 * HOUR


def cancellation_in_agreement(engagement: Engagement) -> dict[str, str]:
    """One sentence for all offerings of the coach, or one for each where they differ. One query."""
    rows = (
        Offering.objects.filter(
            coach=engagement.coach_id, kind=Offering.Kind.INDIVIDUAL, archived_at=None
        )
        .order_by("name", "pk")
        .values_list("name", "change_notice", "late_cancellation_forfeits")[:MOST_OFFERINGS]
    )
    rules = {name: (notice, forfeits) for name, notice, forfeits in rows}
    different = set(rules.values())
    if not different:
        return {}
    if len(different) == 1:
        return {"cancellation.policy": _rule(*different.pop())}
    lines = [f"- {name}: {_rule(*rule)}" for name, rule in rules.items()]
    return {"cancellation.policy": "\n".join(lines)}


def _rule(notice: int, forfeits: bool) -> str:
    head = _("A session can be moved or cancelled free of charge up to %(time)s before it begins.")
    tail = (
        _("One that is cancelled later, or missed, counts as used.")
        if forfeits
        else _("One that is cancelled later does not count as used, but please avoid it.")
    )
    return f"{head % {'time': _span(notice)}} {tail}"


def _span(minutes: int) -> str:
    if minutes >= 2 * DAY and minutes % DAY == 0:
        days = minutes // DAY
        return ngettext("one day", "%(n)s days", days) % {"n": days}
    if minutes % HOUR == 0:
        hours = minutes // HOUR
        return ngettext("one hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("one minute", "%(n)s minutes", minutes) % {"n": minutes}
