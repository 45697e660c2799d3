"""How a session went, as choices of the session page. The answer goes to the scheduling pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduling.forms.booking import WAIVER_LABELS
from scheduling.models import Session

type Choices = tuple[tuple[str, str | Promise], ...]


def outcome_choices() -> Choices:
    """What a coach may say besides *held* and *waived*, which stand apart."""
    return (
        (Session.Outcome.NO_SHOW.value, _("Did not come")),
        (Session.Outcome.LATE_CANCEL.value, _("Cancelled late")),
        (Session.Outcome.COACH_CANCELLED.value, _("I cancelled")),
    )


def waiver_choices() -> Choices:
    """Why a session does not count; a fixed list, so that nobody writes of an illness."""
    return tuple((reason.value, label) for reason, label in WAIVER_LABELS.items())
