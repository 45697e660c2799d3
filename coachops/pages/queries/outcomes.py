"""Figures about the practice's work that can be shown to strangers. One statement, no filters."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Final

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coachops.pages.policies import (
    HARDLY_ANY,
    LEAST_BEHIND,
    NEARLY_ALL,
    cut_off,
    is_enough,
    rounded_down,
    rounded_share,
)
from coachops.tenancy.scope import current_practice_id

KEPT_SECONDS: Final = 6 * 60 * 60
DAYS_A_MONTH: Final = 30.4
MOST_PROGRAMS: Final = 8
MOST_KEPT: Final = 1_000

# Sessions and goals count where their engagement does; programs also while engagements run. Clients
# who also work here, or stand for a company, are taken out: they could subtract themselves.
_FIGURES: Final = """
WITH known AS (
  SELECT person.id AS user_id, lower(person.email) AS email
  FROM practices_membership member JOIN practices_user person ON person.id = member.user_id
  WHERE member.practice_id = %(practice)s AND member.audience = 'staff'
  UNION ALL
  SELECT member.user_id, lower(contact.email)
  FROM clients_sponsorcontact contact LEFT JOIN practices_membership member
    ON member.practice_id = contact.practice_id AND member.id = contact.membership_id
  WHERE contact.practice_id = %(practice)s
), apart AS (
  SELECT client.id FROM clients_client client
  LEFT JOIN practices_membership own
    ON own.practice_id = client.practice_id AND own.id = client.membership_id
  WHERE client.practice_id = %(practice)s AND (
    lower(client.email) IN (SELECT email FROM known WHERE email <> '')
    OR own.user_id IN (SELECT user_id FROM known WHERE user_id IS NOT NULL))
), ended AS (
  SELECT e.id, e.client_id, e.state, e.ends_on - e.starts_on AS days
  FROM clients_engagement e
  WHERE e.practice_id = %(practice)s AND e.state IN ('completed', 'closed')
    AND e.ends_on < %(until)s AND e.client_id NOT IN (SELECT id FROM apart)
), rated AS (
  SELECT g.engagement_id, e.client_id, g.state,
    (array_agg(r.score ORDER BY r.rated_at, r.id))[1] AS first,
    (array_agg(r.score ORDER BY r.rated_at DESC, r.id DESC))[1] AS last
  FROM ended e
  JOIN tracking_goal g ON g.practice_id = %(practice)s AND g.engagement_id = e.id
  JOIN tracking_goalrating r ON r.practice_id = g.practice_id AND r.goal_id = g.id
    AND r.rater = 'self'
  GROUP BY g.id, g.engagement_id, e.client_id, g.state
  HAVING count(*) >= 2
)
SELECT 'completed' AS kind, '' AS name, count(*), count(DISTINCT client_id),
  count(*) FILTER (WHERE state = 'completed'), count(*)
FROM ended
UNION ALL
SELECT 'length', '', count(*), count(DISTINCT client_id), coalesce(sum(days), 0), count(*)
FROM ended WHERE state = 'completed'
UNION ALL
SELECT 'goals', '', count(DISTINCT engagement_id), count(DISTINCT client_id),
  count(*) FILTER (WHERE state = 'reached' OR last > first), count(*)
FROM rated
UNION ALL
SELECT 'held', '', count(DISTINCT s.engagement_id), count(DISTINCT s.client_id),
  count(*) FILTER (WHERE s.outcome = 'held'), count(*)
FROM scheduling_session s
WHERE s.practice_id = %(practice)s AND s.client_id IS NOT NULL AND s.engagement_id IS NOT NULL
  AND s.starts_at < %(until)s AND (s.outcome <> '' OR s.state = 'cancelled')
  AND s.client_id NOT IN (SELECT id FROM apart)
UNION ALL
SELECT 'program', p.name, count(*), count(DISTINCT e.client_id), 0, 0
FROM programs_program p
JOIN programs_programversion v ON v.practice_id = p.practice_id AND v.program_id = p.id
JOIN programs_engagementplan plan ON plan.practice_id = v.practice_id AND plan.version_id = v.id
JOIN clients_engagement e ON e.practice_id = plan.practice_id AND e.id = plan.engagement_id
WHERE p.practice_id = %(practice)s AND p.archived_at IS NULL AND e.starts_on < %(until)s
  AND e.client_id NOT IN (SELECT id FROM apart)
