"""Starter texts of agreements: good to begin with, to be read by whoever advises the practice."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import AgreementKind


@dataclass(frozen=True, slots=True)
class Starter:
    """A template of the first hour."""

    name: Promise
    kind: AgreementKind
    text: Promise


_CONDUCT = _("""## Confidentiality

{{confidentiality.limits}}

## Safeguarding, and help beyond coaching

Safeguarding contact: {{safeguarding.contact}}

{{referral.card}}

## Moving, cancelling and missing sessions

{{cancellation.policy}}

A session that the coach has to cancel is given again at no cost.

## How we work

- Both prepare, arrive on time and say so when something does not help.
- The client is an adult, takes part freely, and decides what to do with what comes out of the coaching.
- The coach follows a recognised code of ethics for coaches, has supervision, and names conflicts of interest as soon as they are known.
- Nothing is recorded in sound or picture unless everybody has agreed beforehand.

## Data protection

{{practice.name}} is responsible for the personal data it keeps for this coaching. It keeps contact details, dates, goals and what coach and client write down together for as long as the coaching lasts and then for the practice’s stated period. The coach’s private notes are encrypted and seen by the coach alone. The client may at any time ask for a copy of their data, and for its correction or erasure, and may complain to the data protection authority.

## Ending early

Either side may end the coaching at any time by telling the other in writing. Sessions that took place, and those cancelled too late, still count.
""")

_THREE_PARTY = _("""This agreement is made between **{{client.name}}** (the client), **{{coach.name}}** of {{practice.name}} (the coach), and **{{sponsor.organisation}}** (the company), for which {{sponsor.contact}} signs.

## What is agreed

The coach coaches the client: {{engagement.title}}, following the program “{{program.name}}”, with {{sessions.count}} sessions between {{engagement.starts_on}} and {{engagement.ends_on}}. The company pays. Fees stand on a sheet of their own between the company and the practice.

Goals are the client’s. The company may say what it hopes for; coach and client decide what they work on.

## What the company may see

{{disclosure.level}}

{{disclosure.shared}}

It never sees, at any level:

{{disclosure.never}}

More may be shared only when client, coach and company have all signed for it. The client may lower or close it at any time without giving a reason. The company does not ask the coach for more, by any other way.

""")

_TWO_PARTY = _("""This agreement is made between **{{client.name}}** (the client) and **{{coach.name}}** of {{practice.name}} (the coach).

## What is agreed

The coach coaches the client: {{engagement.title}}, following the program “{{program.name}}”, with {{sessions.count}} sessions between {{engagement.starts_on}} and {{engagement.ends_on}}. The client pays; the fees stand on a sheet of their own. Goals are the client’s, and nobody else is told about them.

""")

_FEES = _("""Fees for the coaching of **{{client.name}}** by {{coach.name}} of {{practice.name}}: {{engagement.title}}, {{sessions.count}} sessions between {{engagement.starts_on}} and {{engagement.ends_on}}.

## Fees

{{fees}}

Value added tax is added where it is due. Invoices are payable within 30 days.

## Sessions that are missed

{{cancellation.policy}}
""")


def starters() -> tuple[Starter, ...]:
    """In the order in which they are offered; the text is put together in the active language."""
    kinds = AgreementKind
    return (
        Starter(_("Three-party coaching agreement"), kinds.THREE_PARTY, _THREE_PARTY),
        Starter(_("Coaching agreement with the client"), kinds.TWO_PARTY, _TWO_PARTY),
        Starter(_("Fees sheet"), kinds.FEES, _FEES),
    )


def text_of(starter: Starter) -> str:
    conduct = "" if starter.kind == AgreementKind.FEES else str(_CONDUCT)
    return f"{starter.text}{conduct}".strip()
