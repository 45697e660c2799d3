"""How engagements stand: on track, at risk or off track, always with the reasons and a next step.

For a client's coach with reasons; owners and assistants are told the status alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coachops.tenancy.scope import current_practice_id
from programs.policies import Limits
from tracking.policies.health import Assessment, Finding, Health, Reason, Signs, assess

LABELS: Final[dict[Health, str | Promise]] = {
    Health.ON_TRACK: gettext_lazy("On track"),
    Health.AT_RISK: gettext_lazy("At risk"),
    Health.OFF_TRACK: gettext_lazy("Off track"),
}
TONES: Final = {Health.ON_TRACK: "good", Health.AT_RISK: "warn", Health.OFF_TRACK: "risk"}
SYMBOLS: Final = {
    Health.ON_TRACK: "circle-check",
    Health.AT_RISK: "circle-alert",
    Health.OFF_TRACK: "triangle-alert",
}
FORGIVEN_DAYS = 60

# One line for each running engagement that has begun; every part names the practice itself, so that
# each index condition leads with it.
_SIGNS: Final = """
SELECT engagement.id, engagement.client_id, client.name,
  CASE WHEN EXISTS (
    SELECT FROM scheduling_session ahead
    WHERE ahead.practice_id = engagement.practice_id AND ahead.engagement_id = engagement.id
      AND ahead.state <> 'cancelled' AND ahead.ends_at > %(now)s::timestamptz
  ) THEN 0 ELSE %(today)s::date - greatest(met.last_on, engagement.starts_on) END,
  greatest(planned.due - met.held, 0), overdue.items,
  intake.forms + prepared.forms + questioned.forms,
  limits.behind_at_risk, limits.behind_off_track, limits.gap_at_risk, limits.gap_off_track,
  limits.overdue_at_risk, limits.overdue_off_track, limits.forms_at_risk, limits.forms_off_track
FROM clients_engagement engagement
JOIN clients_client client ON client.practice_id = engagement.practice_id
  AND client.id = engagement.client_id AND client.archived_at IS NULL
LEFT JOIN programs_engagementplan plan ON plan.practice_id = engagement.practice_id
  AND plan.engagement_id = engagement.id
LEFT JOIN programs_programversion version ON version.practice_id = plan.practice_id
  AND version.id = plan.version_id
LEFT JOIN programs_healththresholds limits ON limits.practice_id = version.practice_id
  AND limits.program_id = version.program_id
CROSS JOIN LATERAL (
  SELECT count(*)::int AS held, max(held.starts_at)::date AS last_on
  FROM scheduling_session held
  WHERE held.practice_id = engagement.practice_id AND held.engagement_id = engagement.id
    AND held.outcome = 'held'
) met
CROSS JOIN LATERAL (
  SELECT count(*)::int AS due FROM programs_plannedsession session
  WHERE session.practice_id = plan.practice_id AND session.plan_id = plan.id
    AND session.due_on < %(today)s::date
) planned
CROSS JOIN LATERAL (
  SELECT count(*)::int AS items FROM tracking_actionitem item
  WHERE item.practice_id = engagement.practice_id AND item.engagement_id = engagement.id
    AND item.owner = 'client' AND item.done_at IS NULL AND item.dropped_at IS NULL
    AND item.due_on < %(today)s::date
) overdue
CROSS JOIN LATERAL (
  SELECT count(*)::int AS forms FROM clients_intake asked
  WHERE asked.practice_id = engagement.practice_id AND asked.client_id = engagement.client_id
    AND asked.closed_at IS NULL AND asked.due_on < %(today)s::date
) intake
CROSS JOIN LATERAL (
  SELECT count(*)::int AS forms FROM tracking_askedquestionnaire asked
  WHERE asked.practice_id = engagement.practice_id AND asked.client_id = engagement.client_id
    AND asked.team_id IS NULL AND asked.closed_at IS NULL AND asked.due_on < %(today)s::date
) questioned
CROSS JOIN LATERAL (
  SELECT count(*)::int AS forms FROM scheduling_session past
  JOIN tracking_sessionpreparation form ON form.practice_id = past.practice_id
    AND form.session_id = past.id
  JOIN questionnaires_response response ON response.practice_id = form.practice_id
    AND response.id = form.response_id AND response.sent_at IS NULL
  WHERE past.practice_id = engagement.practice_id AND past.engagement_id = engagement.id
    AND past.state = 'booked' AND past.ends_at < %(now)s::timestamptz
    AND past.ends_at > %(now)s::timestamptz - %(forgiven)s * interval '1 day'
) prepared
WHERE engagement.practice_id = %(practice)s AND {which}
  AND engagement.state = 'active' AND engagement.starts_on <= %(today)s::date
