"""What a sponsor's contact may open: their company's engagements, each at its level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import Http404

from clients.access import engagements_for_sponsor
from clients.models import Engagement, SponsorContact, SponsorOrganisation
from clients.services.access_ledger import ContentKind, record_read, record_reads
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest

COACHEES_A_PAGE = 20
MOST_COMPANIES = 20


@dataclass(frozen=True, slots=True)
class Coachees:
    """A page of the open engagements, and how many are closed."""

    page: Page[Engagement]
    closed: int


def companies_of(request: PracticeRequest) -> Sequence[SponsorOrganisation]:
    """The companies this contact speaks for; almost always one. Raises 404 for none."""
    contacts = SponsorContact.objects.select_related("organisation").filter(
        membership=request.membership
    )
    found = [contact.organisation for contact in contacts.order_by("pk")[:MOST_COMPANIES]]
    if not found:
        raise Http404
    return found


def opened_coachees(request: PracticeRequest, page: str, *, now: datetime) -> Coachees:
    """By name, with the read of everybody shown written down. Three queries.

    A closed engagement is only counted: nothing of it reaches the sponsor, not even a name.
    """
    mine = engagements_for_sponsor(request)
    counts = mine.aggregate(
        all=Count("pk", distinct=True),
        open=Count("pk", filter=Q(disclosure_level__isnull=False), distinct=True),
    )
    rows = mine.select_related("client", "coach", "sponsor_organisation").filter(
        disclosure_level__isnull=False
    )
    paginator = Paginator(rows.order_by("client__name", "-starts_on", "pk"), COACHEES_A_PAGE)
    paginator.count = counts["open"]  # counted with the closed ones already
    found = paginator.get_page(page)
    found.object_list = list(found.object_list)
    record_reads(
        client_ids={row.client_id for row in found.object_list},
        reader_id=request.membership.pk,
        kind=ContentKind.SPONSOR_PAGE,
        now=now,
    )
    return Coachees(page=found, closed=counts["all"] - counts["open"])


def opened_coachee(request: PracticeRequest, pk: UUID, *, now: datetime) -> Engagement:
    """One engagement; the read is written down unless it is closed. Raises 404."""
    rows = engagements_for_sponsor(request).filter(pk=pk)
    found = found_or_404(Engagement, rows.select_related("client", "coach", "sponsor_organisation"))
    if found.disclosure_level is not None:
        record_read(
            client_id=found.client_id,
            reader_id=request.membership.pk,
            kind=ContentKind.SPONSOR_PAGE,
            now=now,
        )
    return found
