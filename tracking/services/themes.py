"""Naming what a conversation was about, and keeping the practice's list of themes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation

from coachops.audit.record import record
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import confidential, current_practice_id
from scheduling.models import Session
from tracking.models import SessionTheme, Theme
from tracking.policies.themes import NameTaken, UnknownTheme, check_number, check_room
from tracking.queries.clients import client_id_of
from tracking.queries.themes import STARTERS, starter_id


@transaction.atomic
def choose_themes(
    *, session: Session, theme_ids: Collection[UUID], by: Membership, now: datetime
) -> None:
    """These and no others are what `by` says the session was about; none takes them all back.

    Raises TooManyThemes, UnknownTheme.
    """
    wanted = set(theme_ids)
    check_number(len(wanted))
    adopt_starters()
    # One at a time, or two tabs together could choose more than there may be.
    Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    with confidential():
        mine = SessionTheme.objects.filter(session=session, author=by)
        present = set(mine.values_list("theme_id", flat=True))
        added = wanted - present
        if Theme.objects.filter(pk__in=added, retired_at=None).count() != len(added):
            raise UnknownTheme
        mine.exclude(theme_id__in=wanted).delete()
        for theme_id in sorted(added):
            SessionTheme.objects.create(
                session=session,
                client_id=client_id_of(session),
                theme_id=theme_id,
                author=by,
                chosen_at=now,
            )
    if wanted != present:
        record(event="session.themes_chosen", subject=session, now=now, facts={"n": len(wanted)})


def adopt_starters() -> None:
    """The starters become the practice's own rows, in its language, unless it has any already."""
    if Theme.objects.exists():
        return
    practice_id = current_practice_id()
    with translation.override(Practice.objects.get(pk=practice_id).language):
        rows = [
            Theme(pk=starter_id(practice_id, key), name=str(name), position=position)
            for position, (key, name) in enumerate(STARTERS, start=1)
        ]
    Theme.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def add_theme(*, name: str, by: Membership, now: datetime) -> Theme:
    """At the end of the list. Raises NameTaken, ListFull."""
    adopt_starters()
    check_room(Theme.objects.filter(retired_at=None).count())
    last = Theme.objects.aggregate(last=Max("position"))["last"] or 0
    theme = Theme(name=name, position=last + 1)
    _save(theme)
    record(event="theme.added", subject=theme, now=now)
    return theme


@transaction.atomic
def rename_theme(*, theme_id: UUID, name: str, by: Membership, now: datetime) -> Theme:
    """On past sessions too: it is the same theme. Raises NameTaken, UnknownTheme."""
    theme = _locked(theme_id)
    theme.name = name
    _save(theme)
    record(event="theme.renamed", subject=theme, now=now)
    return theme


@transaction.atomic
def retire_theme(*, theme_id: UUID, by: Membership, now: datetime) -> Theme:
    """No longer offered; sessions that had it keep it. Raises UnknownTheme."""
    return _set_retired(theme_id, now, retired_at=now)


@transaction.atomic
def restore_theme(*, theme_id: UUID, by: Membership, now: datetime) -> Theme:
    """Offered again. Raises UnknownTheme, ListFull."""
    check_room(Theme.objects.filter(retired_at=None).count())
    return _set_retired(theme_id, now, retired_at=None)


def _set_retired(theme_id: UUID, now: datetime, *, retired_at: datetime | None) -> Theme:
    theme = _locked(theme_id)
    if (theme.retired_at is None) != (retired_at is None):
        theme.retired_at = retired_at
        theme.save(update_fields=["retired_at"])
        record(event="theme.retired" if retired_at else "theme.restored", subject=theme, now=now)
    return theme


def _locked(theme_id: UUID) -> Theme:
    adopt_starters()
    theme: Theme | None = Theme.objects.select_for_update().filter(pk=theme_id).first()
    if theme is None:
        raise UnknownTheme
    return theme


def _save(theme: Theme) -> None:
    try:
        with transaction.atomic():
            theme.save()
    except IntegrityError:
        raise NameTaken from None
