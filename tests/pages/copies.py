"""More rows like one that is there."""

from datetime import timedelta

from coachops.tenancy.models import PracticeModel, uuid7
from scheduling.models import Session


def copied[M: PracticeModel](row: M, **changes: object) -> M:
    fields = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields}
    return type(row).objects.create(**fields | {"id": uuid7()} | changes)


def copied_session(like: Session, by: timedelta, **changes: object) -> Session:
    """As much later."""
    return copied(
        like,
        starts_at=like.starts_at + by,
        ends_at=like.ends_at + by,
        booking_key=uuid7(),
        calendar_uid=uuid7(),
        **changes,
    )