"""
_NAMED: Final = _SIGNS.format(which="engagement.id = ANY(%(engagements)s::uuid[])")
_LED: Final = (
    _SIGNS.format(which="engagement.coach_id = %(coach)s")
    + "ORDER BY engagement.starts_on, engagement.id LIMIT %(most)s"
)
MOST_LED = 300


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One reason in words, and the step that would help."""

    text: str
    action: str
    url: str
    is_off_track: bool


@dataclass(frozen=True, slots=True)
class HealthStatus:
    """An engagement's status. `reasons` is empty for whoever may not know them."""

    engagement_id: UUID
    client_id: UUID
    client_name: str
    health: Health
    reasons: tuple[WhyNot, ...]

    @property
    def is_in_need(self) -> bool:
        return self.health != Health.ON_TRACK

    @property
    def label(self) -> str | Promise:
        return LABELS[self.health]

    @property
    def tone(self) -> str:
        return TONES[self.health]

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.health]


def health_of(
    engagement_ids: Iterable[UUID], *, practice_slug: str, now: datetime, with_reasons: bool
) -> dict[UUID, HealthStatus]:
    """By engagement; those that do not run or have not begun have no status. One statement."""
    wanted = list(engagement_ids)
    if not wanted:
        return {}
    found = _statuses(_NAMED, {"engagements": wanted}, practice_slug, now, with_reasons)
    return {each.engagement_id: each for each in found}


def health_of_coach(
    coach_id: UUID, *, practice_slug: str, now: datetime
) -> tuple[HealthStatus, ...]:
    """The running engagements that this coach leads, with the reasons: for the coach in person.

    The gravest first, then by name. One statement.
    """
    values = {"coach": coach_id, "most": MOST_LED}
    found = _statuses(_LED, values, practice_slug, now, True)
    order = list(reversed(LABELS))
    return tuple(sorted(found, key=lambda each: (order.index(each.health), each.client_name)))


def _statuses(
    statement: str, values: dict[str, Any], slug: str, now: datetime, with_reasons: bool
) -> list[HealthStatus]:
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "now": now,
        "today": timezone.localdate(now),
        "forgiven": FORGIVEN_DAYS,
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        rows = cursor.fetchall()
    return [_status(row[0], row[1], row[2], _assessed(row[3:]), slug, with_reasons) for row in rows]


def _assessed(counts: Sequence[int | None]) -> Assessment:
    gap, behind, overdue, forms, *limits = (count or 0 for count in counts)
    signs = Signs(behind=behind, gap=max(gap, 0), overdue=overdue, forms=forms)
    has_own = counts[len(counts) - len(limits)] is not None
    return assess(signs, Limits(*limits) if has_own else Limits())


def _status(
    engagement_id: UUID,
    client_id: UUID,
    name: str,
    found: Assessment,
    slug: str,
    with_reasons: bool,
) -> HealthStatus:
    reasons = [_why(each, client_id, engagement_id, slug) for each in found.findings]
    return HealthStatus(
        engagement_id=engagement_id,
        client_id=client_id,
        client_name=name,
        health=found.health,
        reasons=tuple(reasons) if with_reasons else (),
    )


def _why(finding: Finding, client_id: UUID, engagement_id: UUID, slug: str) -> WhyNot:
    number = finding.number
    words = {
        Reason.GAP: ngettext(
            "%(n)d day without a session, and none is booked.",
            "%(n)d days without a session, and none is booked.",
            number,
        ),
        Reason.BEHIND: ngettext(
            "%(n)d session behind the plan.", "%(n)d sessions behind the plan.", number
        ),
        Reason.OVERDUE: ngettext(
            "%(n)d commitment is overdue.", "%(n)d commitments are overdue.", number
        ),
        Reason.FORMS: ngettext(
            "%(n)d form has not come back.", "%(n)d forms have not come back.", number
        ),
    }
    steps = {
        Reason.GAP: (_("Book the next session"), "coach:book_for_client", client_id),
        Reason.BEHIND: (_("Look at the plan"), "coach:engagement", engagement_id),
        Reason.OVERDUE: (_("Go through the commitments"), "coach:actions", client_id),
        Reason.FORMS: (_("Ask again"), "coach:client", client_id),
    }
    action, address, key = steps[finding.reason]
    return WhyNot(
        text=words[finding.reason] % {"n": number},
        action=str(action),
        url=reverse(address, args=[slug, key]),
        is_off_track=finding.is_off_track,
    )
