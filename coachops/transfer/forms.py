"""What may be uploaded, and what is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.base import File
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import Membership
from coachops.transfer.policies import Problem, TransferRefused
from coachops.transfer.policies.columns import REQUIRED, Column, DateOrder, guess, likely_order
from coachops.transfer.queries.words import COLUMNS, DATE_ORDERS, LETTERS, PROBLEMS
from coachops.transfer.services.sheets import MOST_BYTES
from coachops.transfer.services.sources import seen
from coachops.web.widgets import CardRadioSelect

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_ARCHIVE = 500_000_000
# What is chosen for all rows of a sheet.
CHOICES = ("dates", "existing", "onboarding", "coach", "program")


class SheetForm(forms.Form):
    """A sheet of clients; what is wrong with it is said at once, beside the field."""

    sheet = forms.FileField(
        label=_("Sheet"),
        help_text=_("CSV or XLSX, up to 20 MB and 50,000 rows. The first row holds the headings."),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx"}),
        max_length=120,
    )

    def clean_sheet(self) -> File[bytes]:
        """The file; its format and sample are kept in `described`."""
        sheet: File[bytes] = self.cleaned_data["sheet"]
        if (sheet.size or 0) > MOST_BYTES:
            raise forms.ValidationError(PROBLEMS[Problem.TOO_LARGE])
        try:
            self.content = sheet.read()
            self.described = seen(self.content)
        except TransferRefused as refused:
            raise forms.ValidationError(PROBLEMS[refused.problem]) from refused
        return sheet


class ColumnsForm(forms.Form):
    """Which column is what; each may be named once."""

    dates = forms.ChoiceField(
        label=_("Dates are written as"),
        choices=[(key.value, words) for key, words in DATE_ORDERS.items()],
    )
    existing = forms.ChoiceField(
        label=_("Somebody who is a client already"),
        widget=CardRadioSelect(
            {
                "skip": _("Nothing about them changes."),
                "update": _("Name, phone and the like; empty cells change nothing."),
            }
        ),
        choices=[
            ("skip", _("Stays unchanged")),
            ("update", _("Gets what the sheet says")),
        ],
    )
    onboarding = forms.ChoiceField(
        label=_("Onboarding steps"),
        widget=CardRadioSelect(
            {
                "coming": _("What began before today is past its beginning."),
                "all": _("Steps whose day is over stand on the board as overdue."),
            }
        ),
        choices=[
            ("coming", _("For engagements that begin today or later")),
            ("all", _("For every new engagement")),
        ],
    )
    coach = forms.ChoiceField(
        label=_("Coach of rows that name none"), required=False, widget=forms.Select
    )
    program = forms.ChoiceField(
        label=_("Program of rows that name none"),
        required=False,
        help_text=_("Opens an engagement for each new client; with none, records alone are added."),
    )

    letters = forms.ChoiceField(
        label=_("Letters"),
        help_text=_("If names look wrong in the rows above, choose others."),
        choices=[(key, words) for key, words in LETTERS.items()],
    )

    def __init__(
        self,
        *args: Any,
        header: list[str],
        sample: list[list[str]],
        letters: str,
        coaches: list[Membership],
        programs: list[str],
        **kwargs: Any,
    ) -> None:
        guessed = guess(header)
        initial: dict[str, Any] = {
            "dates": _likely(sample),
            "letters": letters,
            "existing": "skip",
            "onboarding": "coming",
            "coach": coaches[0].user.email.lower() if coaches else "",
            **{f"column_{column}": str(place) for column, place in guessed.items()},
            **(kwargs.pop("initial", None) or {}),
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if letters not in LETTERS:
            del self.fields["letters"]  # the sheet itself says what its letters are
        headings: list[tuple[str, StrOrPromise]] = [("", _("Not in the sheet"))]
        headings += [(str(place), text or f"({place + 1})") for place, text in enumerate(header)]
        for column in Column:
            self.fields[f"column_{column}"] = forms.ChoiceField(
                label=COLUMNS[column], choices=headings, required=False
            )
        self._choices("coach").choices = [
            ("", _("None: such rows are refused")),
            *((coach.user.email.lower(), coach.name) for coach in coaches),
        ]
        self._choices("program").choices = [
            ("", _("None")),
            *((name, name) for name in programs),
        ]

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        return field

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{column}"] for column in Column]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[str, Column] = {}
        for column in Column:
            place = cleaned.get(f"column_{column}")
            if not place:
                if column in REQUIRED:
                    self.add_error(f"column_{column}", _("Say which column this is."))
            elif place in taken:
                words = _("This column is “%(other)s” already.")
                self.add_error(f"column_{column}", words % {"other": COLUMNS[taken[place]]})
            else:
                taken[place] = column
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """As the transfer keeps it."""
        cleaned = self.cleaned_data
        places = {column: cleaned[f"column_{column}"] for column in Column}
        return {
            "columns": {str(column): int(place) for column, place in places.items() if place},
            **{name: cleaned[name] for name in CHOICES},
        }


def _likely(sample: list[list[str]]) -> DateOrder:
    return likely_order([cell for row in sample for cell in row])


class ArchiveForm(forms.Form):
    archive = forms.FileField(
        label=_("Archive"),
        help_text=_("The ZIP file that “Export everything” made."),
        widget=forms.FileInput({"accept": ".zip"}),
        validators=[FileExtensionValidator(["zip"])],
        max_length=120,
    )

    def clean_archive(self) -> File[bytes]:
        archive: File[bytes] = self.cleaned_data["archive"]
        if (archive.size or 0) > MOST_ARCHIVE:
            raise forms.ValidationError(
                _("This archive is larger than 500 MB, which is as much as can be imported here.")
            )
        head = archive.read(4)
        archive.seek(0)
        if head != b"PK\x03\x04":
            raise forms.ValidationError(PROBLEMS[Problem.NOT_AN_ARCHIVE])
        return archive
