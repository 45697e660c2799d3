"""Opening a practice and changing how it presents itself."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from coachops.audit.record import Fact, record
from coachops.practices.models import Membership, Practice, User
from coachops.practices.roles import Audience, Role
from coachops.practices.services.logos import CleanLogo
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import SYSTEM, Scope, scope

DEFAULT_HUE = 205
_LONGEST_SLUG = 50
_NUMBERED_SLUGS = 20
_SHORT = ("brand_hue", "language", "requires_second_factor", "time_zone")


@transaction.atomic
def open_practice(
    *,
    owner: User,
    name: str,
    time_zone: str,
    roles: Iterable[Role],
    now: datetime,
    brand_hue: int = DEFAULT_HUE,
    logo: CleanLogo | None = None,
) -> Practice:
    """A new practice with its first member. Called outside every practice scope."""
    practice_id = uuid7()
    with scope(Scope(user_id=owner.pk, practice_id=practice_id, roles=frozenset({SYSTEM}))):
        practice = _insert(
            Practice(id=practice_id, name=name, time_zone=time_zone, brand_hue=brand_hue)
        )
        Membership.objects.create(
            practice=practice,
            user=owner,
            audience=Audience.STAFF,
            roles=sorted(roles),
            name=owner.name or owner.email,
            joined_at=now,
        )
        if logo is not None:
            _keep_logo(practice, logo)
        record(event="practice.opened", subject=practice, now=now)
    return practice


@transaction.atomic
def change_practice(*, practice: Practice, now: datetime, **values: str | int | bool) -> None:
    """Change settings by name; the audit trail says which ones, and to what where that is short."""
    changed = {name: value for name, value in values.items() if getattr(practice, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(practice, name, value)
    practice.save(update_fields=list(changed))
    facts: dict[str, Fact] = {name: changed[name] for name in _SHORT if name in changed}
    facts["fields"] = sorted(changed)
    record(event="practice.changed", subject=practice, now=now, facts=facts)


@transaction.atomic
def set_logo(*, practice: Practice, logo: CleanLogo, now: datetime) -> None:
    """Keep a new logo; the file before it is removed once this is certain."""
    _forget_file(practice)
    _keep_logo(practice, logo)
    record(event="practice.logo_set", subject=practice, now=now)


@transaction.atomic
def remove_logo(*, practice: Practice, now: datetime) -> None:
    _forget_file(practice)
    practice.logo = ""
    practice.save(update_fields=["logo"])
    record(event="practice.logo_removed", subject=practice, now=now)


@transaction.atomic
def finish_guided_start(*, practice: Practice, now: datetime) -> None:
    """The owner has seen the practice through its first steps; it is not shown again."""
    if practice.guided_start_finished_at is not None:
        return
    practice.guided_start_finished_at = now
    practice.save(update_fields=["guided_start_finished_at"])
    record(event="practice.guided_start_finished", subject=practice, now=now)


def _insert(practice: Practice) -> Practice:
    """Save under the first free slug. Slugs of other practices are not visible, only refused."""
    base = slugify(practice.name)[:_LONGEST_SLUG].strip("-") or "practice"
    numbered = (f"{base}-{number}" for number in range(2, _NUMBERED_SLUGS))
    for slug in (base, *numbered):
        practice.slug = slug
        try:
            with transaction.atomic():
                practice.save(force_insert=True)
        except IntegrityError:
            continue
        return practice
    practice.slug = f"{base}-{uuid7().hex[-8:]}"
    practice.save(force_insert=True)
    return practice


def _keep_logo(practice: Practice, logo: CleanLogo) -> None:
    practice.logo.save(f"logo.{logo.extension}", ContentFile(logo.content), save=False)
    practice.save(update_fields=["logo"])


def _forget_file(practice: Practice) -> None:
    if practice.logo:
        storage, name = practice.logo.storage, str(practice.logo.name)
        transaction.on_commit(lambda: storage.delete(name))
