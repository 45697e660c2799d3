"""The facts of an engagement as pages show them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Engagement
from clients.policies import Part, disclosed_parts

MOST_ENGAGEMENTS = 50
_AS_THEY_ARE = (
    "id",
    "client_id",
    "coach_id",
    "title",
    "state",
    "payer",
    "starts_on",
    "ends_on",
    "disclosure_level",
    "attendance_shared",
    "report_every_days",
)
_OF_OTHERS = (
    "client__name",
    "client__email",
    "coach__name",
    "coach__ended_at",
    "sponsor_organisation_id",
    "sponsor_organisation__name",
    "unit__name",
)

STATE_LABELS: dict[str, str | Promise] = {
    Engagement.State.PROPOSED: _("Proposed"),
    Engagement.State.ACTIVE: _("Active"),
    Engagement.State.PAUSED: _("Paused"),
    Engagement.State.COMPLETED: _("Completed"),
    Engagement.State.CLOSED: _("Closed early"),
}


@dataclass(frozen=True, slots=True)
class EngagementFacts:
    """What is on the head of every page about an engagement. Sessions left are the ledger's."""

    id: UUID
    client_id: UUID
    client_name: str
    client_email: str
    coach_id: UUID
    coach_name: str
    title: str
    state: str
    state_label: str | Promise
    payer: str
    is_sponsored: bool
    organisation_id: UUID | None
    organisation_name: str
    starts_on: date
    ends_on: date
    disclosure_level: int | None
    attendance_shared: bool
    report_every_days: int | None
    unit_name: str = ""
    coach_has_left: bool = False

    @property
    def is_of_team(self) -> bool:
        """Teams alone have no address."""
        return not self.client_email

    @property
    def is_running(self) -> bool:
        return self.state in {Engagement.State.ACTIVE, Engagement.State.PAUSED}

    @property
    def parts(self) -> frozenset[Part]:
        """What the sponsor may see of it now."""
        return disclosed_parts(
            level=self.disclosure_level,
            is_sponsored=self.is_sponsored,
            attendance_shared=self.attendance_shared,
        )


def facts_of(row: Engagement) -> EngagementFacts:
    """From a row loaded with client, coach and sponsor_organisation; otherwise it queries them."""
    organisation = row.sponsor_organisation
    return EngagementFacts(
        id=row.pk,
        client_id=row.client_id,
        client_name=row.client.name,
        client_email=row.client.email,
        coach_id=row.coach_id,
        coach_name=row.coach.name,
        title=row.title,
        state=row.state,
        state_label=STATE_LABELS[row.state],
        payer=row.payer,
        is_sponsored=row.is_sponsored,
        organisation_id=row.sponsor_organisation_id,
        organisation_name=organisation.name if organisation else "",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        disclosure_level=row.disclosure_level,
        attendance_shared=row.attendance_shared,
        report_every_days=row.report_every_days,
        unit_name=row.unit.name if row.unit else "",
        coach_has_left=row.coach.ended_at is not None,
    )


def engagement_facts(ids: Iterable[UUID]) -> dict[UUID, EngagementFacts]:
    """One query, however many."""
    rows = Engagement.objects.filter(pk__in=list(ids))
    return {facts.id: facts for facts in _facts(rows)}


def engagements_of(client_id: UUID) -> tuple[EngagementFacts, ...]:
    """A client's engagements, the newest first; past ones stay readable."""
    rows = Engagement.objects.filter(client_id=client_id).order_by("-starts_on", "-id")
    return tuple(_facts(rows[:MOST_ENGAGEMENTS]))


def latest_engagements(client_ids: Iterable[UUID]) -> dict[UUID, EngagementFacts]:
    """Each client's newest running engagement, or else the newest that is over. One query."""
    is_running = Q(state__in=[Engagement.State.ACTIVE, Engagement.State.PAUSED])
    rows = (
        Engagement.objects.filter(client_id__in=list(client_ids))
        .alias(is_over=ExpressionWrapper(~is_running, output_field=BooleanField()))
        .order_by("client_id", "is_over", "-starts_on", "-id")
        .distinct("client_id")
    )
    return {facts.client_id: facts for facts in _facts(rows)}


def engagements_at(
    organisation_id: UUID, client_ids: QuerySet[Any, Any]
) -> tuple[EngagementFacts, ...]:
    """A company's engagements of these clients (ids, as a sub-select), the running ones first."""
    rows = Engagement.objects.filter(
        sponsor_organisation_id=organisation_id, client__in=client_ids
    ).order_by("-starts_on", "-id")[:MOST_ENGAGEMENTS]
    return tuple(sorted(_facts(rows), key=lambda facts: not facts.is_running))


def _facts(rows: QuerySet[Engagement]) -> Iterator[EngagementFacts]:
    """Columns rather than rows of four models: these facts head the pages opened most."""
    for row in rows.values(*_AS_THEY_ARE, *_OF_OTHERS):
        yield EngagementFacts(
            **{name: row[name] for name in _AS_THEY_ARE},
            client_name=row["client__name"],
            client_email=row["client__email"],
            coach_name=row["coach__name"],
            state_label=STATE_LABELS[row["state"]],
            is_sponsored=row["payer"] == Engagement.Payer.SPONSOR,
            organisation_id=row["sponsor_organisation_id"],
            organisation_name=row["sponsor_organisation__name"] or "",
            unit_name=row["unit__name"] or "",
            coach_has_left=row["coach__ended_at"] is not None,
        )
