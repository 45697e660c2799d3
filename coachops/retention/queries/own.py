"""What a client asked about their data and what they got: they take it along."""

from typing import Any

from django.utils import timezone

from clients.models import Client
from clients.queries.safes import Safe
from coachops.retention.queries.records import openings_of, own_requests

type Rows = list[dict[str, Any]]


def requests_to_take(client: Client, safe: Safe) -> Rows:
    """With the notes that coaches released, in the words they let stand."""
    return [
        {
            "asked": str(each.row.get_kind_display()),
            "asked_at": each.row.opened_at,
            "state": str(each.row.get_state_display()),
            "reason": str(each.row.get_refusal_display()) if each.row.refusal else "",
            "notes_kept_sealed": [
                {"by": decision.author.name, "why": str(decision.get_reason_display())}
                for decision in each.decisions
                if decision.decision == "withheld"
            ],
            "released_notes": [
                {
                    "by": note.author,
                    "written_on": note.written_on,
                    "text": note.text,
                    "is_shortened": note.is_redacted,
                }
                for note in each.notes
            ],
        }
        for each in own_requests(client, safe)
    ]


def openings_to_take(client: Client, _safe: Safe) -> Rows:
    """Who asked to open what a former coach had shared; not while the law delays the notice."""
    return [
        {
            "asked_by": each.row.reader.name,
            "asked_at": each.row.asked_at,
            "reason": each.row.reason,
            "hours": each.row.hours,
            "consented_at": each.consent.given_at if each.consent else None,
            "ended_at": each.row.ended_at,
        }
        for each in openings_of(client, timezone.now(), only_told=True)
    ]
