"""Merge fields of agreements: a closed list, where each value comes from, and the merging."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from clients.models import (
    AgreementKind,
    AgreementSettings,
    DisclosureProposal,
    Engagement,
    SponsorContact,
)
from clients.policies import NEVER_DISCLOSED, disclosed_parts
from clients.queries.disclosure import (
    LEVEL_LABELS,
    WITHHELD_LABELS,
    shared_labels,
)
from coachops.practices.models import Practice

type Text = str | Promise
type Values = dict[str, str]
type Source = Callable[[Engagement], Mapping[str, str]]

FIELDS: Final[dict[str, Text]] = {
    "client.name": _("The client"),
    "coach.name": _("The coach"),
    "practice.name": _("The practice"),
    "practice.address": _("The practice’s postal address"),
    "sponsor.organisation": _("The company that pays"),
    "sponsor.contact": _("Who signs for the company"),
    "engagement.title": _("What the coaching is called"),
    "engagement.starts_on": _("First day"),
    "engagement.ends_on": _("Last day"),
    "program.name": _("The program"),
    "sessions.count": _("How many sessions are agreed"),
    "cancellation.policy": _("Moving, cancelling and missing sessions, as it is booked here"),
    "fees": _("The fees, as typed when the agreement is prepared"),
    "disclosure.level": _("What the company may see, in words"),
    "disclosure.shared": _("What it may see, as a list"),
    "disclosure.never": _("What it never sees, as a list"),
    "confidentiality.limits": _("The limits of confidentiality"),
    "safeguarding.contact": _("Whom to turn to about safeguarding"),
    "referral.card": _("Help beyond coaching"),
}
OF_SPONSORS: Final = frozenset({"sponsor.organisation", "sponsor.contact"})
OF_FEES: Final = frozenset({"fees"})
# Fees stand on a sheet of their own: not every assistant may read them, and not every client.
NOT_IN: Final[dict[str, frozenset[str]]] = {
    AgreementKind.THREE_PARTY: OF_FEES,
    AgreementKind.TWO_PARTY: OF_SPONSORS | OF_FEES,
    AgreementKind.OTHER: OF_FEES,
}
MOST_UNKNOWN: Final = 5

_GAP = re.compile(r"\{\{\s*([^{}]{0,60}?)\s*\}\}")
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Apps above clients know more of an engagement: `source(engagement)` gives some of FIELDS."""
    if source not in _sources:
        _sources.append(source)


def fields_in(text: str) -> tuple[str, ...]:
    """The names in {{double braces}}, each once, in their order."""
    return tuple(dict.fromkeys(_GAP.findall(text)))


def unknown_fields(text: str, kind: str) -> tuple[str, ...]:
    """Names that such a text cannot hold, a few at most; a brace that is never closed counts."""
    barred = NOT_IN.get(kind, frozenset())
    unknown = [name for name in fields_in(text) if name not in FIELDS or name in barred]
    rest = _GAP.sub("", text)
    if "{{" in rest or "}}" in rest:
        unknown.append("{{")
    return tuple(unknown[:MOST_UNKNOWN])


def empty_fields(text: str, values: Values) -> tuple[str, ...]:
    """Fields of the text that nothing is known for."""
    return tuple(name for name in fields_in(text) if not values.get(name, "").strip())


def merged(text: str, values: Values) -> str:
    """The text with every field filled; what is empty shows as a gap."""
    return _GAP.sub(lambda found: values.get(found[1], "") or "______", text)


def sample_values() -> Values:
    """An invented engagement, for the preview of a template."""
    samples = {
        "client.name": "Ada Winter",
        "coach.name": "Jonah Reed",
        "practice.name": "Green Door Coaching",
        "practice.address": "1 Green Door, Bristol",
        "sponsor.organisation": "Example Ltd",
        "sponsor.contact": "Kim Lowe",
        "engagement.title": gettext("Executive coaching"),
        "engagement.starts_on": "1 February 2027",
        "engagement.ends_on": "31 July 2027",
        "program.name": gettext("Leading through change"),
        "sessions.count": "8",
        "cancellation.policy": gettext(
            "A session can be moved or cancelled up to 24 hours before it begins."
        ),
        "fees": gettext("1,200 a session of 60 minutes, invoiced monthly"),
        "safeguarding.contact": "Jonah Reed, jonah@greendoor.example",
    }
    return {**samples, **_disclosure(1), **_standing(AgreementSettings())}


