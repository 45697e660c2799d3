"""The practice's templates of agreements. An edit is the next version, never a change."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import override

from clients.models import AgreementSettings, AgreementTemplate, AgreementTemplateVersion
from clients.policies import MOST_TEXT
from clients.queries.agreement_fields import (
    settings_of_practice,
    standard_limits,
    standard_referral,
    unknown_fields,
)
from clients.services.agreement_starters import starters, text_of
from coachops.audit.record import Fact, record
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import current_practice_id


class TemplateNameTaken(Exception):
    """Another template of the practice is called this."""


class TextRefused(Exception):
    """The text is too long, or names a field that there is not."""


@transaction.atomic
def install_starters(*, now: datetime) -> int:
    """Add the starter templates whose names are free; how many that were."""
    practice = Practice.objects.get(pk=current_practice_id())
    known = set(AgreementTemplate.objects.values_list("name", flat=True))
    with override(practice.language):
        wanted = [(str(each.name), each.kind, text_of(each)) for each in starters()]
        limits, referral = standard_limits(), standard_referral()
    missing = [each for each in wanted if each[0] not in known]
    for name, kind, text in missing:
        add_template(name=name, kind=kind, text=text, by=None, now=now)
    settings = settings_of_practice()
    if settings._state.adding:
        settings.confidentiality_limits, settings.referral_card = limits, referral
        settings.save()
    return len(missing)


@transaction.atomic
def add_template(
    *, name: str, kind: str, text: str, by: Membership | None, now: datetime
) -> AgreementTemplate:
    """A new template with its first version. Raises TemplateNameTaken, TextRefused."""
    _check_text(text, kind)
    template = AgreementTemplate(name=name, kind=kind, created_at=now)
    _save_named(template)
    _add_version(template, 1, text, by, now)
    record(event="agreement_template.added", subject=template, now=now, facts={"kind": kind})
    return template


@transaction.atomic
def save_template(
    *, template: AgreementTemplate, name: str, text: str, by: Membership, now: datetime
) -> AgreementTemplateVersion:
    """Another name, another wording, or both; the same text makes no new version.

    What has been prepared or sent keeps its wording. Raises TemplateNameTaken, TextRefused.
    """
    template = AgreementTemplate.objects.select_for_update().get(pk=template.pk)
    _check_text(text, template.kind)
    if template.name != name:
        template.name = name
        _save_named(template)
    newest: AgreementTemplateVersion = AgreementTemplateVersion.objects.filter(
        template=template
    ).latest("number")
    if newest.text == text:
        return newest
    version = _add_version(template, newest.number + 1, text, by, now)
    facts: dict[str, Fact] = {"number": version.number}
    record(event="agreement_template.changed", subject=template, now=now, facts=facts)
    return version


@transaction.atomic
def archive_template(*, template: AgreementTemplate, is_archived: bool, now: datetime) -> None:
    """Offer it no longer, or again. What was made from it stays."""
    if (template.archived_at is not None) == is_archived:
        return
    template.archived_at = now if is_archived else None
    template.save(update_fields=["archived_at"])
    event = "agreement_template.archived" if is_archived else "agreement_template.restored"
    record(event=event, subject=template, now=now)


@transaction.atomic
def save_settings(*, settings: AgreementSettings, now: datetime) -> None:
    """What stands in every agreement and what hangs on a signature."""
    settings.save()
    facts: dict[str, Fact] = {
        "locks_booking": settings.locks_booking,
        "fees": settings.assistants_see_fees,
    }
    record(event="agreement_settings.changed", subject=settings, now=now, facts=facts)


def _check_text(text: str, kind: str) -> None:
    if not text.strip() or len(text) > MOST_TEXT or unknown_fields(text, kind):
        raise TextRefused


def _save_named(template: AgreementTemplate) -> None:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        if "agreement_template_name" not in str(error):
            raise
        raise TemplateNameTaken(template.name) from error


def _add_version(
    template: AgreementTemplate, number: int, text: str, by: Membership | None, now: datetime
) -> AgreementTemplateVersion:
    return AgreementTemplateVersion.objects.create(  # type: ignore[no-any-return]
        template=template, number=number, text=text, made_by=by, created_at=now
    )
