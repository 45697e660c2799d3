"""What becomes of the sessions that are booked on an engagement which pauses or ends."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scheduling.models import Session

KEEP, CANCEL = "keep", "cancel"


class BookedSessionsForm(forms.Form):
    """One choice for each session. A pause keeps what is booked unless told otherwise."""

    decided = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def __init__(
        self, data: Any = None, *, sessions: Sequence[Session], change: str, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.ids = [session.pk for session in sessions]
        for session in sessions:
            self.fields[_name(session.pk)] = forms.ChoiceField(
                label=_in_words(session),
                choices=[
                    (CANCEL, _("Cancel it; it costs the client nothing")),
                    (KEEP, _("Keep it")),
                ],
                initial=KEEP if change == "pause" else CANCEL,
                widget=forms.RadioSelect,
                error_messages={"required": _("Keep it or cancel it?")},
            )

    @property
    def decisions(self) -> Iterable[forms.BoundField]:
        return [self[_name(each)] for each in self.ids]

    def chosen(self, answer: str) -> set[UUID]:
        """The sessions with this answer, of a valid form."""
        return {each for each in self.ids if self.cleaned_data[_name(each)] == answer}


def _name(session_id: UUID) -> str:
    return f"session-{session_id}"


def _in_words(session: Session) -> str:
    starts_at = timezone.localtime(session.starts_at)
    when = date_format(starts_at, "l j F, H:i")
    if session.number is None:
        return when
    return _("%(when)s, session %(number)s") % {"when": when, "number": session.number}