def values_of(
    engagement: Engagement,
    *,
    practice: Practice,
    settings: AgreementSettings,
    contact: SponsorContact | None,
    fees: str,
) -> Values:
    """Everything that is known about an engagement, in the practice's language."""
    with override(practice.language):
        found = {
            **_names(engagement, practice, contact),
            "fees": _plain(fees),
            **_disclosure_of(engagement),
            **_standing(settings),
        }
        for source in _sources:
            found.update(source(engagement))
    return found


def preview_of(
    text: str,
    engagement: Engagement,
    *,
    practice: Practice,
    contact: SponsorContact | None = None,
    fees: str = "",
) -> tuple[str, tuple[str, ...]]:
    """A text as this engagement would fill it, and the fields that nothing is known for."""
    values = values_of(
        engagement,
        practice=practice,
        settings=settings_of_practice(),
        contact=contact,
        fees=fees,
    )
    return merged(text, values), empty_fields(text, values)


def settings_of_practice() -> AgreementSettings:
    """The practice's own, or the standard ones, not saved."""
    return AgreementSettings.objects.first() or AgreementSettings()


def standard_limits() -> str:
    return gettext(
        "What is said in coaching stays between client and coach. The coach may break this"
        " confidence only:\n\n"
        "- where there is a serious risk of harm to the client or to somebody else;\n"
        "- where the law or a court requires it;\n"
        "- in the coach’s own supervision, without any name.\n\n"
        "Wherever it is safe and lawful, the coach speaks with the client first."
    )


def standard_referral() -> str:
    return gettext(
        "Coaching is not therapy, medical care or legal advice. Where another kind of help is"
        " needed, the coach says so and helps to find it: your doctor, a qualified therapist, the"
        " employee assistance programme of your company if it has one. In an emergency call the"
        " emergency number of your country."
    )


def _names(engagement: Engagement, practice: Practice, contact: SponsorContact | None) -> Values:
    organisation = engagement.sponsor_organisation
    return {
        "client.name": _plain(engagement.client.name),
        "coach.name": _plain(engagement.coach.name),
        "practice.name": _plain(practice.name),
        "practice.address": _plain(practice.postal_address),
        "sponsor.organisation": _plain(organisation.name if organisation else ""),
        "sponsor.contact": _plain(contact.name if contact else ""),
        "engagement.title": _plain(engagement.title),
        "engagement.starts_on": date_format(engagement.starts_on, "j F Y"),
        "engagement.ends_on": date_format(engagement.ends_on, "j F Y"),
    }


def _standing(settings: AgreementSettings) -> Values:
    """The owner's own texts are Markdown like the template itself."""
    found = {
        "confidentiality.limits": settings.confidentiality_limits or standard_limits(),
        "referral.card": settings.referral_card or standard_referral(),
    }
    if settings.safeguarding_contact:
        found["safeguarding.contact"] = settings.safeguarding_contact
    return found


def _disclosure_of(engagement: Engagement) -> Values:
    """The level that is being signed, else the one in force."""
    if not engagement.is_sponsored:
        return {**_disclosure(None), "disclosure.level": gettext("No company is involved.")}
    asked = DisclosureProposal.objects.filter(
        engagement=engagement, state=DisclosureProposal.State.OPEN
    ).first()
    return _disclosure(asked.level if asked else engagement.disclosure_level)


def _disclosure(level: int | None) -> Values:
    parts = disclosed_parts(level=level, is_sponsored=True, attendance_shared=False)
    shared = [f"- {label}" for label in shared_labels(parts)]
    return {
        "disclosure.level": _level(level),
        "disclosure.shared": "\n".join(shared) or gettext("- Nothing"),
        "disclosure.never": "\n".join(f"- {WITHHELD_LABELS[kind]}" for kind in NEVER_DISCLOSED),
    }


def _level(level: int | None) -> str:
    if level is None:
        return gettext("Nothing is agreed yet, so nothing reaches the company.")
    words = gettext("The level is “%(level)s”. The company may see this, and nothing else:")
    return words % {"level": LEVEL_LABELS[level]}


def _plain(text: str) -> str:
    """Somebody’s name is never a heading, a list or a link."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
