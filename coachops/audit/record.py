"""The one way to write the audit trail. Only services call it, inside their transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from coachops.audit.models import AuditEvent
from coachops.tenancy.scope import Scope, current_scope

type Fact = str | int | float | bool | list[str] | None


def record(
    *, event: str, subject: models.Model, now: datetime, facts: dict[str, Fact] | None = None
) -> None:
    """Write down that `event` ("session.cancelled") happened to `subject`.

    The actor is the active scope's: nobody can record in another's name. Facts are ids and short
    states, never anything a person wrote.
    """
    _event(event, subject, now, facts).insert()


def record_all(
    *, event: str, subjects: Iterable[tuple[models.Model, dict[str, Fact]]], now: datetime
) -> None:
    """The same of many, each with its own facts, in one statement."""
    AuditEvent.insert_all(
        [
            {
                "subject_kind": subject._meta.label_lower,
                "subject_id": str(subject.pk),
                "facts": facts,
            }
            for subject, facts in subjects
        ],
        happened_at=now,
        event=event,
        **_actor(),
    )


def _event(
    event: str, subject: models.Model, now: datetime, facts: dict[str, Fact] | None
) -> AuditEvent:
    return AuditEvent(
        happened_at=now,
        event=event,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        facts=facts or {},
        **_actor(),
    )


def _actor() -> dict[str, Any]:
    active = current_scope() or Scope()
    return {
        "actor_user_id": active.user_id,
        "actor_membership_id": active.membership_id,
        "actor_roles": ",".join(sorted(active.roles)),
    }