GROUP BY p.id, p.name
ORDER BY 1, 3 DESC, 2
"""

_TITLES: Final[dict[str, tuple[Promise, Promise]]] = {
    "held": (
        gettext_lazy("Sessions that took place"),
        gettext_lazy("Individual sessions held, of all that were held, missed or cancelled."),
    ),
    "goals": (
        gettext_lazy("Goals reached or rated higher"),
        gettext_lazy(
            "Of the goals that clients rated themselves at least twice in an engagement that has"
            " ended: those reached, or rated higher at the end than at the beginning."
        ),
    ),
    "completed": (
        gettext_lazy("Engagements completed as planned"),
        gettext_lazy("Of all engagements that have ended, also those that ended early."),
    ),
    "length": (
        gettext_lazy("How long an engagement takes"),
        gettext_lazy("The average of completed engagements, from the first day to the last."),
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as everybody may read it."""

    title: str | Promise
    source: str | Promise
    value: str


@dataclass(frozen=True, slots=True)
class Check:
    """One figure as the owner sees it beforehand: what is behind it, and why it is withheld."""

    title: str | Promise
    source: str | Promise
    value: str
    behind: str
    withheld: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything the page shows. `completed` is rounded down, 0 where it is withheld."""

    until: date
    figures: tuple[Figure, ...]
    programs: tuple[str, ...]
    completed: int

    @property
    def is_empty(self) -> bool:
        return not self.figures and not self.programs


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    name: str
    engagements: int
    clients: int
    top: int
    bottom: int

    @property
    def is_shown(self) -> bool:
        return is_enough(engagements=self.engagements, clients=self.clients)


_kept: "OrderedDict[str, tuple[float, Outcomes | None]]" = OrderedDict()
_lock = Lock()


def published_outcomes(today: date, language: str) -> Outcomes:
    """What strangers read, computed by each process a few times a day. Mostly no query."""
    key = f"{current_practice_id()}:{cut_off(today)}:{language}"
    now = time.monotonic()
    with _lock:
        since, kept = _kept.get(key, (now, None))
    if kept is not None and now - since < KEPT_SECONDS:
        return kept
    found = outcomes(today)
    with _lock:
        _kept[key] = (now, found)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def forget_outcomes() -> None:
    """Compute everything anew when it is asked for next."""
    with _lock:
        _kept.clear()


def outcomes(today: date) -> Outcomes:
    """The same, computed now. One query."""
    rows = _rows(today)
    shown = [row for row in rows if row.is_shown]
    completed = next((row.top for row in shown if row.kind == "completed"), 0)
    return Outcomes(
        until=cut_off(today),
        figures=tuple(
            Figure(str(title), str(source), _value(row))
            for kind, (title, source) in _TITLES.items()
            for row in shown
            if row.kind == kind
        ),
        programs=tuple(row.name for row in shown if row.kind == "program")[:MOST_PROGRAMS],
        completed=rounded_down(completed) if completed >= LEAST_BEHIND else 0,
    )


def checks(today: date) -> list[Check]:
    """Every figure with its source and denominator, for the owner. One query."""
    rows = _rows(today)
    return [
        Check(
            title=title,
            source=source,
            value=_value(row) if row.is_shown else "",
            behind=_behind(row),
            withheld="" if row.is_shown else _why(row),
        )
        for kind, (title, source) in _TITLES.items()
        for row in rows
        if row.kind == kind
    ] + [
        Check(
            title=row.name,
            source=_("A program that is named on the page."),
            value=_("Named") if row.is_shown else "",
            behind=_people(row),
            withheld="" if row.is_shown else _why(row),
        )
        for row in rows
        if row.kind == "program"
    ]


def _rows(today: date) -> list[_Row]:
    asked: dict[str, Any] = {"practice": current_practice_id(), "until": cut_off(today)}
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, asked)
        return [_Row(*row) for row in cursor.fetchall()]


def _value(row: _Row) -> str:
    if row.kind == "length":
        months = max(1, round(row.top / row.bottom / DAYS_A_MONTH))
        return ngettext("About %(n)s month", "About %(n)s months", months) % {"n": months}
    share = rounded_share(row.top, row.bottom)
    if share == NEARLY_ALL:
        return _("95% or more")
    if share == HARDLY_ANY:
        return _("5% or less")
    return _("About %(share)s%%") % {"share": share}


def _behind(row: _Row) -> str:
    if row.kind == "length":
        return _people(row)
    share = _("%(top)s of %(bottom)s") % {"top": row.top, "bottom": row.bottom}
    return f"{share}; {_people(row)}"


def _people(row: _Row) -> str:
    engagements = ngettext("%(n)s engagement", "%(n)s engagements", row.engagements)
    people = ngettext("%(n)s person", "%(n)s people", row.clients)
    return _("%(engagements)s of %(people)s") % {
        "engagements": engagements % {"n": row.engagements},
        "people": people % {"n": row.clients},
    }


def _why(row: _Row) -> str:
    if row.engagements < LEAST_BEHIND:
        return _("Withheld: fewer than five engagements are behind it.")
    return _("Withheld: fewer than five people are behind it.")
