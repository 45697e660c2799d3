"""The practice's templates of agreements as its owner sees them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Subquery
from django.utils.functional import Promise

from clients.models import Agreement, AgreementTemplate, AgreementTemplateVersion
from clients.queries.agreements import KIND_LABELS

MOST_TEMPLATES: Final = 100
MOST_VERSIONS: Final = 20

type Choices = Iterable[tuple[UUID, str]]

_programs: list[Callable[[], Choices]] = []


@dataclass(frozen=True, slots=True)
class TemplateLine:
    id: UUID
    name: str
    kind_label: str | Promise
    number: int
    changed_at: datetime
    used: int
    is_archived: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: int
    created_at: datetime
    made_by: str
    used: int


def template_lines() -> tuple[TemplateLine, ...]:
    """Those in use first, by name. One query."""
    used = Agreement.objects.filter(template=OuterRef("pk")).order_by().values("template")
    versions = AgreementTemplateVersion.objects.filter(template=OuterRef("pk")).order_by()
    newest = versions.values("template")
    rows = AgreementTemplate.objects.annotate(
        number=Subquery(newest.annotate(most=Max("number")).values("most")),
        changed_at=Subquery(newest.annotate(last=Max("created_at")).values("last")),
        used=Subquery(used.annotate(n=Count("pk")).values("n")),
    ).order_by("archived_at", "name", "pk")
    return tuple(
        TemplateLine(
            id=row.pk,
            name=row.name,
            kind_label=KIND_LABELS[row.kind],
            number=row.number,
            changed_at=row.changed_at,
            used=row.used or 0,
            is_archived=row.archived_at is not None,
        )
        for row in sorted(rows[:MOST_TEMPLATES], key=lambda row: row.archived_at is not None)
    )


def version_lines(template: AgreementTemplate) -> tuple[VersionLine, ...]:
    """The newest first. One query."""
    used = Agreement.objects.filter(version=OuterRef("pk")).order_by().values("version")
    rows = (
        AgreementTemplateVersion.objects.select_related("made_by")
        .filter(template=template)
        .annotate(used=Subquery(used.annotate(n=Count("pk")).values("n")))
        .order_by("-number")
    )
    return tuple(
        VersionLine(
            row.number, row.created_at, row.made_by.name if row.made_by else "", row.used or 0
        )
        for row in rows[:MOST_VERSIONS]
    )


def register_programs(choices: Callable[[], Choices]) -> None:
    """Programs stand above clients; they say which ones the booking lock may name."""
    if choices not in _programs:
        _programs.append(choices)


def program_choices() -> list[tuple[str, str]]:
    """Id and name of every program that the booking lock may be limited to."""
    return [(str(pk), name) for choices in _programs for pk, name in choices()]
