"""The one way to write the audit trail. Only services call it, inside their transaction."""

from datetime import datetime

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
    active = current_scope() or Scope()
    AuditEvent.objects.create(
        happened_at=now,
        event=event,
        actor_user_id=active.user_id,
        actor_membership_id=active.membership_id,
        actor_roles=",".join(sorted(active.roles)),
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        facts=facts or {},
    )
