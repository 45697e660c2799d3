"""What becomes of the sessions that are booked on an engagement which pauses or ends."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.models import Seat, Session

KEEP, CANCEL = "keep", "cancel"
PLACES = "places"


class BookedSessionsForm(forms.Form):
    """One choice for each session, and one for all places in groups.

    A pause keeps what is booked unless told otherwise.
    """

    decided = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def __init__(
        self,
        data: Any = None,
        *,
        sessions: Sequence[Session],
        places: Sequence[Seat],
        change: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.places = list(places)
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

        if places:
            self.fields[PLACES] = forms.ChoiceField(
                label=_places_in_words(places),
                choices=[
                    (CANCEL, _("Give them up; it costs the client nothing, and others move up")),
                    (KEEP, _("Keep them")),
                ],
                initial=KEEP if change == "pause" else CANCEL,
                widget=forms.RadioSelect,
                error_messages={"required": _("Keep them or give them up?")},
            )

    @property
    def has_questions(self) -> bool:
        """Whether there is anything to decide about."""
        return bool(self.ids or self.places)

    @property
    def decisions(self) -> Iterable[forms.BoundField]:
        names = [_name(each) for each in self.ids] + [PLACES] * bool(self.places)
        return [self[name] for name in names]

    def frees_places(self) -> bool | None:
        """The answer of a valid form; None where there is no place."""
        return self.cleaned_data[PLACES] == CANCEL if self.places else None

    def chosen(self, answer: str) -> set[UUID]:
        """The sessions with this answer, of a valid form."""
        return {each for each in self.ids if self.cleaned_data[_name(each)] == answer}


def _name(session_id: UUID) -> str:
    return f"session-{session_id}"


def _places_in_words(places: Sequence[Seat]) -> str:
    first = date_format(timezone.localtime(places[0].session.starts_at), "l j F, H:i")
    words = ngettext(
        "A place in a group session: %(first)s",
        "%(n)d places in group sessions, the first on %(first)s",
        len(places),
    )
    return words % {"n": len(places), "first": first}


def _in_words(session: Session) -> str:
    starts_at = timezone.localtime(session.starts_at)
    when = date_format(starts_at, "l j F, H:i")
    if session.number is None:
        return when
    return _("%(when)s, session %(number)s") % {"when": when, "number": session.number}
