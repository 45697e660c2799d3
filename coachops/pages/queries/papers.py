"""Agreements and forms of a client, and how far each is: states for whoever organises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.tenancy.scope import current_practice_id

MOST: Final = 6
_PAPERS: Final = """
SELECT * FROM (
  (SELECT 'agreement' AS kind, agreement.id, agreement.title, agreement.state,
     coalesce(agreement.settled_at, agreement.sent_at, agreement.created_at) AS at
   FROM clients_engagement engagement
   JOIN clients_agreement agreement ON agreement.practice_id = engagement.practice_id
     AND agreement.engagement_id = engagement.id
   WHERE engagement.practice_id = %(practice)s AND engagement.client_id = %(client)s
     AND agreement.state <> 'void' AND (%(fees)s OR agreement.kind <> 'fees')
   ORDER BY at DESC LIMIT %(limit)s)
  UNION ALL
  (SELECT 'intake', intake.id, version.title, CASE WHEN response.sent_at IS NOT NULL THEN 'sent'
     WHEN response.begun_at IS NOT NULL THEN 'begun' ELSE 'asked' END,
     coalesce(response.sent_at, intake.asked_at)
   FROM clients_intake intake
   JOIN questionnaires_response response ON response.practice_id = intake.practice_id
     AND response.id = intake.response_id
   JOIN questionnaires_questionnaireversion version ON version.practice_id = response.practice_id
     AND version.id = response.version_id
   WHERE intake.practice_id = %(practice)s AND intake.client_id = %(client)s
     AND intake.withdrawn_at IS NULL
   ORDER BY intake.asked_at DESC LIMIT 1)
  UNION ALL
  (SELECT 'questionnaire', asked.id, version.title, CASE WHEN response.sent_at IS NOT NULL
     THEN 'sent' WHEN response.begun_at IS NOT NULL THEN 'begun' ELSE 'asked' END,
     coalesce(response.sent_at, asked.asked_at)
   FROM tracking_askedquestionnaire asked
   JOIN questionnaires_response response ON response.practice_id = asked.practice_id
     AND response.id = asked.response_id
   JOIN questionnaires_questionnaireversion version ON version.practice_id = response.practice_id
     AND version.id = response.version_id
   WHERE asked.practice_id = %(practice)s AND asked.client_id = %(client)s
     AND asked.team_id IS NULL AND asked.withdrawn_at IS NULL
   ORDER BY asked.asked_at DESC LIMIT %(limit)s)
) papers ORDER BY at DESC LIMIT %(limit)s
"""
_STATES: Final[dict[tuple[bool, str], tuple[Promise, str, str]]] = {
    (True, "draft"): (_("Draft"), "line", "pencil"),
    (True, "sent"): (_("Waits for signatures"), "warn", "hourglass"),
    (True, "signed"): (_("Signed"), "good", "check"),
    (True, "declined"): (_("Declined"), "risk", "x"),
    (False, "asked"): (_("Asked"), "warn", "mail"),
    (False, "begun"): (_("Started"), "brand", "pencil"),
    (False, "sent"): (_("Answered"), "good", "check"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One line: what it is, how far, since when, and where it stands."""

    title: str
    symbol: str
    url: str
    label: Promise
    tone: str
    chip_symbol: str
    at: datetime


def papers_of(client_id: UUID, *, practice_slug: str, with_fees: bool) -> tuple[Paper, ...]:
    """The newest few. One statement; no answer and no text of an agreement is read."""
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "client": client_id,
        "fees": with_fees,
        "limit": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAPERS, asked)
        rows = cursor.fetchall()
    return tuple(_paper(row, client_id, practice_slug) for row in rows)


def _paper(row: tuple[Any, ...], client_id: UUID, slug: str) -> Paper:
    kind, row_id, title, state, at = row
    is_agreement = kind == "agreement"
    urls = {
        "agreement": reverse("coach:agreement", args=[slug, row_id]),
        "intake": f"{reverse('coach:intake', args=[slug, client_id])}?of={row_id}",
        "questionnaire": reverse("coach:asked_questionnaire", args=[slug, row_id]),
    }
    label, tone, chip_symbol = _STATES[is_agreement, state]
    return Paper(
        title=title,
        symbol="file-signature" if is_agreement else "clipboard-list",
        url=urls[kind],
        label=label,
        tone=tone,
        chip_symbol=chip_symbol,
        at=at,
    )
