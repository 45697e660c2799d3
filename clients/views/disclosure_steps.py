"""What signing a level looks like on every door: the same typed name, the same evidence."""

from django.utils import timezone

from clients.access import evidence_of
from clients.forms import SignForm
from clients.models import DisclosureProposal
from clients.policies import DisclosureRefused, Party, Refusal
from clients.services import disclosure as services
from coachops.practices.guards import PracticeRequest


def put_signature(
    request: PracticeRequest, proposal: DisclosureProposal, party: Party, form: SignForm
) -> Refusal | None:
    """Sign what a valid form says. The second of two clicks is answered like the first."""
    try:
        services.sign(
            proposal=proposal,
            party=party,
            name=form.cleaned_data["name"],
            consent_text=form.text,
            evidence=evidence_of(request),
            now=timezone.now(),
        )
    except DisclosureRefused as refused:
        return None if refused.reason is Refusal.ALREADY_SIGNED else refused.reason
    return None
