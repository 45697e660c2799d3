"""What somebody chooses about the mail of one practice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.correspondence.models import DIGEST, QUIET, REMINDERS
from coachops.correspondence.policies import (
    GATHERED,
    TOPICS_OF,
    Quiet,
    Standing,
    Topic,
)
from coachops.web.widgets import SwitchInput

_LABELS = {
    Standing.CLIENT: {
        Topic.NUDGES: (_("Nudges"), _("When a session is due to be booked, or questions wait.")),
        Topic.NEWS: (_("News"), _("When your coach shares a summary with you.")),
    },
    Standing.CONTACT: {
        Topic.NEWS: (_("News"), _("Changes of dates, and agreements that are settled.")),
    },
    Standing.DELEGATE: {Topic.NEWS: (_("Dates"), _("A copy when something is booked or moved."))},
    Standing.STAFF: {
        Topic.NEWS: (
            _("News"),
            _("Intakes sent, agreements, declined invitations, reports, changes of clients."),
        ),
        Topic.DAY: (
            _("Around the day"),
            _("Tomorrow’s sessions the evening before, and the question what became of them."),
        ),
    },
}
_TIME = {"invalid": _("Write a time such as 20:00.")}


class MailChoicesForm(forms.Form):
    """Only what concerns the reader: `standings` says what they are here."""

    reminders = forms.ChoiceField(
        label=_("Reminders of sessions"),
        choices=REMINDERS,
        widget=forms.RadioSelect,
    )
    nudges = forms.BooleanField(required=False, widget=SwitchInput)
    news = forms.BooleanField(required=False, widget=SwitchInput)
    day = forms.BooleanField(required=False, widget=SwitchInput)
    digest = forms.ChoiceField(
        label=_("When news comes"),
        help_text=_("Together means one e-mail at 7:30 with a line for each. Never an empty one."),
        choices=DIGEST,
        widget=forms.RadioSelect,
    )
    quiet = forms.ChoiceField(
        label=_("Quiet hours"),
        help_text=_("What can wait comes in the morning. Codes and confirmations never wait."),
        choices=QUIET,
        widget=forms.RadioSelect,
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, error_messages=_TIME)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, error_messages=_TIME)

    def __init__(self, *args: Any, standings: frozenset[Standing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics: set[Topic] = set()
        for standing in sorted(standings):
            self.topics |= set(TOPICS_OF[standing])
            for topic, (label, hint) in _LABELS.get(standing, {}).items():
                field = self.fields[topic]
                field.help_text = f"{field.help_text} {hint}".strip()
                field.label = field.label or label
        for topic in (Topic.REMINDERS, Topic.NUDGES, Topic.NEWS, Topic.DAY):
            if topic not in self.topics:
                del self.fields[topic]
        if not standings & GATHERED:
            del self.fields["digest"]

    def clean(self) -> dict[str, Any]:
        """Own quiet hours need both ends, and some hour outside them."""
        values = super().clean() or {}
        if values.get("quiet") != Quiet.OWN:
            return values
        begins, ends = values.get("quiet_from"), values.get("quiet_until")
        if begins is None and "quiet_from" not in self.errors:
            self.add_error("quiet_from", _("From when?"))
        if ends is None and "quiet_until" not in self.errors:
            self.add_error("quiet_until", _("Until when?"))
        if begins is not None and begins == ends:
            self.add_error("quiet_until", _("This would be quiet all day. Choose another time."))
        return values

    @property
    def choices(self) -> list[forms.BoundField]:
        """All but the two ends of one's own quiet hours, which stand beside each other."""
        return [field for field in self if field.name not in {"quiet_from", "quiet_until"}]

    @property
    def chosen(self) -> dict[str, Any]:
        """The columns of MailPreference; what was not asked stays as it is."""
        values = self.cleaned_data
        switches = self.topics - {Topic.REMINDERS}
        columns = {
            "off": sorted(str(topic) for topic in switches if not values.get(str(topic))),
            "quiet": values["quiet"],
            "quiet_from": values.get("quiet_from"),
            "quiet_until": values.get("quiet_until"),
        }
        return columns | {name: values[name] for name in ("reminders", "digest") if name in values}
